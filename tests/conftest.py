"""What every test starts from: compiled programs are verified and their buffers poisoned."""

import os

import pytest

os.environ.setdefault("AUTOGRAD_CORE_VERIFY", "1")

# Programs, not tests: they record references from other libraries, measure time, or are read by
# type checkers.
collect_ignore_glob = ["**/record_*.py", "**/jax_process.py", "benchmarks/*.py", "typed_*.py"]


@pytest.fixture(autouse=True)
def _table_as_before():
    """Take out of the table what a test has put there."""
    from autograd_core.table import TABLE  # after the environment is set

    before = set(TABLE)
    yield
    for name in TABLE.keys() - before:
        TABLE.pop(name)
