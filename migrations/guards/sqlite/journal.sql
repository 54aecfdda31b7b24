-- The audit trail only grows.
CREATE TRIGGER audit_append_only_update BEFORE UPDATE ON audit_entries
BEGIN
  SELECT RAISE(ABORT, 'guard:audit_append_only');
END;

CREATE TRIGGER audit_append_only_delete BEFORE DELETE ON audit_entries
BEGIN
  SELECT RAISE(ABORT, 'guard:audit_append_only');
END;
