"""What things cost, against bare references in the same run: `python -m tests.benchmarks`."""
