-- An appointment is what its treatment type says: no needling goes by another name. What a type is
-- never changes, so this look needs no lock.
CREATE FUNCTION guard_appointment_of_type() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM treatment_types AS t
    WHERE t.id = NEW.treatment_type_id AND t.kind = NEW.treatment)
  THEN
    RAISE EXCEPTION 'guard:treatment_of_type' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER appointment_of_type BEFORE INSERT OR UPDATE ON appointments
FOR EACH ROW EXECUTE FUNCTION guard_appointment_of_type();

-- What a type is never changes, so that no appointment becomes something else behind its back.
CREATE FUNCTION guard_treatment_kind_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  RAISE EXCEPTION 'guard:treatment_kind_kept' USING ERRCODE = 'integrity_constraint_violation';
END $guard$;

CREATE TRIGGER treatment_kind_kept BEFORE UPDATE OF id, kind ON treatment_types
FOR EACH ROW WHEN (NEW.kind <> OLD.kind OR NEW.id <> OLD.id)
EXECUTE FUNCTION guard_treatment_kind_kept();

-- Rooms name treatment types that there are, and since when they are fit for these only.
CREATE FUNCTION guard_room_fit_for() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF jsonb_typeof(NEW.fit_for) IS DISTINCT FROM 'array'
    OR (NEW.fit_since IS NULL AND NEW.fit_for <> '[]'::jsonb)
  THEN
    RAISE EXCEPTION 'guard:room_fit_for' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM jsonb_array_elements(NEW.fit_for) AS named
    WHERE NOT EXISTS (SELECT 1 FROM treatment_types AS t WHERE to_jsonb(t.id) = named))
  THEN
    RAISE EXCEPTION 'guard:room_fit_for' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER room_fit_for BEFORE INSERT OR UPDATE ON rooms
FOR EACH ROW EXECUTE FUNCTION guard_room_fit_for();

-- Nothing is booked in a room that is not fit for it, from the day on since which it is not.
-- Whoever changes what one is fit for locks the table of appointments, so this look needs no lock.
CREATE FUNCTION guard_appointment_room_fit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF EXISTS (
    SELECT 1 FROM rooms AS r
    WHERE r.id = NEW.room_id AND r.fit_for <> '[]'::jsonb
      AND (r.fit_since IS NULL OR r.fit_since <= NEW.last_day)
      AND NOT r.fit_for @> to_jsonb(NEW.treatment_type_id))
  THEN
    RAISE EXCEPTION 'guard:room_unfit' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER appointment_room_fit BEFORE INSERT OR UPDATE ON appointments
FOR EACH ROW WHEN (NEW.state IN ('confirmed', 'provisional'))
EXECUTE FUNCTION guard_appointment_room_fit();

-- No room becomes unfit for what is booked in it from that day on.
CREATE FUNCTION guard_room_fitness_in_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  LOCK TABLE appointments IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (
    SELECT 1 FROM appointments AS a
    WHERE a.room_id = OLD.id AND a.state IN ('confirmed', 'held', 'provisional')
      AND (NEW.fit_since IS NULL OR a.last_day >= NEW.fit_since)
      AND NOT NEW.fit_for @> to_jsonb(a.treatment_type_id))
  THEN
    RAISE EXCEPTION 'guard:room_fitness_in_use' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER room_fitness_in_use BEFORE UPDATE OF fit_for, fit_since ON rooms
FOR EACH ROW WHEN (NEW.fit_for <> '[]'::jsonb
  AND (NEW.fit_for <> OLD.fit_for OR NEW.fit_since IS DISTINCT FROM OLD.fit_since))
EXECUTE FUNCTION guard_room_fitness_in_use();
