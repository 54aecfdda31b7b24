-- That a reminder was promised is never forgotten, or it would be promised anew.
CREATE TRIGGER reminder_kept_update BEFORE UPDATE ON reminders
BEGIN
  SELECT RAISE(ABORT, 'guard:reminder_kept');
END;

CREATE TRIGGER reminder_kept_delete BEFORE DELETE ON reminders
BEGIN
  SELECT RAISE(ABORT, 'guard:reminder_kept');
END;

-- Who took something on, and until when, is followed by another row, never rewritten.
CREATE TRIGGER reminder_answer_kept_update BEFORE UPDATE ON reminder_answers
BEGIN
  SELECT RAISE(ABORT, 'guard:reminder_answer_kept');
END;

CREATE TRIGGER reminder_answer_kept_delete BEFORE DELETE ON reminder_answers
BEGIN
  SELECT RAISE(ABORT, 'guard:reminder_answer_kept');
END;
