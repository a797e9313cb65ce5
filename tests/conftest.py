"""What every test starts from."""

# Programs, not tests: they record references from other libraries, or measure time.
collect_ignore_glob = ["**/record_*.py", "benchmarks/*.py"]
