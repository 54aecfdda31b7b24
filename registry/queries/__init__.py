"""The questions: what each page reads, as plain dataclasses, in a constant number of statements."""
