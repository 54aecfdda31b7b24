-- A confirmed appointment falls on the clinic's local days and, if it needles, is covered on them.
-- FOR SHARE: under READ COMMITTED a look without a lock would let "book" and "revoke" pass each other.
CREATE FUNCTION guard_appointment_covered() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
DECLARE
  wanted text;
BEGIN
  FOR wanted IN SELECT jsonb_array_elements_text(NEW.sites) LOOP
    PERFORM 1 FROM privileges AS held
    WHERE held.practitioner_id = NEW.practitioner_id
      AND held.clinic_id = NEW.clinic_id
      AND held.site = wanted
      AND held.first_day <= NEW.first_day
      AND held.last_day >= NEW.last_day
    FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'guard:appointment_covered' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END LOOP;
  RETURN NEW;
END $guard$;

CREATE TRIGGER appointment_covered BEFORE INSERT OR UPDATE ON appointments
FOR EACH ROW WHEN (NEW.state = 'confirmed' AND NEW.treatment = 'needling')
EXECUTE FUNCTION guard_appointment_covered();

-- Any other treatment is with somebody who works at the clinic on every local day.
CREATE FUNCTION guard_appointment_engaged() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  PERFORM 1 FROM engagements AS e JOIN practitioners AS p ON p.id = e.practitioner_id
  WHERE e.practitioner_id = NEW.practitioner_id AND e.clinic_id = NEW.clinic_id
    AND p.archived_at IS NULL
    AND e.first_day <= NEW.first_day
    AND (e.last_day IS NULL OR e.last_day >= NEW.last_day)
  FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'guard:appointment_engaged' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER appointment_engaged BEFORE INSERT OR UPDATE ON appointments
FOR EACH ROW WHEN (NEW.state = 'confirmed' AND NEW.treatment <> 'needling')
EXECUTE FUNCTION guard_appointment_engaged();

-- The local days on the row are those of the clinic's clock, first minute to last.
CREATE FUNCTION guard_appointment_days() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF NEW.first_day IS DISTINCT FROM (
      SELECT ((NEW.starts_at AT TIME ZONE 'UTC') + make_interval(secs => o.offset_seconds))::date
      FROM clinics AS c JOIN zone_offsets AS o ON o.zone = c.zone
      WHERE c.id = NEW.clinic_id AND o.from_utc <= NEW.starts_at AND NEW.starts_at < o.until_utc)
    OR NEW.last_day IS DISTINCT FROM (
      SELECT ((NEW.ends_at AT TIME ZONE 'UTC')
        + make_interval(secs => o.offset_seconds - 1))::date
      FROM clinics AS c JOIN zone_offsets AS o ON o.zone = c.zone
      WHERE c.id = NEW.clinic_id AND o.from_utc < NEW.ends_at AND NEW.ends_at <= o.until_utc)
  THEN
    RAISE EXCEPTION 'guard:appointment_days' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER appointment_days BEFORE INSERT OR UPDATE ON appointments
FOR EACH ROW WHEN (NEW.state IN ('confirmed', 'provisional'))
EXECUTE FUNCTION guard_appointment_days();

-- Nothing is booked in a room on a day from which it is closed. Whoever closes one locks the table
-- of appointments, so this look needs no lock.
CREATE FUNCTION guard_appointment_room_open() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF EXISTS (
    SELECT 1 FROM rooms AS r WHERE r.id = NEW.room_id AND r.closed_from <= NEW.last_day)
  THEN
    RAISE EXCEPTION 'guard:room_closed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER appointment_room_open BEFORE INSERT OR UPDATE ON appointments
FOR EACH ROW WHEN (NEW.state IN ('confirmed', 'provisional'))
EXECUTE FUNCTION guard_appointment_room_open();

