"""In a browser (Pyodide): integers of 32 bits, no folder of the user's scripts, fewer wheels."""

import builtins
import bz2
import json
import runpy
import subprocess
import sys
import sysconfig
import threading
import tomllib
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from packaging.requirements import Requirement
from tqdm.auto import tqdm

import nn
from autograd_core import compile, grad
from autograd_core.compiler.printers.numpy import runtime
from autograd_core.files import json_of
from autograd_core.functional import logsumexp
from nn.command_line.folder import Folder
from nn.data.reading.text import read_text
from nn.tables import trials
from viz import expression, render

ROOT = Path(__file__).parents[2]


def test_packages_without_a_pure_wheel_are_not_required_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    for platform, names in (
        ("emscripten", {"numpy", "graphviz", "tqdm"}),
        ("linux", {"numpy", "graphviz", "tqdm", "graphviz-pure"}),
    ):
        here = {"sys_platform": platform}
        taken = {r.name for r in wanted if r.marker is None or r.marker.evaluate(here)}
        assert taken == names


def test_script_folders_without_a_user_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in [name for name in sysconfig._INSTALL_SCHEMES if name.endswith("_user")]:
        monkeypatch.delitem(sysconfig._INSTALL_SCHEMES, scheme)
    with pytest.raises(ValueError, match="not a valid scheme"):
        sysconfig.get_preferred_scheme("user")
    assert [*render._script_folders()] == [sysconfig.get_path("scripts")]


@pytest.fixture
def short_integers(monkeypatch: pytest.MonkeyPatch) -> list[np.dtype]:
    """Make indices 32 bits long, and np.bincount refuse longer ones, as in Pyodide."""
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


def test_programs_count_with_the_integers_of_the_machine(
    short_integers: list[np.dtype], monkeypatch: pytest.MonkeyPatch
) -> None:
    # the gradient of numbers that are gathered is scattered
    places = [(7 * i * i + 3) % 64 for i in range(300)]

    def f(w):
        return sum(w[i].tanh() * w[j] for i, j in zip(places, places[::-1]))

    tables: list[np.ndarray] = []
    built = runtime.ArrayProgram._built

    def noted(program, samples):
        tables.extend(program.text.tables.values())
        return built(program, samples)

    monkeypatch.setattr(runtime.ArrayProgram, "_built", noted)
    w = [0.01 * i - 0.3 for i in range(64)]
    compiled = compile(f)
    _, slopes = compiled.value_and_grad(w)
    assert "bincount" in compiled.source
    assert ".take(" in compiled.source
    assert len(short_integers) > 1
    assert {table.dtype.kind + str(table.itemsize) for table in tables} == {"i4"}
    np.testing.assert_allclose(slopes, grad(f)(w), rtol=1e-13, atol=1e-14)


def test_a_model_written_by_an_older_numpy_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def savez(file, **arrays):  # as NumPy 2.0 does, which Pyodide has: every name is an array's
        with zipfile.ZipFile(file, "w") as written:
            for name, array in arrays.items():
                with written.open(f"{name}.npy", "w") as member:
                    np.lib.format.write_array(member, np.asanyarray(array))

    monkeypatch.setattr(np, "savez", savez)
    model = nn.MLP(2, [3, 1])
    model.save(tmp_path / "m.npz")
    read = nn.load(tmp_path / "m.npz")
    assert read.predict([[1.0, 2.0]]) == model.predict([[1.0, 2.0]])


def test_the_largest_of_numbers_that_are_read_backwards() -> None:
    # NumPy 2.0 is wrong for maximum.reduce(view, 1, None, out): the last is left out of it
    f = compile(lambda x: logsumexp(x[::-1]), batch=(0,))
    assert f(5_000 * np.eye(33)).tolist() == [5_000.0] * 33
    assert ".copy(), 1, None" in f.source


def test_the_labels_of_tables_can_be_counted_there(
    short_integers: list[np.dtype], tmp_path: Path
) -> None:
    path = tmp_path / "my.csv"
    path.write_text("x,kind\n1,a\n2,b\n3,b\n")
    for _, labels in (
        nn.data.make_moons(4),
        nn.data.make_blobs(3, 2),
        nn.data.load_iris(),
        nn.data.load_csv(path),
    ):
        assert np.bincount(labels).sum() == len(labels)
    assert np.bincount(nn.data.encode_labels(["b", "a", "b"])[0]).tolist() == [1, 2]


