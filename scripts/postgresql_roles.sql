-- The two roles of a PostgreSQL house. Run once, by a superuser, in the registry's own database, empty.
-- registry_owner owns the tables and runs the migrations (REGISTRY_MIGRATION_DATABASE_URL).
-- registry_app is what the application signs in as (REGISTRY_DATABASE_URL). It owns nothing, so it
-- cannot take a guard away; what only ever grows, the migrations forbid it to change.
-- Give both a password afterwards.
CREATE ROLE registry_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE registry_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE EXTENSION IF NOT EXISTS btree_gist;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO registry_owner;
GRANT USAGE ON SCHEMA public TO registry_app;
ALTER DEFAULT PRIVILEGES FOR ROLE registry_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO registry_app;
ALTER DEFAULT PRIVILEGES FOR ROLE registry_owner IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO registry_app;
