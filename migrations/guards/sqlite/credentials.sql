-- A version of a credential never changes but for what became of it, and never goes.
CREATE TRIGGER version_unchanging BEFORE UPDATE ON credential_versions
BEGIN
  SELECT RAISE(ABORT, 'guard:version_unchanging')
  WHERE NEW.id <> OLD.id OR NEW.credential_id <> OLD.credential_id OR NEW.version <> OLD.version
    OR NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day
    OR NEW.particulars IS NOT OLD.particulars OR NEW.document_id IS NOT OLD.document_id
    OR NEW.entered_by <> OLD.entered_by OR NEW.entered_at <> OLD.entered_at
    OR NEW.note <> OLD.note OR NEW.sources IS NOT OLD.sources
    OR NEW.number_key IS NOT OLD.number_key;
END;

CREATE TRIGGER version_kept BEFORE DELETE ON credential_versions
BEGIN
  SELECT RAISE(ABORT, 'guard:version_unchanging');
END;

-- A decision about a credential is never rewritten.
CREATE TRIGGER verification_kept_update BEFORE UPDATE ON verifications
BEGIN
  SELECT RAISE(ABORT, 'guard:verification_kept');
END;

CREATE TRIGGER verification_kept_delete BEFORE DELETE ON verifications
BEGIN
  SELECT RAISE(ABORT, 'guard:verification_kept');
END;

-- The syllabus behind a version is as unchanging as the version.
CREATE TRIGGER syllabus_kept_update BEFORE UPDATE ON version_syllabi
BEGIN
  SELECT RAISE(ABORT, 'guard:syllabus_kept');
END;

CREATE TRIGGER syllabus_kept_delete BEFORE DELETE ON version_syllabi
BEGIN
  SELECT RAISE(ABORT, 'guard:syllabus_kept');
END;
