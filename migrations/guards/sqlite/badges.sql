-- By what name an issuer signs never changes.
CREATE TRIGGER badge_issuer_kept_update BEFORE UPDATE ON badge_issuers
BEGIN
  SELECT RAISE(ABORT, 'guard:badge_issuer_kept');
END;

CREATE TRIGGER badge_issuer_kept_delete BEFORE DELETE ON badge_issuers
BEGIN
  SELECT RAISE(ABORT, 'guard:badge_issuer_kept');
END;

-- What was decided about an issuer, its keys among it, is followed by another decision.
CREATE TRIGGER badge_issuer_version_kept_update BEFORE UPDATE ON badge_issuer_versions
BEGIN
  SELECT RAISE(ABORT, 'guard:badge_issuer_version_kept');
END;

CREATE TRIGGER badge_issuer_version_kept_delete BEFORE DELETE ON badge_issuer_versions
BEGIN
  SELECT RAISE(ABORT, 'guard:badge_issuer_version_kept');
END;

-- A copy of a status list stays what was brought in.
CREATE TRIGGER status_list_kept_update BEFORE UPDATE ON status_list_copies
BEGIN
  SELECT RAISE(ABORT, 'guard:status_list_kept');
END;

CREATE TRIGGER status_list_kept_delete BEFORE DELETE ON status_list_copies
BEGIN
  SELECT RAISE(ABORT, 'guard:status_list_kept');
END;

-- A digital badge stays as it came in, letter by letter.
CREATE TRIGGER badge_kept_update BEFORE UPDATE ON badges
BEGIN
  SELECT RAISE(ABORT, 'guard:badge_kept');
END;

CREATE TRIGGER badge_kept_delete BEFORE DELETE ON badges
BEGIN
  SELECT RAISE(ABORT, 'guard:badge_kept');
END;

-- A badge stays behind the version that it was brought in for.
CREATE TRIGGER badge_behind_kept_update BEFORE UPDATE ON badges_behind
BEGIN
  SELECT RAISE(ABORT, 'guard:badge_behind_kept');
END;

CREATE TRIGGER badge_behind_kept_delete BEFORE DELETE ON badges_behind
BEGIN
  SELECT RAISE(ABORT, 'guard:badge_behind_kept');
END;

-- What a verification rests on is never rewritten.
CREATE TRIGGER badge_proof_kept_update BEFORE UPDATE ON badge_proofs
BEGIN
  SELECT RAISE(ABORT, 'guard:badge_proof_kept');
END;

CREATE TRIGGER badge_proof_kept_delete BEFORE DELETE ON badge_proofs
BEGIN
  SELECT RAISE(ABORT, 'guard:badge_proof_kept');
END;

-- A key of ours stays published for good.
CREATE TRIGGER signing_key_kept_update BEFORE UPDATE ON signing_keys
BEGIN
  SELECT RAISE(ABORT, 'guard:signing_key_kept');
END;

CREATE TRIGGER signing_key_kept_delete BEFORE DELETE ON signing_keys
BEGIN
  SELECT RAISE(ABORT, 'guard:signing_key_kept');
END;

-- What we signed stays on record.
CREATE TRIGGER issued_badge_kept_update BEFORE UPDATE ON issued_badges
BEGIN
  SELECT RAISE(ABORT, 'guard:issued_badge_kept');
END;

CREATE TRIGGER issued_badge_kept_delete BEFORE DELETE ON issued_badges
BEGIN
  SELECT RAISE(ABORT, 'guard:issued_badge_kept');
END;
