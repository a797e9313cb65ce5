"""What every test starts from: compiled programs are verified and their buffers poisoned."""

import os
import random

import pytest

os.environ.setdefault("AUTOGRAD_CORE_VERIFY", "1")

# Programs, not tests: they record references from other libraries, measure time, or are read by
# type checkers.
collect_ignore_glob = ["**/record_*.py", "**/jax_process.py", "benchmarks/*.py", "typed_*.py"]


@pytest.fixture(autouse=True)
def _seeded():
    """Draw alike on every run what has no seed: weights, orders, Keras's weights too.

    One network in thousands is so drawn that 32 bits round its answers past a test's tolerance.
    """
    random.seed(0)


@pytest.fixture(autouse=True)
def _table_as_before():
    """Take out of the table what a test has put there."""
    from autograd_core.table import TABLE  # after the environment is set

    before = set(TABLE)
    yield
    for name in TABLE.keys() - before:
        TABLE.pop(name)
