-- A version of a credential never changes but for what became of it, and never goes.
CREATE FUNCTION guard_version_unchanging() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state' THEN
    RAISE EXCEPTION 'guard:version_unchanging' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER version_unchanging BEFORE UPDATE ON credential_versions
FOR EACH ROW EXECUTE FUNCTION guard_version_unchanging();

CREATE TRIGGER version_kept BEFORE DELETE OR TRUNCATE ON credential_versions
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('version_unchanging');

-- A decision about a credential is never rewritten.
CREATE TRIGGER verification_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON verifications
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('verification_kept');

-- The syllabus behind a version is as unchanging as the version.
CREATE TRIGGER syllabus_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON version_syllabi
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('syllabus_kept');
