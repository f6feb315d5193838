-- A reference is checked by the database itself, past row-level security: by its id alone a row could name another
-- organisation's account, learn whether there is one, and be deleted together with it. From here on whatever refers to a row
-- of an organisation refers to it within that organisation.

do $$
declare
  reference record;
  target_key text;
begin
  for reference in
    select c.oid, c.conname, c.conrelid, c.confrelid, c.confdeltype, c.confupdtype, c.condeferrable, c.condeferred,
      (select array_agg(a.attname order by k.n) from unnest(c.conkey) with ordinality k(attnum, n)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
      (select array_agg(a.attname order by k.n) from unnest(c.confkey) with ordinality k(attnum, n)
        join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum) as target_columns
    from pg_constraint c
    where c.contype = 'f' and c.connamespace = 'carewall'::regnamespace and c.conparentid = 0
    order by c.conname
  loop
    continue when 'org_id' = any(reference.columns)
      or not exists (select from pg_attribute a where a.attrelid = reference.conrelid and a.attname = 'org_id')
      or not exists (select from pg_attribute a where a.attrelid = reference.confrelid and a.attname = 'org_id');
    target_key := (select string_agg(quote_ident(name), ', ') from unnest(array['org_id'] || reference.target_columns) as name);
    if not exists (
      select from pg_index i
      where i.indrelid = reference.confrelid and i.indisunique and i.indpred is null and i.indimmediate
        and (select array_agg(a.attname::text order by a.attname) from pg_attribute a
          where a.attrelid = i.indrelid and a.attnum = any(i.indkey::int2[]))
          = (select array_agg(name::text order by name) from unnest(array['org_id'] || reference.target_columns) as name)
    ) then
      execute format('alter table %s add unique (%s)', reference.confrelid::regclass, target_key);
    end if;
    execute format('alter table %s drop constraint %I', reference.conrelid::regclass, reference.conname);
    execute format(
      'alter table %s add constraint %I foreign key (%s) references %s (%s)%s%s',
      reference.conrelid::regclass, reference.conname,
      (select string_agg(quote_ident(name), ', ') from unnest(array['org_id'] || reference.columns) as name),
      reference.confrelid::regclass, target_key,
      case reference.confdeltype
        when 'c' then ' on delete cascade'
        when 'r' then ' on delete restrict'
        -- The tenant stays as it is.
        when 'n' then format(' on delete set null (%s)', (select string_agg(quote_ident(name), ', ') from unnest(reference.columns) as name))
        else ''
      end,
      case when reference.condeferrable then ' deferrable' else '' end
        || case when reference.condeferred then ' initially deferred' else '' end
    );
  end loop;
end
$$;

-- Passwords are sign-in's alone: whoever reads an account's name has no business with what its password is judged by.
do $$
begin
  revoke select on carewall.accounts from carewall_app, carewall_relay;
  execute format(
    'grant select (%s) on carewall.accounts to carewall_app, carewall_relay',
    (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
      where attrelid = 'carewall.accounts'::regclass and attnum > 0 and not attisdropped and attname <> 'password_hash')
  );
end
$$;

-- Who an identity provider's subjects are here. Known by issuer and subject, and never again by an address: an address that
-- is given to somebody else over there opens nothing here.
create table carewall.issuer_subjects (
  org_id text not null references carewall.organisations,
  issuer text not null,
  subject text not null,
  account text not null,
  linked_at timestamptz not null default clock_timestamp(),
  primary key (org_id, issuer, subject),
  unique (org_id, issuer, account),
  foreign key (org_id, account) references carewall.accounts (org_id, id) on delete cascade
);
alter table carewall.issuer_subjects enable row level security;
alter table carewall.issuer_subjects force row level security;
create policy tenant on carewall.issuer_subjects to carewall_app
  using (org_id = carewall.current_org()) with check (org_id = carewall.current_org());
create policy identity on carewall.issuer_subjects to carewall_identity using (true) with check (true);
grant select, insert on carewall.issuer_subjects to carewall_identity;
