-- A network may be divided into regions: places between the organisation and its facilities. Which facility a place belongs
-- to does therefore not follow from its depth any more; it stands in a column of its own.

alter table carewall.places drop constraint places_kind_check;
alter table carewall.places add constraint places_kind_check
  check (kind in ('organisation', 'region', 'facility', 'department', 'unit', 'person', 'conversation'));

alter table carewall.places add column facility text;
-- Forced row-level security would hide every row from an owner that is no superuser.
alter table carewall.places no force row level security;
update carewall.places set facility = path[2] where kind in ('facility', 'department', 'unit') and array_length(path, 1) > 1;
alter table carewall.places force row level security;
create index on carewall.places (org_id, facility) where facility is not null;

create function carewall.place_in_facility() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  new.facility := case
    when new.kind = 'facility' then new.id
    else (select p.facility from carewall.places p where p.org_id = new.org_id and p.id = new.parent)
  end;
  return new;
end
$$;
create trigger place_in_facility before insert on carewall.places
  for each row execute function carewall.place_in_facility();

-- What is known of a facility besides its name: its type, its region, where it lies. The columns beside the entity are
-- what rows are found by.
create table carewall.facilities (
  org_id text not null,
  facility text not null,
  region text,
  latitude double precision,
  longitude double precision,
  version int not null,
  entity jsonb not null,
  primary key (org_id, facility),
  foreign key (org_id, facility) references carewall.places (org_id, id),
  check ((latitude is null) = (longitude is null))
);
create index on carewall.facilities (org_id, region);
alter table carewall.facilities enable row level security;
alter table carewall.facilities force row level security;
create policy tenant on carewall.facilities to carewall_app
  using (org_id = carewall.current_org()) with check (org_id = carewall.current_org());
grant select, insert, update on carewall.facilities to carewall_app;
