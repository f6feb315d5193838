-- Run once by the postgres image, as its superuser, on an empty volume: the database, and the login that Carewall uses.
-- The login owns the database and may make roles; it is no superuser, so row-level security holds for it as well.
\set ON_ERROR_STOP on
\set password `cat /run/secrets/database_password`
select length(:'password') >= 16 as strong \gset
\if :strong
\else
  do $$ begin raise exception 'deploy/secrets/database_password is missing or shorter than 16 characters'; end $$;
\endif

create role carewall login nosuperuser nocreatedb createrole noreplication nobypassrls password :'password';
-- A role that this login makes may also be taken on by it: the server works as carewall_app and others.
alter role carewall set createrole_self_grant = 'set';
create database carewall owner carewall;
revoke all on database carewall from public;
