"""Internals: the package's own attributes of a module, kept apart from the user's.

A user's class may have attributes called `loss`, `optimizer`, `path`, `history`, `config`, `table`
or `holders`. So the package stores its own in one object, `module._nn` (`internals`); a property
such as `model.loss` yields to a user's attribute of that name (`Overridable`); and the package
calls the methods that a module's class defines, whatever the instance has (`class_view`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")
ATTRIBUTE = "_nn"


class Internals:
    """The package's own attributes of one module.

    Attributes:
        path: The module's path in its model.
        trainer: The trainer that `compile` made.
        predictor: The predictor that `predict` made; it is left out of copies and pickles.
        history: The history that the last `fit` returned.
        inputs: A `Structure`, how a row divides into the inputs of the model; None for one input.
        output: The symbol that the module returned in a functional model.
    """

    path: str = ""
    trainer: object = None
    predictor: object = None
    history: object = None
    inputs: Any = None
    output: Any = None

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "predictor"}


def internals(module: object) -> Internals:
    """Return the package's own attributes of a module."""
    attributes = vars(module)
    found = attributes.get(ATTRIBUTE)
    if found is None:
        found = attributes[ATTRIBUTE] = Internals()
    return cast(Internals, found)


class Overridable(Generic[T]):
    """A read-only property that a user's attribute of the same name overrides.

    >>> class Thing:
    ...     size = Overridable(lambda thing: 3)
    >>> thing = Thing()
    >>> before, thing.size = thing.size, 5
    >>> before, thing.size
    (3, 5)
    """

    def __init__(self, read: Callable[..., T]) -> None:
        self.read, self.__doc__ = read, read.__doc__

    def __get__(self, module: object, kind: type | None = None) -> T:
        return cast(T, self) if module is None else self.read(module)


@contextmanager
def temporarily_set(modules: Iterable[object], name: str, value: object) -> Iterator[None]:
    """Set an attribute of modules inside the block, and restore it at the end."""
    before = [(module, getattr(module, name)) for module in modules]
    for module, _ in before:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, former in before:
            setattr(module, name, former)


class _ClassView:
    """A module as its class defines it, without the attributes that were set on the instance."""

    def __init__(self, module: object) -> None:
        self._module = module

    def __getattr__(self, name: str) -> object:
        found = getattr(type(self._module), name)
        if isinstance(found, Overridable):
            return found.read(self._module)
        bind = getattr(found, "__get__", None)
        return found if bind is None else bind(self._module, type(self._module))


def class_view(module: T) -> T:
    """Return a view of a module whose methods are those of its class, whatever was set on it.

    >>> class Thing:
    ...     def table(self):
    ...         return "the method"
    >>> thing = Thing()
    >>> thing.table = 3
    >>> class_view(thing).table()
    'the method'
    """
    return cast(T, _ClassView(module))
