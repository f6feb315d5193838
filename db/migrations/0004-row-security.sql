-- A forgotten condition must give nothing, not another organisation's rows. Forced: the owner is no exception.

do $$
declare
  t text;
begin
  foreach t in array array[
    'places', 'topics', 'events', 'commands', 'audit', 'subject_keys', 'rights_log',
    'accounts', 'grants', 'sessions', 'refresh_tokens', 'feeds', 'beds', 'alerts'
  ] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
  end loop;
  execute 'alter table carewall.organisations enable row level security';
  execute 'alter table carewall.organisations force row level security';
  execute 'create policy tenant on carewall.organisations to carewall_app using (id = carewall.current_org())';

  foreach t in array array[
    'organisations', 'places', 'topics', 'events', 'subject_keys', 'rights_log', 'feeds', 'accounts', 'grants', 'sessions', 'beds'
  ] loop
    execute format('create policy relay on carewall.%I for select to carewall_relay using (true)', t);
  end loop;
  foreach t in array array[
    'organisations', 'places', 'accounts', 'grants', 'sessions', 'refresh_tokens', 'feeds', 'audit', 'rights_log'
  ] loop
    execute format('create policy identity on carewall.%I to carewall_identity using (true) with check (true)', t);
  end loop;
end
$$;

-- What the relay's role clears away: answers older than any id that is still taken, rights that every node has read.
create policy old on carewall.commands to carewall_relay using (at < clock_timestamp() - interval '9 days');
create policy old on carewall.rights_log for delete to carewall_relay using (at < clock_timestamp() - interval '1 day');
