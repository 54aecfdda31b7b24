-- What was adopted is never rewritten: an adoption only comes into force, or is withdrawn. Once it
-- is being activated, it is withdrawn if and only if that was given up.
CREATE TRIGGER adoption_unchanging BEFORE UPDATE ON adoptions
BEGIN
  SELECT RAISE(ABORT, 'guard:adoption_unchanging')
  WHERE NEW.id <> OLD.id OR NEW.jurisdiction <> OLD.jurisdiction OR NEW.version <> OLD.version
    OR NEW.settled IS NOT OLD.settled OR NEW.adopted_by <> OLD.adopted_by
    OR NEW.adopted_by_name <> OLD.adopted_by_name OR NEW.adopted_at <> OLD.adopted_at
    OR (OLD.state, NEW.state) NOT IN (
      VALUES ('proposed', 'proposed'), ('proposed', 'activating'), ('proposed', 'active'),
        ('proposed', 'withdrawn'), ('activating', 'active'), ('activating', 'withdrawn'))
    OR (OLD.state = 'activating' AND (NEW.state = 'withdrawn') <>
      EXISTS (SELECT 1 FROM activations_given_up WHERE adoption_id = OLD.id));
END;

CREATE TRIGGER adoption_kept BEFORE DELETE ON adoptions
BEGIN
  SELECT RAISE(ABORT, 'guard:adoption_unchanging');
END;

CREATE TRIGGER requirement_set_kept_update BEFORE UPDATE ON requirement_sets
BEGIN
  SELECT RAISE(ABORT, 'guard:requirement_set_kept');
END;

CREATE TRIGGER requirement_set_kept_delete BEFORE DELETE ON requirement_sets
BEGIN
  SELECT RAISE(ABORT, 'guard:requirement_set_kept');
END;

-- An activation is given up before the new version is in force, or never.
CREATE TRIGGER activation_given_up BEFORE INSERT ON activations_given_up
BEGIN
  SELECT RAISE(ABORT, 'guard:activation_given_up')
  WHERE NOT EXISTS (
    SELECT 1 FROM activations JOIN adoptions ON adoptions.id = activations.adoption_id
    WHERE adoptions.id = NEW.adoption_id AND adoptions.state = 'activating'
      AND activations.phase = 'narrowing');
END;

CREATE TRIGGER given_up_kept_update BEFORE UPDATE ON activations_given_up
BEGIN
  SELECT RAISE(ABORT, 'guard:given_up_kept');
END;

CREATE TRIGGER given_up_kept_delete BEFORE DELETE ON activations_given_up
BEGIN
  SELECT RAISE(ABORT, 'guard:given_up_kept');
END;

-- A clinic's own rules are followed by a new version, never rewritten.
CREATE TRIGGER house_rules_kept_update BEFORE UPDATE ON house_rules
BEGIN
  SELECT RAISE(ABORT, 'guard:house_rules_kept');
END;

CREATE TRIGGER house_rules_kept_delete BEFORE DELETE ON house_rules
BEGIN
  SELECT RAISE(ABORT, 'guard:house_rules_kept');
END;

-- Nothing is added to what was adopted: an adoption begins as a proposal, and so do its sets.
CREATE TRIGGER adoption_proposed BEFORE INSERT ON adoptions
BEGIN
  SELECT RAISE(ABORT, 'guard:adoption_proposed') WHERE NEW.state <> 'proposed';
END;

CREATE TRIGGER requirement_set_proposed BEFORE INSERT ON requirement_sets
BEGIN
  SELECT RAISE(ABORT, 'guard:requirement_set_proposed')
  WHERE (SELECT state FROM adoptions WHERE id = NEW.adoption_id) IS NOT 'proposed';
END;
