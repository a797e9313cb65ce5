"""Every public name says, at the end of its docstring, which notebook explains it."""

import importlib
import re
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LINK = re.compile(r"Explained in notebooks/(\w+\.ipynb)\.")
MODULES = [  # one line for each whose names are all done
    "autograd_core",
    "autograd_core.derive",
    "autograd_core.functional",
    "autograd_core.jacobians",
    "autograd_core.testing",
]
NAMES = [(module, name) for module in MODULES for name in importlib.import_module(module).__all__]


@pytest.mark.parametrize(("module", "name"), NAMES, ids=[f"{m}.{n}" for m, n in NAMES])
def test_a_public_name_is_explained_in_a_notebook_that_exists(module: str, name: str) -> None:
    documentation = getattr(importlib.import_module(module), name).__doc__ or ""
    found = LINK.search(documentation.rstrip().rpartition("\n")[2])
    assert found, f"end {name}'s docstring with: Explained in notebooks/....ipynb."
    assert (NOTEBOOKS / found[1]).is_file()


def test_methods_made_from_the_table_say_it_too() -> None:
    core = importlib.import_module("autograd_core")
    for name in ("tanh", "__add__", "maximum", "backward"):
        assert LINK.search(getattr(core.Value, name).__doc__)
