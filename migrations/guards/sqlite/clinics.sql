-- A clinic's clock is not changed under confirmed appointments that would fall on other days.
CREATE TRIGGER clinic_zone_in_use BEFORE UPDATE OF zone ON clinics
WHEN NEW.zone <> OLD.zone
BEGIN
  SELECT RAISE(ABORT, 'guard:clinic_zone_in_use')
  WHERE EXISTS (
    SELECT 1 FROM appointments AS a
    WHERE a.clinic_id = OLD.id AND a.state = 'confirmed'
      AND (a.first_day IS NOT (
          SELECT date(a.starts_at + o.offset_seconds, 'unixepoch') FROM zone_offsets AS o
          WHERE o.zone = NEW.zone AND o.from_utc <= a.starts_at AND a.starts_at < o.until_utc)
        OR a.last_day IS NOT (
          SELECT date(a.ends_at - 1 + o.offset_seconds, 'unixepoch') FROM zone_offsets AS o
          WHERE o.zone = NEW.zone AND o.from_utc <= a.ends_at - 1
            AND a.ends_at - 1 < o.until_utc)));
END;

-- REPLACE would change it unseen, for it is no update.
CREATE TRIGGER clinic_replaced BEFORE INSERT ON clinics
WHEN EXISTS (SELECT 1 FROM clinics WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'guard:never_replaced');
END;

-- No room is closed under what is booked in it from that day on.
CREATE TRIGGER room_in_use BEFORE UPDATE OF closed_from ON rooms
WHEN NEW.closed_from IS NOT NULL AND NEW.closed_from IS NOT OLD.closed_from
BEGIN
  SELECT RAISE(ABORT, 'guard:room_in_use')
  WHERE EXISTS (
    SELECT 1 FROM appointments AS a
    WHERE a.room_id = OLD.id AND a.state IN ('confirmed', 'held', 'provisional')
      AND a.last_day >= NEW.closed_from);
END;

-- What a zone's clock showed is not rewritten by the application.
CREATE TRIGGER zone_offsets_kept_delete BEFORE DELETE ON zone_offsets
BEGIN
  SELECT RAISE(ABORT, 'guard:zone_offsets_kept');
END;

CREATE TRIGGER zone_offsets_kept_update BEFORE UPDATE ON zone_offsets
BEGIN
  SELECT RAISE(ABORT, 'guard:zone_offsets_kept');
END;
