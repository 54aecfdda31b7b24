-- The audit trail only grows.
CREATE TRIGGER audit_append_only_update BEFORE UPDATE ON audit_entries
BEGIN
  SELECT RAISE(ABORT, 'guard:audit_append_only');
END;

CREATE TRIGGER audit_append_only_delete BEFORE DELETE ON audit_entries
BEGIN
  SELECT RAISE(ABORT, 'guard:audit_append_only');
END;

-- What was known before needling is followed by another record, never rewritten.
CREATE TRIGGER gate_record_kept_update BEFORE UPDATE ON gate_records
BEGIN
  SELECT RAISE(ABORT, 'guard:gate_record_kept');
END;

CREATE TRIGGER gate_record_kept_delete BEFORE DELETE ON gate_records
BEGIN
  SELECT RAISE(ABORT, 'guard:gate_record_kept');
END;