def test_a_long_expression_does_not_crash_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")
    there = runpy.run_path(expression.__file__)
    with pytest.raises(there["ExpressionError"], match="8001 characters, the limit is 5000"):
        there["parse"]("x" + "+x" * 4_000, {"x": 1.0})


def test_trials_that_ask_for_processes_run_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setitem(sys.modules, "multiprocessing", None)
    assert [*trials._all(len, [(), (1,)], 2)] == [(0, 0), (1, 1)]


def test_deeply_nested_files_are_errors_and_do_not_crash_the_interpreter(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    deep = b"[" * 100_000
    path.write_bytes(len(deep).to_bytes(8, "little") + deep)
    with pytest.raises(ValueError, match="not a safetensors file, or it is damaged"):
        nn.load_safetensors(nn.MLP(2, [1]), path)
    for text in ("[" * 901, '{"a":' * 901 + "1" + "}" * 901):
        with pytest.raises(ValueError, match="more than 900 deep"):
            json_of(text)
    wide = '["[[", "\\"["' + ", [[], {}]" * 1_000 + "]"
    assert json_of(wide) == json.loads(wide)
    assert json_of("[" * 900 + "]" * 900) == json.loads("[" * 900 + "]" * 900)


def test_a_folder_inside_a_file_is_said_to_be_one_whatever_the_system_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self, *args, **keywords):
        raise PermissionError(13, "Permission denied", str(self))  # the browser's words for it

    (tmp_path / "file").write_text("")
    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(OSError, match="it would lie inside a file"):
        Folder(tmp_path / "file" / "report", [])


def test_a_bar_needs_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    monkeypatch.setattr(tqdm, "monitor", None)
    monkeypatch.setattr(tqdm, "monitor_interval", 10)
    model = nn.MLP(2, [1])
    model.compile("sgd", "mse")
    model.fit([[0.0, 1.0]], [1.0], verbose=1)  # a warning would be an error
    assert tqdm.monitor_interval == 0


# Pyodide 0.27.7 has these as packages by themselves, or not at all.
ELSEWHERE = {"lzma", "bz2", "ssl", "sqlite3", "fcntl", "resource", "termios", "curses", "pwd"}


def test_importing_us_needs_no_module_that_a_browser_lacks() -> None:
    lines = "import nn, viz, autograd_core"
    missing = f"import sys; sys.modules.update(dict.fromkeys({sorted(ELSEWHERE)}))"
    done = subprocess.run([sys.executable, "-c", f"{missing}; {lines}"], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_a_compressed_table_without_its_module_is_an_error_that_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed = bz2.compress(b"a,b\n1,2\n3,4\n")
    assert read_text(packed, "t.csv.bz2")[0].startswith("a,b")
    monkeypatch.setitem(sys.modules, "bz2", None)
    with pytest.raises(ValueError, match="is a bz2 file, and this Python has no module bz2"):
        read_text(packed, "t.csv.bz2")


@pytest.fixture
def plugin() -> dict[str, Any]:
    """The plugin with which .ci/pyodide runs the tests there."""
    return runpy.run_path(str(ROOT / ".ci" / "browser.py"))


@pytest.mark.parametrize(
    ("file", "lacks"), [("tests/core/test_it.py", "processes"), ("nn/tables/it.py", "")]
)
def test_a_test_that_starts_a_process_is_skipped_there_and_packages_that_do_fail(
    plugin: dict[str, Any], file: str, lacks: str
) -> None:
    refused = "raise OSError('emscripten does not support processes.')"
    with pytest.raises(OSError, match="does not support processes") as caught:
        exec(builtins.compile(refused, str(ROOT / file), "exec"))
    assert plugin["_lacking"](caught.value) == lacks


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("a browser has no threads", "skipped"),
        ("could not import 'torch': No module named 'torch'", "skipped"),
        ("could not import 'numpy': No module named 'numpy'", "failed"),
        ("it takes long", "failed"),
    ],
)
def test_only_skips_because_of_the_browser_are_allowed_there(
    plugin: dict[str, Any], reason: str, outcome: str
) -> None:
    report = SimpleNamespace(skipped=True, outcome="skipped", longrepr=("f.py", 1, reason))
    assert plugin["_failed_if_skipped_for_less"](report).outcome == outcome
