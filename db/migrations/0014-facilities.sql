-- Facilities are registered by commands: what was made once may be called something else later.
grant update (name, code, timezone) on carewall.places to carewall_app;
