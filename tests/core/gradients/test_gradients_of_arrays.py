"""gradcheck of NumPy, PyTorch and JAX: planted faults are named, right gradients pass."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd_core import gradcheck
from autograd_core.testing import assert_gradients

sys.path.insert(0, str(Path(__file__).parent))
import numpy_cases  # found by the line above, as docs/gradcheck.py finds them


def cases(which: str) -> list[object]:
    """Return the cases of NumPy, and of the frameworks that are installed."""
    found = list(getattr(numpy_cases, which))
    for framework in ("torch", "jax"):
        try:
            module = __import__(f"{framework}_cases")
        except ImportError:
            continue
        found += getattr(module, which)
    return found


@pytest.mark.parametrize("case", cases("FAULTS"), ids=str)
def test_a_planted_fault_is_found_and_named(case) -> None:
    report = gradcheck(case.f, case.inputs, **case.by_hand)
    assert not report.ok
    assert re.search(case.words, report.guilty), report.guilty


@pytest.mark.parametrize("case", cases("RIGHT"), ids=str)
def test_a_right_gradient_passes(case) -> None:
    report = gradcheck(case.f, case.inputs, **case.by_hand)
    assert report.ok, str(report)
    judged = [row for row in report.rows if row.verdict != "inconclusive"]
    assert len(judged) >= len(report.rows) / 2


def test_a_function_that_is_random_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"same result each time.*module\.eval"):
        gradcheck(lambda x: x * rng.normal(), np.ones(2), vjp=lambda x, g: g)


def test_a_gradient_that_changes_its_argument_is_refused() -> None:
    with pytest.raises(ValueError, match="changes an argument in place"):
        gradcheck(lambda x: x * x, (np.ones(2),), vjp=numpy_cases.changes_x)


def test_samples_are_drawn_from_the_seed_and_within_the_budget() -> None:
    case = numpy_cases.RIGHT[-2]
    reports = [gradcheck(case.f, case.inputs, **case.by_hand, budget=10, seed=s) for s in (1, 1, 2)]
    names = [[row.name for row in report.rows] for report in reports]
    assert [len(rows) for rows in names] == [10, 10, 10]
    assert names[0] == names[1] != names[2]


def test_one_wrong_entry_of_many_is_found_by_directions_though_not_drawn() -> None:
    w = np.linspace(0.5, 1.5, 4000).reshape(40, 100)

    def vjp(w, g):
        found = 2.0 * w * g
        found[17, 55] *= 1.5
        return found

    report = gradcheck(lambda w: w * w, (w,), vjp=vjp, budget=8)
    assert re.search(r"\[17, 55\].*1\.5 times|index 17 of axis 0.*1\.5 times", report.guilty)


@pytest.mark.parametrize(
    ("by_hand", "error"),
    [
        ({"gradient": np.cos}, "use vjp="),
        ({"vjp": lambda x, g: (g, g)}, "1 parts, one for each input, got 2"),
        ({"vjp": lambda x, g: g, "budget": 0}, "at least 1"),
        ({"vjp": lambda x, g: g, "order": 2}, "order=2 is for functions of Values"),
    ],
)
def test_invalid_arguments_are_refused(by_hand, error) -> None:
    with pytest.raises(ValueError, match=error):
        gradcheck(np.sin, (np.ones(3),), **by_hand)


def test_trees_integers_and_several_outputs() -> None:
    parameters = {"w": np.array([[1.0, -2.0], [0.5, 3.0]]), "b": [0.1, 0.2]}
    x, labels = np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([0, 1])

    def f(p, x, labels):
        z = x @ p["w"] + np.asarray(p["b"])
        return z[np.arange(2), labels], z.sum()

    def vjp(p, x, labels, g, h):
        dz = np.full((2, 2), h)
        dz[np.arange(2), labels] += g
        return {"w": x.T @ dz, "b": dz.sum(axis=0)}, dz @ p["w"].T, None

    report = gradcheck(f, (parameters, x, labels), vjp=vjp)
    assert report.ok, str(report)
    assert {row.name for row in report.rows} >= {"y0[1] by p['w'][0, 1]", "y1 by x[0, 1]"}


def test_the_assertion_takes_them() -> None:
    with pytest.raises(AssertionError, match="d_x has the wrong sign"):
        assert_gradients(lambda x: np.sin(x), (np.ones(2),), vjp=lambda x, g: -np.cos(x) * g)


@pytest.mark.gradcheck(points=[0.5, np.array([0.1, 2.0])])
def test_the_fixture_and_the_marker_take_them(gradcheck) -> None:
    assert gradcheck(np.sin, vjp=lambda x, g: np.cos(x) * g).ok
