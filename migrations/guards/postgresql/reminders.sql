-- That a reminder was promised is never forgotten, or it would be promised anew.
CREATE TRIGGER reminder_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON reminders
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('reminder_kept');

-- Who took something on, and until when, is followed by another row, never rewritten.
CREATE TRIGGER reminder_answer_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON reminder_answers
FOR EACH STATEMENT EXECUTE FUNCTION guard_kept('reminder_answer_kept');
