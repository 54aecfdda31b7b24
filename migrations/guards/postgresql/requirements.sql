-- What was adopted is never rewritten: an adoption only comes into force, or is withdrawn. Once it
-- is being activated, it is withdrawn if and only if that was given up.
CREATE FUNCTION guard_adoption_unchanging() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF to_jsonb(NEW) - 'state' - 'active_since' IS DISTINCT FROM
     to_jsonb(OLD) - 'state' - 'active_since'
    OR (OLD.state, NEW.state) NOT IN (
      VALUES ('proposed', 'proposed'), ('proposed', 'activating'), ('proposed', 'active'),
        ('proposed', 'withdrawn'), ('activating', 'active'), ('activating', 'withdrawn'))
    OR (OLD.state = 'activating' AND (NEW.state = 'withdrawn') <>
      EXISTS (SELECT 1 FROM activations_given_up WHERE adoption_id = OLD.id))
  THEN
    RAISE EXCEPTION 'guard:adoption_unchanging' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER adoption_unchanging BEFORE UPDATE ON adoptions
FOR EACH ROW EXECUTE FUNCTION guard_adoption_unchanging();

CREATE TRIGGER adoption_kept BEFORE DELETE OR TRUNCATE ON adoptions
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('adoption_unchanging');

CREATE TRIGGER requirement_set_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON requirement_sets
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('requirement_set_kept');

-- An activation is given up before the new version is in force, or never. Whoever puts it in force
-- at that moment waits, and then sees that it was given up.
CREATE FUNCTION guard_activation_given_up() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  PERFORM 1 FROM activations JOIN adoptions ON adoptions.id = activations.adoption_id
  WHERE adoptions.id = NEW.adoption_id AND adoptions.state = 'activating'
    AND activations.phase = 'narrowing'
  FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'guard:activation_given_up' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER activation_given_up BEFORE INSERT ON activations_given_up
FOR EACH ROW EXECUTE FUNCTION guard_activation_given_up();

CREATE TRIGGER given_up_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON activations_given_up
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('given_up_kept');

-- A clinic's own rules are followed by a new version, never rewritten.
CREATE TRIGGER house_rules_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON house_rules
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('house_rules_kept');

-- Nothing is added to what was adopted: an adoption begins as a proposal, and so do its sets.
CREATE FUNCTION guard_adoption_proposed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  IF NEW.state <> 'proposed' THEN
    RAISE EXCEPTION 'guard:adoption_proposed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER adoption_proposed BEFORE INSERT ON adoptions
FOR EACH ROW EXECUTE FUNCTION guard_adoption_proposed();

CREATE FUNCTION guard_requirement_set_proposed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $guard$
BEGIN
  PERFORM 1 FROM adoptions WHERE id = NEW.adoption_id AND state = 'proposed' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'guard:requirement_set_proposed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $guard$;

CREATE TRIGGER requirement_set_proposed BEFORE INSERT ON requirement_sets
FOR EACH ROW EXECUTE FUNCTION guard_requirement_set_proposed();
