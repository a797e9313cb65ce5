"""The pytest plugin as other people's test suites use it, and what importing costs."""

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]
# a browser can neither divert a file nor write where the cache has taken rights away
CAPTURED = ["--capture=sys", "-p", "no:cacheprovider"]


def test_fixture_and_marker(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        def test_right(gradcheck):
            assert gradcheck(lambda x: x.tanh(), 0.5).ok

        @pytest.mark.gradcheck(points=[0.1, 1.0, (2.0,)])
        def test_at_points(gradcheck):
            gradcheck(lambda x: x.log(), order=2)

        def test_wrong(gradcheck):
            gradcheck(lambda x: x.detach() * x, 2.0)

        def test_no_point(gradcheck):
            gradcheck(lambda x: x)
        """
    )
    result = pytester.runpytest_inprocess("--strict-markers", *CAPTURED)
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(["*test_wrong*", "*gradcheck: FAILED (1 wrong)*"])
    result.stdout.fnmatch_lines(["*wants a point x, or the test @pytest.mark.gradcheck*"])


def test_a_failure_shows_the_line_of_the_users_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from autograd_core.testing import assert_gradients

        def test_by_fixture(gradcheck):
            gradcheck(lambda x: x.detach() * x, 2.0)

        def test_by_assertion():
            assert_gradients(lambda x: x.detach() * x, 2.0)
        """
    )
    shown = pytester.runpytest_inprocess(*CAPTURED).stdout.str()
    assert ">       gradcheck(lambda x" in shown
    assert ">       assert_gradients(lambda x" in shown
    assert "testing.py:" not in shown
    assert "pytest_plugin.py:" not in shown


def test_marker_without_points_is_explained(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.gradcheck
        def test_f(gradcheck):
            gradcheck(lambda x: x)
        """
    )
    result = pytester.runpytest_inprocess(*CAPTURED)
    result.stdout.fnmatch_lines(["*wanted @pytest.mark.gradcheck(points=*"])


@pytest.mark.parametrize("absent", ["pytest", "hypothesis", "matplotlib", "IPython", "torch"])
def test_importing_the_engine_imports_no_test_library(absent: str) -> None:
    code = (
        f"import autograd_core, autograd_core.functional, sys; assert {absent!r} not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
