"""What happens by itself: sending letters, examining the record. Thin; use cases do the work."""
