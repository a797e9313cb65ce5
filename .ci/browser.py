"""A plugin of pytest: a test is skipped for what a browser does not have, and for nothing else.

A test that starts a process or a thread itself is skipped. Where the packages start one on their
own it fails: they have to do without. One that is skipped for any other reason fails too.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TESTS = str(ROOT / "tests")
PACKAGES = tuple(str(ROOT / name) for name in ("autograd_core", "nn", "viz"))
STARTED = {
    "does not support processes": "processes",
    "No module named '_multiprocessing'": "processes",
    "can't start new thread": "threads",
}
ABSENT = re.compile(
    "a browser has no|a C compiler|llvmlite|no (dot|node) on PATH|no pipes"  # processes, wheels
    "|could not import '(dask|jax|keras|lzma|nbformat|onnx|resource|safetensors|tensorboard|torch)"
    "|all tests skipped by"  # doctests that nobody runs
)


def _lacking(error):
    """Return what the test itself, and not the packages, has started in vain, or ""."""
    traceback = pytest.ExceptionInfo.from_exception(error).traceback
    ours = [
        str(entry.path) for entry in traceback if str(entry.path).startswith((TESTS, *PACKAGES))
    ]
    if not ours or not ours[-1].startswith(TESTS):
        return ""
    return next((what for words, what in STARTED.items() if words in str(error)), "")


def _skipped_if_lacking(item):
    try:
        return (yield)
    except (ImportError, OSError, RuntimeError) as error:
        if what := _lacking(error):
            pytest.skip(f"a browser has no {what}")
        raise


def _failed_if_skipped_for_less(report):
    expected = hasattr(report, "wasxfail")  # a failure that was announced is reported as a skip
    if report.skipped and not expected and not ABSENT.search(str(report.longrepr)):
        report.outcome = "failed"
        report.longrepr = f"skipped, but not for what a browser does not have: {report.longrepr}"
    return report


pytest_runtest_setup = pytest.hookimpl(wrapper=True)(_skipped_if_lacking)
pytest_runtest_call = pytest.hookimpl(wrapper=True)(_skipped_if_lacking)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Look at what became of a test."""
    return _failed_if_skipped_for_less((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Look at what became of a whole file."""
    return _failed_if_skipped_for_less((yield))
