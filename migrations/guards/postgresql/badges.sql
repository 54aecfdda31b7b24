-- By what name an issuer signs never changes.
CREATE TRIGGER badge_issuer_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON badge_issuers
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('badge_issuer_kept');

-- What was decided about an issuer, its keys among it, is followed by another decision.
CREATE TRIGGER badge_issuer_version_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON badge_issuer_versions
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('badge_issuer_version_kept');

-- A copy of a status list stays what was brought in.
CREATE TRIGGER status_list_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON status_list_copies
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('status_list_kept');

-- A digital badge stays as it came in, letter by letter.
CREATE TRIGGER badge_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON badges
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('badge_kept');

-- A badge stays behind the version that it was brought in for.
CREATE TRIGGER badge_behind_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON badges_behind
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('badge_behind_kept');

-- What a verification rests on is never rewritten.
CREATE TRIGGER badge_proof_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON badge_proofs
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('badge_proof_kept');

-- A key of ours stays published for good.
CREATE TRIGGER signing_key_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON signing_keys
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('signing_key_kept');

-- What we signed stays on record.
CREATE TRIGGER issued_badge_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON issued_badges
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('issued_badge_kept');
