"""In a browser (Pyodide): integers of 32 bits, no folder of the user's scripts, fewer wheels."""

import sysconfig
import tomllib
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

from autograd_core import compile, grad
from autograd_core.compiler.printers.numpy import runtime
from viz import render

ROOT = Path(__file__).parents[2]


def test_what_has_no_pure_wheel_is_not_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    for platform, names in (
        ("emscripten", {"numpy", "graphviz", "tqdm"}),
        ("linux", {"numpy", "graphviz", "tqdm", "graphviz-pure"}),
    ):
        here = {"sys_platform": platform}
        taken = {r.name for r in wanted if r.marker is None or r.marker.evaluate(here)}
        assert taken == names


def test_folders_of_scripts_without_one_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = sysconfig.get_path

    def get_path(name: str, scheme: str = "posix_prefix") -> str:
        if "user" in scheme:
            raise KeyError(scheme)
        return everywhere(name)

    monkeypatch.setattr(sysconfig, "get_path", get_path)
    monkeypatch.setattr(sysconfig, "get_scheme_names", lambda: ("posix_prefix", "posix_home"))
    assert [*render._script_folders()] == [sysconfig.get_path("scripts")]


@pytest.fixture
def short_integers(monkeypatch: pytest.MonkeyPatch) -> list[np.dtype]:
    """Let indices have 32 bits, and NumPy refuse to count longer ones, as it does there."""
    seen: list[np.dtype] = []
    count = np.bincount

    def strict(x, *args, **keywords):
        seen.append(x.dtype)
        if x.dtype == np.int64:
            raise TypeError("Cannot cast array data from dtype('int64') to dtype('int32')")
        return count(x, *args, **keywords)

    monkeypatch.setattr(np, "intp", np.int32)
    monkeypatch.setattr(np, "bincount", strict)
    monkeypatch.setitem(runtime._HELPERS, "bincount", strict)
    return seen


def test_programs_count_with_the_integers_of_the_machine(short_integers: list[np.dtype]) -> None:
    # the gradient of numbers that are gathered is scattered
    places = [(7 * i * i + 3) % 64 for i in range(300)]

    def f(w):
        return sum(w[i].tanh() * w[j] for i, j in zip(places, places[::-1]))

    w = [0.01 * i - 0.3 for i in range(64)]
    compiled = compile(f)
    _, slopes = compiled.value_and_grad(w)
    assert "bincount" in compiled.source
    assert len(short_integers) > 1
    np.testing.assert_allclose(slopes, grad(f)(w), rtol=1e-13, atol=1e-14)
