-- A confirmed needling appointment is covered by a privilege for every site on every local day.
CREATE TRIGGER appointment_covered_{event} BEFORE {event} ON appointments
WHEN NEW.state = 'confirmed' AND NEW.treatment = 'needling'
BEGIN
  SELECT RAISE(ABORT, 'guard:appointment_covered')
  WHERE EXISTS (
    SELECT 1 FROM json_each(NEW.sites) AS wanted
    WHERE NOT EXISTS (
      SELECT 1 FROM privileges AS held
      WHERE held.practitioner_id = NEW.practitioner_id
        AND held.clinic_id = NEW.clinic_id
        AND held.site = wanted.value
        AND held.first_day <= NEW.first_day
        AND held.last_day >= NEW.last_day));
END;

-- Any other treatment is with somebody who works at the clinic on every local day.
CREATE TRIGGER appointment_engaged_{event} BEFORE {event} ON appointments
WHEN NEW.state = 'confirmed' AND NEW.treatment <> 'needling'
BEGIN
  SELECT RAISE(ABORT, 'guard:appointment_engaged')
  WHERE NOT EXISTS (
    SELECT 1 FROM engagements AS e JOIN practitioners AS p ON p.id = e.practitioner_id
    WHERE e.practitioner_id = NEW.practitioner_id AND e.clinic_id = NEW.clinic_id
      AND p.archived_at IS NULL
      AND e.first_day <= NEW.first_day
      AND (e.last_day IS NULL OR e.last_day >= NEW.last_day));
END;

-- The local days on the row are those of the clinic's clock, first minute to last.
CREATE TRIGGER appointment_days_{event} BEFORE {event} ON appointments
WHEN NEW.state IN ('confirmed', 'provisional')
BEGIN
  SELECT RAISE(ABORT, 'guard:appointment_days')
  WHERE NEW.first_day IS NOT (
      SELECT date(NEW.starts_at + o.offset_seconds, 'unixepoch')
      FROM clinics AS c JOIN zone_offsets AS o ON o.zone = c.zone
      WHERE c.id = NEW.clinic_id AND o.from_utc <= NEW.starts_at AND NEW.starts_at < o.until_utc)
    OR NEW.last_day IS NOT (
      SELECT date(NEW.ends_at - 1 + o.offset_seconds, 'unixepoch')
      FROM clinics AS c JOIN zone_offsets AS o ON o.zone = c.zone
      WHERE c.id = NEW.clinic_id AND o.from_utc <= NEW.ends_at - 1
        AND NEW.ends_at - 1 < o.until_utc);
END;

-- Moments are whole seconds, a session is at most eight hours with at most one before and one
-- after, and only needling names sites.
CREATE TRIGGER appointment_shape_{event} BEFORE {event} ON appointments
BEGIN
  SELECT RAISE(ABORT, 'guard:appointment_shape')
  WHERE typeof(NEW.starts_at) <> 'integer'
    OR typeof(NEW.ends_at) <> 'integer'
    OR typeof(NEW.busy_from) <> 'integer'
    OR typeof(NEW.busy_until) <> 'integer'
    OR NEW.ends_at - NEW.starts_at > 28800
    OR NEW.starts_at - NEW.busy_from > 3600
    OR NEW.busy_until - NEW.ends_at > 3600
    OR NEW.sites NOT LIKE '[%'
    OR (NEW.treatment = 'needling') <> EXISTS (SELECT 1 FROM json_each(NEW.sites))
    OR EXISTS (SELECT 1 FROM json_each(NEW.sites) WHERE type <> 'text')
    OR NOT EXISTS (SELECT 1 FROM rooms WHERE id = NEW.room_id AND clinic_id = NEW.clinic_id);
END;

-- Nothing is booked in a room on a day from which it is closed.
CREATE TRIGGER appointment_room_open_{event} BEFORE {event} ON appointments
WHEN NEW.state IN ('confirmed', 'provisional')
BEGIN
  SELECT RAISE(ABORT, 'guard:room_closed')
  WHERE EXISTS (
    SELECT 1 FROM rooms AS r WHERE r.id = NEW.room_id AND r.closed_from <= NEW.last_day);
END;

