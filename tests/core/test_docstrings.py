"""Every public function of the engine has a docstring with an example, which runs as a doctest."""

import inspect

import pytest

import autograd_core
from autograd_core import functional, testing
from autograd_core.derivatives import derive, jacobians
from autograd_core.table import TABLE

WRITTEN = [  # by hand; the functions made from the table carry its formula and derivative
    (module, name)
    for module in (autograd_core, functional, derive, jacobians, testing)
    for name, function in vars(module).items()
    if not name.startswith("_") and inspect.isroutine(function)
    if function.__module__.startswith("autograd_core")
    if not (module is functional and function.__qualname__ != name)
]


@pytest.mark.parametrize(("module", "name"), WRITTEN, ids=[f"{m.__name__}.{n}" for m, n in WRITTEN])
def test_public_functions_have_an_example(module: object, name: str) -> None:
    function = getattr(module, name)
    if name in TABLE and ">>>" not in (function.__doc__ or ""):
        assert "dy/d" in function.__doc__
    else:
        assert ">>>" in (function.__doc__ or ""), f"{name} has no example"


def test_every_public_name_is_documented() -> None:
    assert all(getattr(autograd_core, name).__doc__ for name in autograd_core.__all__)


@pytest.mark.parametrize("name", ["where", "gelu", "tanh", "maximum"])
def test_help_shows_a_method_under_the_name_it_is_called_by(name: str) -> None:
    assert getattr(autograd_core.Value, name).__name__ == name
