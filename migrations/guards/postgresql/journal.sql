-- The audit trail only grows.
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('audit_append_only');

-- What was known before needling is followed by another record, never rewritten.
CREATE TRIGGER gate_record_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON gate_records
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('gate_record_kept');
