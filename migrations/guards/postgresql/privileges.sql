-- No span is taken from under a confirmed appointment: hold the appointment first. The row is
-- locked before this runs, so a booking that rests on it has either committed or will look again.
CREATE FUNCTION guard_privilege_in_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF EXISTS (
    SELECT 1 FROM appointments AS a
    WHERE a.practitioner_id = OLD.practitioner_id AND a.state = 'confirmed'
      AND a.last_day >= OLD.first_day AND a.last_day <= OLD.last_day
      AND a.first_day >= OLD.first_day
      AND a.clinic_id = OLD.clinic_id
      AND a.sites ? OLD.site
      AND (TG_OP = 'DELETE' OR NOT (
        NEW.practitioner_id = OLD.practitioner_id AND NEW.clinic_id = OLD.clinic_id
        AND NEW.site = OLD.site
        AND NEW.first_day <= a.first_day AND NEW.last_day >= a.last_day))
      AND NOT EXISTS (
        SELECT 1 FROM privileges AS other
        WHERE other.practitioner_id = OLD.practitioner_id AND other.clinic_id = OLD.clinic_id
          AND other.site = OLD.site AND other.first_day <> OLD.first_day
          AND other.first_day <= a.first_day AND other.last_day >= a.last_day))
  THEN
    RAISE EXCEPTION 'guard:privilege_in_use' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER privilege_in_use BEFORE UPDATE OR DELETE ON privileges
FOR EACH ROW EXECUTE FUNCTION guard_privilege_in_use();

-- Emptying the table at once would pass by the rows.
CREATE FUNCTION guard_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  RAISE EXCEPTION USING
    MESSAGE = 'guard:' || TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
END $guard$;

CREATE TRIGGER privilege_in_use_truncate BEFORE TRUNCATE ON privileges
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('privilege_in_use');