-- Moments are whole seconds, a session is at most eight hours with at most one before and one
-- after, and only needling names sites.
CREATE FUNCTION guard_appointment_shape() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF jsonb_typeof(NEW.sites) IS DISTINCT FROM 'array' THEN
    RAISE EXCEPTION 'guard:appointment_shape' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.starts_at <> date_trunc('second', NEW.starts_at)
    OR NEW.ends_at <> date_trunc('second', NEW.ends_at)
    OR NEW.busy_from <> date_trunc('second', NEW.busy_from)
    OR NEW.busy_until <> date_trunc('second', NEW.busy_until)
    OR NEW.ends_at - NEW.starts_at > interval '8 hours'
    OR NEW.starts_at - NEW.busy_from > interval '1 hour'
    OR NEW.busy_until - NEW.ends_at > interval '1 hour'
    OR EXISTS (
      SELECT 1 FROM jsonb_array_elements(NEW.sites) AS site WHERE jsonb_typeof(site) <> 'string')
    OR (NEW.treatment = 'needling') <> (NEW.sites <> '[]'::jsonb)
    OR NOT EXISTS (SELECT 1 FROM rooms WHERE id = NEW.room_id AND clinic_id = NEW.clinic_id)
  THEN
    RAISE EXCEPTION 'guard:appointment_shape' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER appointment_a_shape BEFORE INSERT OR UPDATE ON appointments
FOR EACH ROW EXECUTE FUNCTION guard_appointment_shape();

-- Provisional is needling only, at a clinic that takes such bookings. The clinic's row is locked, so
-- that it does not stop taking them meanwhile.
CREATE FUNCTION guard_appointment_provisional() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  PERFORM 1 FROM clinics AS c WHERE c.id = NEW.clinic_id AND c.takes_provisional FOR SHARE;
  IF NOT FOUND OR NEW.treatment <> 'needling' OR NEW.checked_in_at IS NOT NULL THEN
    RAISE EXCEPTION 'guard:appointment_provisional'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER appointment_provisional BEFORE INSERT OR UPDATE ON appointments
FOR EACH ROW WHEN (NEW.state = 'provisional')
EXECUTE FUNCTION guard_appointment_provisional();

-- An appointment enters as confirmed or provisional; only what was confirmed can begin, and what has begun keeps
-- who, where, when and what. Where it is taken back that somebody did not come, it can have begun;
-- done it is only after that.
CREATE FUNCTION guard_appointment_path() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state NOT IN ('confirmed', 'provisional') THEN
      RAISE EXCEPTION 'guard:appointment_path' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSIF NEW.state IN ('begun', 'done') AND (
      (OLD.state NOT IN ('confirmed', 'begun', 'done')
        AND NOT (OLD.state = 'no_show' AND NEW.state = 'begun'))
      OR NEW.practitioner_id <> OLD.practitioner_id OR NEW.clinic_id <> OLD.clinic_id
      OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
      OR NEW.treatment <> OLD.treatment OR NEW.treatment_type_id <> OLD.treatment_type_id
      OR NEW.sites <> OLD.sites)
  THEN
    RAISE EXCEPTION 'guard:appointment_path' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER appointment_path BEFORE INSERT OR UPDATE ON appointments
FOR EACH ROW EXECUTE FUNCTION guard_appointment_path();

-- Whoever was not checked in did not come, once it had started; nothing else about it changes then.
-- Taken back it is what it was, or has begun; it is never done, held or cancelled in that step.
CREATE FUNCTION guard_appointment_no_show() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF OLD.state NOT IN ('confirmed', 'begun', 'no_show')
    OR NEW.state NOT IN ('confirmed', 'begun', 'no_show')
    OR NEW.checked_in_at IS NOT NULL
    OR NEW.missed_at < NEW.starts_at
    OR NEW.practitioner_id <> OLD.practitioner_id OR NEW.clinic_id <> OLD.clinic_id
    OR NEW.patient_id <> OLD.patient_id OR NEW.room_id <> OLD.room_id
    OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
    OR NEW.busy_from <> OLD.busy_from OR NEW.busy_until <> OLD.busy_until
    OR NEW.treatment <> OLD.treatment OR NEW.treatment_type_id <> OLD.treatment_type_id
    OR NEW.sites <> OLD.sites
  THEN
    RAISE EXCEPTION 'guard:appointment_no_show' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER appointment_no_show BEFORE UPDATE ON appointments
FOR EACH ROW WHEN (NEW.state = 'no_show' OR OLD.state = 'no_show')
EXECUTE FUNCTION guard_appointment_no_show();
