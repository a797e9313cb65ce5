"""Ours: this package's own attributes of a module, apart from the user's.

A user's class may have attributes called `loss`, `optimizer`, `path`, `history`, `config`, `table`
or `holders`. So the package's own are in one place, `module._nn` (`kept`); properties such as
`model.loss` give way to a user's attribute of that name (`Yielding`); and the package calls the
methods of a module as its class defines them (`ours`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")
PLACE = "_nn"


class Kept:
    """The package's own attributes of one module.

    Attributes:
        path: Where it is in its model.
        trainer: What `compile` made.
        predictor: What `predict` made; a copy makes its own.
        history: What the last `fit` returned.
        inputs: A `Structure`: how a row falls into the inputs of the model, if they are several.
        output: What it gives in a functional model, a symbol.
    """

    path: str = ""
    trainer: object = None
    predictor: object = None
    history: object = None
    inputs: Any = None
    output: Any = None

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "predictor"}


def kept(module: object) -> Kept:
    """Return the package's own attributes of a module."""
    attributes = vars(module)
    found = attributes.get(PLACE)
    if found is None:
        found = attributes[PLACE] = Kept()
    return cast(Kept, found)


class Yielding(Generic[T]):
    """A property that a user's attribute of the same name hides.

    >>> class Thing:
    ...     size = Yielding(lambda thing: 3)
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
def set_for_now(modules: Iterable[object], name: str, thing: object) -> Iterator[None]:
    """Set an attribute of modules for as long as the block runs; then it is what it was."""
    before = [(module, getattr(module, name)) for module in modules]
    for module, _ in before:
        setattr(module, name, thing)
    try:
        yield
    finally:
        for module, former in before:
            setattr(module, name, former)


class _Ours:
    """A module as its class defines it, without the attributes that were set on it."""

    def __init__(self, module: object) -> None:
        self._module = module

    def __getattr__(self, name: str) -> object:
        found = getattr(type(self._module), name)
        bind = getattr(found, "__get__", None)
        if isinstance(found, Yielding):
            return found.read(self._module)
        return found if bind is None else bind(self._module, type(self._module))


def ours(module: T) -> T:
    """Return a module whose methods are those of its class, whatever was set on it.

    >>> class Thing:
    ...     def table(self):
    ...         return "ours"
    >>> thing = Thing()
    >>> thing.table = 3
    >>> ours(thing).table()
    'ours'
    """
    return cast(T, _Ours(module))