-- Nobody is in two places: practitioner and room, preparation and clean-up included, and patient.
-- Bounded on both sides by the longest session, and the longest time before and after one.
CREATE TRIGGER appointment_overlap_{event} BEFORE {event} ON appointments
WHEN NEW.state <> 'cancelled'
BEGIN
  SELECT RAISE(ABORT, 'guard:practitioner_taken')
  WHERE EXISTS (
    SELECT 1 FROM appointments AS other
    WHERE other.practitioner_id = NEW.practitioner_id
      AND other.starts_at > NEW.busy_from - 32400 AND other.starts_at < NEW.busy_until + 3600
      AND other.busy_from < NEW.busy_until AND other.busy_until > NEW.busy_from
      AND other.state <> 'cancelled' AND other.id IS NOT NEW.id);
  SELECT RAISE(ABORT, 'guard:room_taken')
  WHERE EXISTS (
    SELECT 1 FROM appointments AS other
    WHERE other.room_id = NEW.room_id
      AND other.starts_at > NEW.busy_from - 32400 AND other.starts_at < NEW.busy_until + 3600
      AND other.busy_from < NEW.busy_until AND other.busy_until > NEW.busy_from
      AND other.state <> 'cancelled' AND other.id IS NOT NEW.id);
  SELECT RAISE(ABORT, 'guard:patient_taken')
  WHERE EXISTS (
    SELECT 1 FROM appointments AS other
    WHERE other.patient_id = NEW.patient_id
      AND other.starts_at > NEW.starts_at - 28800 AND other.starts_at < NEW.ends_at
      AND other.ends_at > NEW.starts_at
      AND other.state <> 'cancelled' AND other.id IS NOT NEW.id);
END;

-- Provisional is needling only, at a clinic that takes such bookings.
CREATE TRIGGER appointment_provisional_{event} BEFORE {event} ON appointments
WHEN NEW.state = 'provisional'
BEGIN
  SELECT RAISE(ABORT, 'guard:appointment_provisional')
  WHERE NEW.treatment <> 'needling'
    OR NEW.checked_in_at IS NOT NULL
    OR NOT EXISTS (SELECT 1 FROM clinics WHERE id = NEW.clinic_id AND takes_provisional);
END;

-- An appointment enters as confirmed or provisional, so nothing is held, begun or done that was never
-- allowed.
CREATE TRIGGER appointment_enters BEFORE INSERT ON appointments
WHEN NEW.state NOT IN ('confirmed', 'provisional')
BEGIN
  SELECT RAISE(ABORT, 'guard:appointment_path');
END;

-- Only what was confirmed can begin, and what has begun keeps who, where, when and what. Where it is
-- taken back that somebody did not come, it can have begun; done it is only after that.
CREATE TRIGGER appointment_path BEFORE UPDATE ON appointments
WHEN NEW.state IN ('begun', 'done')
BEGIN
  SELECT RAISE(ABORT, 'guard:appointment_path')
  WHERE (OLD.state NOT IN ('confirmed', 'begun', 'done')
      AND NOT (OLD.state = 'no_show' AND NEW.state = 'begun'))
    OR NEW.practitioner_id <> OLD.practitioner_id OR NEW.clinic_id <> OLD.clinic_id
    OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
    OR NEW.treatment <> OLD.treatment OR NEW.treatment_type_id <> OLD.treatment_type_id
    OR NEW.sites IS NOT OLD.sites;
END;

-- Whoever was not checked in did not come, once it had started; nothing else about it changes then.
-- Taken back it is what it was, or has begun; it is never done, held or cancelled in that step.
CREATE TRIGGER appointment_no_show BEFORE UPDATE ON appointments
WHEN NEW.state = 'no_show' OR OLD.state = 'no_show'
BEGIN
  SELECT RAISE(ABORT, 'guard:appointment_no_show')
  WHERE OLD.state NOT IN ('confirmed', 'begun', 'no_show')
    OR NEW.state NOT IN ('confirmed', 'begun', 'no_show')
    OR NEW.checked_in_at IS NOT NULL
    OR NEW.missed_at < NEW.starts_at
    OR NEW.practitioner_id <> OLD.practitioner_id OR NEW.clinic_id <> OLD.clinic_id
    OR NEW.patient_id <> OLD.patient_id OR NEW.room_id <> OLD.room_id
    OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at
    OR NEW.busy_from <> OLD.busy_from OR NEW.busy_until <> OLD.busy_until
    OR NEW.treatment <> OLD.treatment OR NEW.treatment_type_id <> OLD.treatment_type_id
    OR NEW.sites IS NOT OLD.sites;
END;
