-- What was noted of a patient is followed by another row, never rewritten.
CREATE TRIGGER patient_note_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON patient_notes
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('patient_note_kept');

-- Nor is who cleared what, and when.
CREATE TRIGGER note_clearance_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON note_clearances
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('note_clearance_kept');

-- Nobody is let through to be needled while a note is not cleared with whoever needles. The use case
-- that changes notes locks the patient's row first, so that neither passes the other unseen.
CREATE FUNCTION guard_notes_cleared() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  PERFORM 1 FROM patients AS p WHERE p.id = NEW.patient_id FOR SHARE;
  IF EXISTS (
    SELECT 1 FROM patient_notes AS n
    WHERE n.patient_id = NEW.patient_id AND n.change = 'added'
      AND NOT EXISTS (
        SELECT 1 FROM patient_notes AS later
        WHERE later.patient_id = n.patient_id AND later.word = n.word AND later.id > n.id)
      AND NOT EXISTS (
        SELECT 1 FROM note_clearances AS c
        WHERE c.appointment_id = NEW.id AND c.note_id = n.id
          AND c.practitioner_id = NEW.practitioner_id))
  THEN
    RAISE EXCEPTION 'guard:notes_cleared' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER notes_cleared
BEFORE INSERT OR UPDATE OF checked_in_at, patient_id, practitioner_id, treatment, state ON appointments
FOR EACH ROW
WHEN (NEW.checked_in_at IS NOT NULL AND NEW.treatment = 'needling' AND NEW.state = 'confirmed')
EXECUTE FUNCTION guard_notes_cleared();
