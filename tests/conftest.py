"""What every test starts from: compiled programs are verified and their buffers poisoned."""

import os

os.environ.setdefault("AUTOGRAD_CORE_VERIFY", "1")

# Programs, not tests: they record references from other libraries, measure time, or are read by
# type checkers.
collect_ignore_glob = ["**/record_*.py", "**/jax_process.py", "benchmarks/*.py", "typed_*.py"]
