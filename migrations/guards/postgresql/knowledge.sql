-- What was known is followed by what is known now, never rewritten.
CREATE TRIGGER known_people_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON known_people
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('known_people_kept');

CREATE TRIGGER known_places_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON known_places
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('known_places_kept');

-- Nothing is slipped in before what was known already.
CREATE FUNCTION guard_known_people_forwards() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF EXISTS (
    SELECT 1 FROM known_people
    WHERE practitioner_id = NEW.practitioner_id
      AND (known_from > NEW.known_from OR id > NEW.id OR NEW.begins))
  THEN
    RAISE EXCEPTION 'guard:known_people_forwards' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER known_people_forwards BEFORE INSERT ON known_people
FOR EACH ROW EXECUTE FUNCTION guard_known_people_forwards();

CREATE FUNCTION guard_known_places_forwards() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF EXISTS (
    SELECT 1 FROM known_places
    WHERE clinic_id = NEW.clinic_id
      AND (known_from > NEW.known_from OR id > NEW.id OR NEW.begins))
  THEN
    RAISE EXCEPTION 'guard:known_places_forwards' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER known_places_forwards BEFORE INSERT ON known_places
FOR EACH ROW EXECUTE FUNCTION guard_known_places_forwards();

-- Since when both versions had to be met stays what it was, and so does that it was begun.
CREATE FUNCTION guard_activation_begun() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.adoption_id, NEW.started_at) <> (OLD.adoption_id, OLD.started_at) THEN
    RAISE EXCEPTION 'guard:activation_begun' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER activation_begun BEFORE UPDATE OR DELETE ON activations
FOR EACH ROW EXECUTE FUNCTION guard_activation_begun();

-- A treatment that was in doubt stays in its incident.
CREATE FUNCTION guard_incident_treatment_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.id, NEW.incident_id, NEW.appointment_id, NEW.joined_at)
    <> (OLD.id, OLD.incident_id, OLD.appointment_id, OLD.joined_at)
  THEN
    RAISE EXCEPTION 'guard:incident_treatment_kept' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER incident_treatment_kept BEFORE UPDATE OR DELETE ON incident_treatments
FOR EACH ROW EXECUTE FUNCTION guard_incident_treatment_kept();
