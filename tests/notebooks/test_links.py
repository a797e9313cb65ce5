"""Every public name says, at the end of its docstring, which notebook to read.

"Explained in" a notebook that uses or discusses the name; "Background in" one about its subject.
"""

import ast
import functools
import importlib
import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LINK = re.compile(r"(Explained|Background) in notebooks/(\w+\.ipynb)\.")
MODULES = [  # one line for each whose names are all done
    "autograd_core",
    "autograd_core.derivatives.derive",
    "autograd_core.functional",
    "autograd_core.derivatives.forward",
    "autograd_core.derivatives.jacobians",
    "autograd_core.derivatives.products",
    "autograd_core.testing",
    "nn",
    "viz",
]
NAMES = [(module, name) for module in MODULES for name in importlib.import_module(module).__all__]


@pytest.mark.parametrize(("module", "name"), NAMES, ids=[f"{m}.{n}" for m, n in NAMES])
def test_a_public_name_is_explained_in_a_notebook_that_exists(module: str, name: str) -> None:
    documentation = getattr(importlib.import_module(module), name).__doc__ or ""
    found = LINK.search(documentation.rstrip().rpartition("\n")[2])
    assert found, f"end {name}'s docstring with: Explained in notebooks/....ipynb."
    assert (NOTEBOOKS / found[2]).is_file()


PACKAGES = [NOTEBOOKS.parent / package for package in ("autograd_core", "nn", "viz")]
WRITTEN = [  # every docstring in a file that says which notebook explains it
    (f"{path.relative_to(NOTEBOOKS.parent)}:{node.name}", node.name, found[2])
    for package in PACKAGES
    for path in sorted(package.rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.ClassDef | ast.FunctionDef)
    for found in LINK.finditer(ast.get_docstring(node) or "")
    if found[1] == "Explained"
]


@functools.cache
def words(notebook: str) -> set[str]:
    """Return the words of all cells, plain: leaky_relu and LeakyReLU are the same."""
    cells = json.loads((NOTEBOOKS / notebook).read_text())["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    return {plain(word) for word in re.findall(r"\w+", text)}


def plain(name: str) -> str:
    return name.lower().replace("_", "")


@pytest.mark.parametrize(("place", "name", "notebook"), WRITTEN, ids=[w[0] for w in WRITTEN])
def test_a_notebook_that_explains_a_name_uses_it(place: str, name: str, notebook: str) -> None:
    assert plain(name) in words(notebook), (
        f"{place}: {notebook} does not use the name; write: Background in notebooks/{notebook}."
    )


def test_methods_made_from_the_table_say_it_too() -> None:
    core = importlib.import_module("autograd_core")
    for name in ("tanh", "__add__", "maximum", "backward"):
        assert LINK.search(getattr(core.Value, name).__doc__)
