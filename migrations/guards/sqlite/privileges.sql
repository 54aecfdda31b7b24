-- No span is taken from under a confirmed appointment: hold the appointment first.
CREATE TRIGGER privilege_in_use_delete BEFORE DELETE ON privileges
BEGIN
  SELECT RAISE(ABORT, 'guard:privilege_in_use')
  WHERE EXISTS (
    SELECT 1 FROM appointments AS a
    WHERE a.practitioner_id = OLD.practitioner_id AND a.state = 'confirmed'
      AND a.last_day >= OLD.first_day AND a.last_day <= OLD.last_day
      AND a.first_day >= OLD.first_day
      AND a.clinic_id = OLD.clinic_id
      AND OLD.site IN (SELECT value FROM json_each(a.sites))
      AND NOT EXISTS (
        SELECT 1 FROM privileges AS other
        WHERE other.practitioner_id = OLD.practitioner_id AND other.clinic_id = OLD.clinic_id
          AND other.site = OLD.site AND other.first_day <> OLD.first_day
          AND other.first_day <= a.first_day AND other.last_day >= a.last_day));
END;

CREATE TRIGGER privilege_in_use_update BEFORE UPDATE ON privileges
BEGIN
  SELECT RAISE(ABORT, 'guard:privilege_in_use')
  WHERE EXISTS (
    SELECT 1 FROM appointments AS a
    WHERE a.practitioner_id = OLD.practitioner_id AND a.state = 'confirmed'
      AND a.last_day >= OLD.first_day AND a.last_day <= OLD.last_day
      AND a.first_day >= OLD.first_day
      AND a.clinic_id = OLD.clinic_id
      AND OLD.site IN (SELECT value FROM json_each(a.sites))
      AND NOT (NEW.practitioner_id = OLD.practitioner_id AND NEW.clinic_id = OLD.clinic_id
        AND NEW.site = OLD.site
        AND NEW.first_day <= a.first_day AND NEW.last_day >= a.last_day)
      AND NOT EXISTS (
        SELECT 1 FROM privileges AS other
        WHERE other.practitioner_id = OLD.practitioner_id AND other.clinic_id = OLD.clinic_id
          AND other.site = OLD.site AND other.first_day <> OLD.first_day
          AND other.first_day <= a.first_day AND other.last_day >= a.last_day));
END;
