-- An appointment is what its treatment type says: no needling goes by another name.
CREATE TRIGGER appointment_of_type_{event} BEFORE {event} ON appointments
BEGIN
  SELECT RAISE(ABORT, 'guard:treatment_of_type')
  WHERE NOT EXISTS (
    SELECT 1 FROM treatment_types AS t
    WHERE t.id = NEW.treatment_type_id AND t.kind = NEW.treatment);
END;

-- What a type is never changes, so that no appointment becomes something else behind its back.
CREATE TRIGGER treatment_kind_kept BEFORE UPDATE OF id, kind ON treatment_types
WHEN NEW.kind IS NOT OLD.kind OR NEW.id <> OLD.id
BEGIN
  SELECT RAISE(ABORT, 'guard:treatment_kind_kept');
END;

-- REPLACE would put another type in its place, which is no update. Nothing here is ever replaced.
CREATE TRIGGER treatment_type_replaced BEFORE INSERT ON treatment_types
WHEN EXISTS (SELECT 1 FROM treatment_types WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'guard:never_replaced');
END;

-- Nor is a room, with what it is fit for and whether it is open.
CREATE TRIGGER room_replaced BEFORE INSERT ON rooms
WHEN EXISTS (SELECT 1 FROM rooms WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'guard:never_replaced');
END;

-- Rooms name treatment types that there are, and since when they are fit for these only.
CREATE TRIGGER room_fit_for_{event} BEFORE {event} ON rooms
BEGIN
  SELECT RAISE(ABORT, 'guard:room_fit_for')
  WHERE NEW.fit_for NOT LIKE '[%'
    OR (NEW.fit_since IS NULL AND EXISTS (SELECT 1 FROM json_each(NEW.fit_for)))
    OR EXISTS (
      SELECT 1 FROM json_each(NEW.fit_for) AS named
      WHERE named.type <> 'integer'
        OR NOT EXISTS (SELECT 1 FROM treatment_types WHERE id = named.value));
END;

-- Nothing is booked in a room that is not fit for it, from the day on since which it is not.
CREATE TRIGGER appointment_room_fit_{event} BEFORE {event} ON appointments
WHEN NEW.state IN ('confirmed', 'provisional')
BEGIN
  SELECT RAISE(ABORT, 'guard:room_unfit')
  WHERE EXISTS (
    SELECT 1 FROM rooms AS r
    WHERE r.id = NEW.room_id AND EXISTS (SELECT 1 FROM json_each(r.fit_for))
      AND (r.fit_since IS NULL OR r.fit_since <= NEW.last_day)
      AND NOT EXISTS (SELECT 1 FROM json_each(r.fit_for) WHERE value = NEW.treatment_type_id));
END;

-- No room becomes unfit for what is booked in it from that day on.
CREATE TRIGGER room_fitness_in_use BEFORE UPDATE OF fit_for, fit_since ON rooms
BEGIN
  SELECT RAISE(ABORT, 'guard:room_fitness_in_use')
  WHERE EXISTS (SELECT 1 FROM json_each(NEW.fit_for)) AND EXISTS (
    SELECT 1 FROM appointments AS a
    WHERE a.room_id = OLD.id AND a.state IN ('confirmed', 'held', 'provisional')
      AND (NEW.fit_since IS NULL OR a.last_day >= NEW.fit_since)
      AND NOT EXISTS (SELECT 1 FROM json_each(NEW.fit_for) WHERE value = a.treatment_type_id));
END;
