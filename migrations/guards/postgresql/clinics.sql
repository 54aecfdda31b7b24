-- A clinic's clock is not changed under confirmed appointments that would fall on other days.
CREATE FUNCTION guard_clinic_zone_in_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  LOCK TABLE appointments IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (
    SELECT 1 FROM appointments AS a
    WHERE a.clinic_id = OLD.id AND a.state = 'confirmed'
      AND (a.first_day IS DISTINCT FROM (
          SELECT ((a.starts_at AT TIME ZONE 'UTC')
            + make_interval(secs => o.offset_seconds))::date
          FROM zone_offsets AS o
          WHERE o.zone = NEW.zone AND o.from_utc <= a.starts_at AND a.starts_at < o.until_utc)
        OR a.last_day IS DISTINCT FROM (
          SELECT ((a.ends_at AT TIME ZONE 'UTC')
            + make_interval(secs => o.offset_seconds - 1))::date
          FROM zone_offsets AS o
          WHERE o.zone = NEW.zone AND o.from_utc < a.ends_at AND a.ends_at <= o.until_utc)))
  THEN
    RAISE EXCEPTION 'guard:clinic_zone_in_use' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER clinic_zone_in_use BEFORE UPDATE OF zone ON clinics
FOR EACH ROW WHEN (NEW.zone <> OLD.zone)
EXECUTE FUNCTION guard_clinic_zone_in_use();

-- No room is closed under what is booked in it from that day on.
CREATE FUNCTION guard_room_in_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  LOCK TABLE appointments IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (
    SELECT 1 FROM appointments AS a
    WHERE a.room_id = OLD.id AND a.state IN ('confirmed', 'held', 'provisional')
      AND a.last_day >= NEW.closed_from)
  THEN
    RAISE EXCEPTION 'guard:room_in_use' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER room_in_use BEFORE UPDATE OF closed_from ON rooms
FOR EACH ROW WHEN (NEW.closed_from IS NOT NULL AND NEW.closed_from IS DISTINCT FROM OLD.closed_from)
EXECUTE FUNCTION guard_room_in_use();

-- What a zone's clock showed is not rewritten by the application.
CREATE TRIGGER zone_offsets_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON zone_offsets
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('zone_offsets_kept');
