-- No version rests on a paper that was thrown away.
CREATE TRIGGER paper_thrown_away BEFORE INSERT ON credential_versions
WHEN NEW.document_id IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'guard:paper_thrown_away')
  WHERE EXISTS (
    SELECT 1 FROM documents WHERE id = NEW.document_id AND thrown_away_at IS NOT NULL);
END;

-- What a version rests on is not thrown away.
CREATE TRIGGER paper_in_use BEFORE UPDATE OF thrown_away_at ON documents
WHEN NEW.thrown_away_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'guard:paper_in_use')
  WHERE EXISTS (SELECT 1 FROM credential_versions WHERE document_id = NEW.id);
END;
