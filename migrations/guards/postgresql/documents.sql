-- No version rests on a paper that was thrown away. The row is locked: it may be thrown away now.
CREATE FUNCTION guard_paper_thrown_away() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
DECLARE gone timestamptz;
BEGIN
  SELECT thrown_away_at INTO gone FROM documents WHERE id = NEW.document_id FOR SHARE;
  IF gone IS NOT NULL THEN
    RAISE EXCEPTION 'guard:paper_thrown_away' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER paper_thrown_away BEFORE INSERT ON credential_versions
FOR EACH ROW WHEN (NEW.document_id IS NOT NULL) EXECUTE FUNCTION guard_paper_thrown_away();

-- What a version rests on is not thrown away.
CREATE FUNCTION guard_paper_in_use() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF EXISTS (SELECT 1 FROM credential_versions WHERE document_id = NEW.id) THEN
    RAISE EXCEPTION 'guard:paper_in_use' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER paper_in_use BEFORE UPDATE OF thrown_away_at ON documents
FOR EACH ROW WHEN (NEW.thrown_away_at IS NOT NULL) EXECUTE FUNCTION guard_paper_in_use();
