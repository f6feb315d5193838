-- Facilities are registered by commands: what was made once may be called something else later.
grant update (name, code, timezone) on carewall.places to carewall_app;

-- Nearness, by the cube extension, as points on the unit sphere. The two functions of earthdistance that would be needed are written
-- here: up to PostgreSQL 15 its own find their parts by the search path, so that an index on them cannot be restored from a
-- dump. The bodies below are resolved now, and do not depend on any path. The extension may have been installed
-- before, anywhere.
do $do$
declare
  at text;
begin
  create extension if not exists cube with schema carewall;
  select quote_ident(n.nspname) into at from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'cube';

  execute replace($sql$
    create function carewall.on_sphere(latitude double precision, longitude double precision) returns @.cube
      language sql immutable strict parallel safe
      begin atomic
        -- A tenth of a millimetre: a product of two numbers next to none would be out of range.
        select @.cube(array[cos(north) * cos(east), cos(north) * sin(east), sin(north)])
        from (
          select radians(round(latitude::numeric, 9)::double precision) as north,
            radians(round(longitude::numeric, 9)::double precision) as east
        ) as angles;
      end
  $sql$, '@', at);

  execute replace($sql$
    alter table carewall.facilities
      add column location @.cube generated always as (carewall.on_sphere(latitude, longitude)) stored
  $sql$, '@', at);
  create index facilities_near on carewall.facilities using gist (org_id, location) where location is not null;

  -- The nearest places below those held, in order, with the metres along the great circle: the mean radius of the earth
  -- (IUGG R1) is 6,371,008.8 m. Reads no more rows of the index than it gives, where all of them are below a place held.
  execute replace($sql$
    create function carewall.places_near(
      p_org text, p_held text[], p_latitude double precision, p_longitude double precision, p_limit int
    ) returns table (
      id text, kind text, name text, timezone text, latitude double precision, longitude double precision, metres double precision
    )
      language sql stable
      begin atomic
        select p.id, p.kind, p.name, p.timezone, f.latitude, f.longitude,
          2 * 6371008.8 * asin(least(1, (f.location operator(@.<->) carewall.on_sphere(p_latitude, p_longitude)) / 2))
        from carewall.facilities f join carewall.places p on p.org_id = f.org_id and p.id = f.facility
        where f.org_id = p_org and f.location is not null and p.path && p_held
        order by f.location operator(@.<->) carewall.on_sphere(p_latitude, p_longitude)
        limit p_limit;
      end
  $sql$, '@', at);
end
$do$;
