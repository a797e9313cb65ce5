"""pytest plugin: the fixture and the marker `gradcheck`; pytest loads it by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest

from autograd_core.checking import RTOL, Report, assert_gradients
from autograd_core.derivatives import Tree

_MISSING = object()


class GradCheck(Protocol):
    """The fixture: fails the test with the report if a gradient is wrong."""

    def __call__(
        self,
        f: Callable[..., Any],
        x: Tree = ...,
        *,
        order: int = 1,
        rtol: float = RTOL,
        **options: Any,
    ) -> Report:
        """Check f at x; x is left out under `@pytest.mark.gradcheck(points=...)`.

        The options are those of `gradcheck`, as `vjp=` of a function of arrays.
        """
        ...


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "gradcheck(points): run the test once for each point x of its fixture gradcheck(f)",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test for each point of the marker.

    Raises:
        pytest.UsageError: If the marker names no points, or the test lacks the fixture.
    """
    marker = metafunc.definition.get_closest_marker("gradcheck")
    if marker is None:
        return
    points = marker.kwargs.get("points", marker.args[0] if marker.args else None)
    if points is None or "gradcheck" not in metafunc.fixturenames:
        raise pytest.UsageError(
            f"{metafunc.definition.nodeid}: wanted @pytest.mark.gradcheck(points=[...]) on a test "
            "that takes the fixture gradcheck and calls gradcheck(f)"
        )
    points = list(points)
    metafunc.parametrize("gradcheck", points, ids=[str(p) for p in points], indirect=True)


@pytest.fixture
def gradcheck(request: pytest.FixtureRequest) -> GradCheck:
    """Return `gradcheck(f, x)`: assert that f's gradients at x equal finite differences."""
    point = getattr(request, "param", _MISSING)

    def check(
        f: Callable[..., Any],
        x: Tree = _MISSING,
        *,
        order: int = 1,
        rtol: float = RTOL,
        **options: Any,
    ) -> Report:
        __tracebackhide__ = True
        at = point if x is _MISSING else x
        if at is _MISSING:
            raise TypeError(
                "gradcheck(f, x) wants a point x, or the test @pytest.mark.gradcheck(points=[...])"
            )
        return assert_gradients(f, at, order=order, rtol=rtol, **options)

    return check
