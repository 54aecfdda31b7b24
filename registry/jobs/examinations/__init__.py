"""What the doctor looks at: each examination reads, changes nothing, and yields sentences."""
