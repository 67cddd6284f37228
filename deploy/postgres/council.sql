-- Creates the site's database and its owner, who is not a superuser. The image runs this once, as the superuser postgres,
-- when the volume is empty; to restore a backup, run it again after dropping the database (docs/operations.md).
\set ON_ERROR_STOP on
\getenv password OWNER_PASSWORD
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'council') AS is_new \gset
\if :is_new
CREATE ROLE council LOGIN CREATEROLE PASSWORD :'password';
ALTER ROLE postgres PASSWORD NULL; -- pg_hba.conf lets it in on the server's own socket only
\endif
CREATE DATABASE council OWNER council;
ALTER DATABASE council SET temp_file_limit = '4GB';
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;

\connect council
-- With these, any role could fill the disk, hold up others, end connections of the site, or keep what a transaction sees
-- for a later one. Only the owner ends some connections.
DO $$
DECLARE resource regprocedure;
BEGIN
    FOR resource IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
            AND (proname ~ '^pg_(try_)?advisory_' OR proname IN (
                'lo_creat', 'lo_create', 'lo_from_bytea', 'pg_cancel_backend', 'pg_terminate_backend',
                'pg_logical_emit_message', 'pg_export_snapshot'))
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', resource);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION pg_terminate_backend TO council;
-- So that the check of a commit sees whether it has to write many notifications.
GRANT EXECUTE ON FUNCTION pg_get_backend_memory_contexts TO council;
-- Whoever may update a table or view may lock it, and pg_dump reads this one.
REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC;
-- CREATE RULE waits for a lock of its table before PostgreSQL asks for the right to it, and everybody else waits behind
-- it. So whoever may create nothing here may define nothing. This is part of an extension so that pg_dump leaves it out,
-- since only a superuser could restore it.
CREATE FUNCTION council_refuse_definitions() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NOT has_schema_privilege(session_user, 'public', 'CREATE') THEN
        RAISE insufficient_privilege USING MESSAGE = format('%s may not use %s', session_user, tg_tag);
    END IF;
END
$$;
CREATE EVENT TRIGGER council_definitions ON ddl_command_start EXECUTE FUNCTION council_refuse_definitions();
ALTER EXTENSION plpgsql ADD FUNCTION council_refuse_definitions();
ALTER EXTENSION plpgsql ADD EVENT TRIGGER council_definitions;
