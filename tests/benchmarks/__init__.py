"""What things cost, measured against bare references in the same run. `python -m tests.benchmarks`."""
