-- How a test's traces go from PostgreSQL: the rows and counters that the migrations left are kept in
-- the schema `pristine`, and put back with triggers and foreign keys asleep. Guards are not touched.
-- A table that was empty and still is costs one look; any other is emptied, and filled as it was.
CREATE SCHEMA pristine;

CREATE TABLE pristine.counters AS
    SELECT sequencename::text AS name, last_value FROM pg_sequences WHERE schemaname = 'public';

DO $$
DECLARE named text;
BEGIN
    FOR named IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', 'rows of ' || named, named);
    END LOOP;
END $$;

CREATE PROCEDURE pristine.put_back() LANGUAGE plpgsql AS $$
DECLARE
    named text;
    columns text;
    is_empty boolean;
    was_empty boolean;
    counter record;
BEGIN
    -- A test that leaves a transaction open is told so, instead of standing still.
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR named IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT NOT EXISTS (TABLE public.%I)', named) INTO is_empty;
        EXECUTE format('SELECT NOT EXISTS (TABLE pristine.%I)', 'rows of ' || named) INTO was_empty;
        CONTINUE WHEN is_empty AND was_empty;
        EXECUTE format('DELETE FROM public.%I', named);
        CONTINUE WHEN was_empty;
        SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
            WHERE attrelid = format('public.%I', named)::regclass
              AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
        EXECUTE format(
            'INSERT INTO public.%1$I (%3$s) OVERRIDING SYSTEM VALUE SELECT %3$s FROM pristine.%2$I',
            named, 'rows of ' || named, columns
        );
    END LOOP;
    FOR counter IN
        SELECT now.sequencename AS name, now.start_value, was.last_value
        FROM pg_sequences AS now JOIN pristine.counters AS was ON was.name = now.sequencename
        WHERE now.schemaname = 'public' AND now.last_value IS DISTINCT FROM was.last_value
    LOOP
        PERFORM setval(
            format('public.%I', counter.name)::regclass,
            coalesce(counter.last_value, counter.start_value), counter.last_value IS NOT NULL
        );
    END LOOP;
END $$;
