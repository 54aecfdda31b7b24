-- What was known is followed by what is known now, never rewritten.
CREATE TRIGGER known_people_kept_update BEFORE UPDATE ON known_people
BEGIN
  SELECT RAISE(ABORT, 'guard:known_people_kept');
END;

CREATE TRIGGER known_people_kept_delete BEFORE DELETE ON known_people
BEGIN
  SELECT RAISE(ABORT, 'guard:known_people_kept');
END;

CREATE TRIGGER known_places_kept_update BEFORE UPDATE ON known_places
BEGIN
  SELECT RAISE(ABORT, 'guard:known_places_kept');
END;

CREATE TRIGGER known_places_kept_delete BEFORE DELETE ON known_places
BEGIN
  SELECT RAISE(ABORT, 'guard:known_places_kept');
END;

-- Nothing is slipped in before what was known already.
CREATE TRIGGER known_people_forwards AFTER INSERT ON known_people
BEGIN
  SELECT RAISE(ABORT, 'guard:known_people_forwards')
  WHERE EXISTS (
    SELECT 1 FROM known_people
    WHERE practitioner_id = NEW.practitioner_id
      AND id <> NEW.id
      AND (known_from > NEW.known_from OR id > NEW.id OR NEW.begins));
END;

CREATE TRIGGER known_places_forwards AFTER INSERT ON known_places
BEGIN
  SELECT RAISE(ABORT, 'guard:known_places_forwards')
  WHERE EXISTS (
    SELECT 1 FROM known_places
    WHERE clinic_id = NEW.clinic_id
      AND id <> NEW.id
      AND (known_from > NEW.known_from OR id > NEW.id OR NEW.begins));
END;

-- Since when both versions had to be met stays what it was, and so does that it was begun.
CREATE TRIGGER activation_begun_update BEFORE UPDATE ON activations
BEGIN
  SELECT RAISE(ABORT, 'guard:activation_begun')
  WHERE NEW.adoption_id <> OLD.adoption_id OR NEW.started_at <> OLD.started_at;
END;

CREATE TRIGGER activation_begun_delete BEFORE DELETE ON activations
BEGIN
  SELECT RAISE(ABORT, 'guard:activation_begun');
END;

-- A treatment that was in doubt stays in its incident.
CREATE TRIGGER incident_treatment_kept_update BEFORE UPDATE ON incident_treatments
BEGIN
  SELECT RAISE(ABORT, 'guard:incident_treatment_kept')
  WHERE NEW.id <> OLD.id OR NEW.incident_id <> OLD.incident_id
    OR NEW.appointment_id <> OLD.appointment_id OR NEW.joined_at <> OLD.joined_at;
END;

CREATE TRIGGER incident_treatment_kept_delete BEFORE DELETE ON incident_treatments
BEGIN
  SELECT RAISE(ABORT, 'guard:incident_treatment_kept');
END;
