-- What was noted of a patient is followed by another row, never rewritten.
CREATE TRIGGER patient_note_kept_update BEFORE UPDATE ON patient_notes
BEGIN
  SELECT RAISE(ABORT, 'guard:patient_note_kept');
END;

CREATE TRIGGER patient_note_kept_delete BEFORE DELETE ON patient_notes
BEGIN
  SELECT RAISE(ABORT, 'guard:patient_note_kept');
END;

-- Nor is who cleared what, and when.
CREATE TRIGGER note_clearance_kept_update BEFORE UPDATE ON note_clearances
BEGIN
  SELECT RAISE(ABORT, 'guard:note_clearance_kept');
END;

CREATE TRIGGER note_clearance_kept_delete BEFORE DELETE ON note_clearances
BEGIN
  SELECT RAISE(ABORT, 'guard:note_clearance_kept');
END;

-- Nobody is let through to be needled while a note is not cleared with whoever needles.
CREATE TRIGGER notes_cleared_insert BEFORE INSERT ON appointments
WHEN NEW.checked_in_at IS NOT NULL AND NEW.treatment = 'needling' AND NEW.state = 'confirmed'
BEGIN
  SELECT RAISE(ABORT, 'guard:notes_cleared')
  WHERE EXISTS (
    SELECT 1 FROM patient_notes AS n
    WHERE n.patient_id = NEW.patient_id AND n.change = 'added'
      AND NOT EXISTS (
        SELECT 1 FROM patient_notes AS later
        WHERE later.patient_id = n.patient_id AND later.word = n.word AND later.id > n.id));
END;

CREATE TRIGGER notes_cleared_update
BEFORE UPDATE OF checked_in_at, patient_id, practitioner_id, treatment, state ON appointments
WHEN NEW.checked_in_at IS NOT NULL AND NEW.treatment = 'needling' AND NEW.state = 'confirmed'
BEGIN
  SELECT RAISE(ABORT, 'guard:notes_cleared')
  WHERE EXISTS (
    SELECT 1 FROM patient_notes AS n
    WHERE n.patient_id = NEW.patient_id AND n.change = 'added'
      AND NOT EXISTS (
        SELECT 1 FROM patient_notes AS later
        WHERE later.patient_id = n.patient_id AND later.word = n.word AND later.id > n.id)
      AND NOT EXISTS (
        SELECT 1 FROM note_clearances AS c
        WHERE c.appointment_id = NEW.id AND c.note_id = n.id
          AND c.practitioner_id = NEW.practitioner_id));
END;
