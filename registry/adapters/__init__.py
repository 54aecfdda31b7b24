"""The outside world: the clock, the post, the file store, the reader of documents."""
