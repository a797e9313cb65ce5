"""CONTRIBUTING.md: the way of `fit` is the one it takes, and each recipe works letter by letter."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nn

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text()
RECIPES = dict(re.findall(r"^### (.*?)\n(.*?)(?=^### |\Z)", PAGE, flags=re.DOTALL | re.MULTILINE))
CHANGE = re.compile(
    r"^In `([^`]+)`, (?:below `([^`]+)`|at the end|a new file)[^\n]*:\n\n```\w+\n(.*?)```",
    flags=re.DOTALL | re.MULTILINE,
)
EXAMPLE = re.compile(r"```python\n(>>>.*?)```", flags=re.DOTALL)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """The packages, changed as all recipes say."""
    clone = tmp_path_factory.mktemp("clone")
    for package in ("autograd_core", "nn", "viz"):
        shutil.copytree(ROOT / package, clone / package, ignore=shutil.ignore_patterns("*.pyc"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, clone / name)
    for recipe in RECIPES.values():
        for path, line, code in CHANGE.findall(recipe):
            file = clone / path
            text = file.read_text() + ("" if line else "\n\n") if file.exists() else ""
            assert not line or text.count(f"\n{line}\n") == 1, f"{path} has not one line {line!r}"
            before, _, after = text.partition(f"{line}\n") if line else (text, "", "")
            file.write_text(f"{before}{line}\n{code}{after}" if line else f"{before}{code}")
    return clone


def run(clone, *command):
    return subprocess.run(
        [sys.executable, *command], cwd=clone, capture_output=True, text=True, timeout=120
    )


def test_there_are_six_recipes():
    assert len(RECIPES) == 6
    assert sum(len(CHANGE.findall(recipe)) for recipe in RECIPES.values()) == PAGE.count("\nIn `")


def test_every_file_that_is_named_is_there():
    new = re.findall(r"^In `([^`]+)`, a new file", PAGE, flags=re.MULTILINE)
    named = re.findall(r"`((?:autograd_core|nn|viz|tests|docs)/[\w/]+\.(?:py|md))`", PAGE)
    assert not [path for path in named if path not in new and not (ROOT / path).exists()]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_works_as_it_is_written(name, clone):
    (clone / "example.txt").write_text("".join(EXAMPLE.findall(RECIPES[name])))
    done = run(clone, "-m", "doctest", "example.txt")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_recipes_write_is_in_style(clone):
    pytest.importorskip("ruff")
    run(clone, "-m", "ruff", "check", "--fix", "-q", ".")
    for command in (("check", "-q"), ("format", "--check", "-q")):
        done = run(clone, "-m", "ruff", *command, "autograd_core", "nn")
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_of_operations_has_the_new_one(clone):
    assert "| `gaussian` | `exp(-a * a)` |" in run(clone, "-m", "autograd_core").stdout


def test_fit_goes_through_the_files_that_are_named_in_this_order():
    chapter = PAGE.split("## How `fit` reaches NumPy")[1].split("\n## ")[0]
    named = re.findall(r"^\d+\. `([\w/]+\.py)`", chapter, flags=re.MULTILINE)
    entered = {}

    def note(frame, event, argument):
        if event == "call":
            path = Path(frame.f_code.co_filename)
            if ROOT in path.parents:
                entered.setdefault(path.relative_to(ROOT).as_posix())

    model = nn.MLP(2, [3, 1], rng=0)
    model.compile("adam", "mse")
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        model.fit([[0.0, 1.0], [1.0, 0.0]], [1.0, 0.0], verbose=0)
    finally:
        sys.setprofile(before)
    assert len(named) == 10
    assert [path for path in entered if path in named] == named
