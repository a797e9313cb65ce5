"""Survey: all that a model's graph depends on besides numbers, to see whether it has changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from itertools import chain, compress
from operator import attrgetter, is_
from types import BuiltinFunctionType, FunctionType
from typing import cast

from autograd_core import Value
from autograd_core.graph import changes_of_requires_grad
from nn.modules import Tree, internals, nested

_PLAIN = (bool, int, float, str, bytes, type(None))
_COMPARED = (*_PLAIN, FunctionType, BuiltinFunctionType, type)
_KINDS = frozenset(_COMPARED)
_VALUES, _op = {Value}, attrgetter("op")
_IGNORED = frozenset(["training", "trainable", "stop_training", "history"])
_OWN = ("nn.", "autograd_core.", "builtins")


class _Same:
    """Something that is equal to itself only, whatever its own `==` says."""

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.thing is other.thing

    __hash__ = None  # type: ignore[assignment]


class Survey:
    """The modules of a model with their attributes, and those of its loss; compare with `==`.

    Parameters count by identity, so training does not change it; attributes that begin with an
    underscore count where they hold parameters or modules.

    Attributes:
        modules: Every module, each once.
        parts: What is compared.

    >>> import nn
    >>> model = nn.MLP(2, [3, 1])
    >>> before = Survey(model)
    >>> before == Survey(model)
    True
    >>> model.layers[0].neurons[0].w[0] = nn.Value(1.0)
    >>> before == Survey(model)
    False
    """

    def __init__(self, model: Tree, loss: object = None) -> None:
        self.modules: list[Tree] = []
        self.parts = parts = list[object]()
        self._items: list[tuple[Collection[object], list[object]]] = []
        self._weights: list[tuple[list[object], list[object]]] = []
        seen: set[int] = set()
        waiting: list[Tree] = [model]
        while waiting:
            module = waiting.pop()
            if id(module) in seen:
                continue
            seen.add(id(module))
            self.modules.append(module)
            attributes = vars(module)
            names = [name for name, value in attributes.items() if _counts(name, value)]
            parts += (module, *names)
            for attribute in map(attributes.__getitem__, names):
                if attribute.__class__ in _KINDS:  # most are
                    parts.append(attribute)
                else:
                    self._take(attribute, waiting)
        self._model = model
        self._inputs = internals(model).inputs
        parts += (self._inputs, loss)
        if loss is not None:
            self._take(vars(loss), waiting)
        self._freezings = changes_of_requires_grad()
        if self._freezings:
            parts.append(frozenset(p for p in model.parameters() if not p.requires_grad))
        self._names = self._all_names()
        self._watched = self._flags()  # whether each of them counts here
        self._found = self._attributes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Survey) and (self is other or self.parts == other.parts)

    __hash__ = None  # type: ignore[assignment]

    def holds(self) -> bool:
        """Whether all of it is the very same as when it was made: quicker than a new survey.

        If it does not, a new survey may still be equal: 0.5 may have been replaced by 0.5.
        """
        # The attributes of all modules in a row: a loop over the modules takes a half longer.
        if changes_of_requires_grad() != self._freezings:
            return False
        if internals(self._model).inputs != self._inputs:
            return False
        names = self._all_names()
        if names != self._names:
            flags = self._flags()
            if [*compress(names, flags)] != [*compress(self._names, self._watched)]:
                return False
            self._names, self._watched = names, flags  # others came or went
        if not all(map(is_, self._attributes(), self._found)):
            return False
        if any(items != before for items, before in self._weights):
            return False
        return all(
            len(items) == len(before) and all(map(is_, items, before))
            for items, before in self._items
        )

    def _all_names(self) -> list[str]:
        """Return the names of all modules' attributes."""
        return [*chain.from_iterable(map(vars, self.modules))]

    def _flags(self) -> list[bool]:
        """Return for each of them whether it counts."""
        items = chain.from_iterable(vars(module).items() for module in self.modules)
        return [_counts(name, value) for name, value in items]

    def _attributes(self) -> list[object]:
        """Return those attributes of all modules that count."""
        values: Iterable[object] = chain.from_iterable(map(dict.values, map(vars, self.modules)))
        return [*compress(values, self._watched)]

    @cached_property
    def foreign(self) -> bool:
        """Whether code from outside this package takes part: it may do more than arithmetic."""
        return any(map(_foreign, self.parts))

    def _take(self, attribute: object, waiting: list[Tree]) -> None:
        if isinstance(attribute, Value):
            if attribute.op is None:  # else it is a result that somebody kept
                self.parts.append(attribute)
        elif isinstance(attribute, Tree):
            self.parts.append(attribute)
            waiting.append(attribute)
        elif nested(attribute) or isinstance(attribute, set | frozenset):
            self._take_all(attribute, waiting)
        elif isinstance(attribute, Mapping):
            self._take_all(attribute.keys(), waiting)
            self._take_all(attribute.values(), waiting)
        else:
            compared = isinstance(attribute, _COMPARED)
            compared = compared or type(attribute).__eq__ is object.__eq__
            self.parts.append(attribute if compared else _Same(attribute))

    def _take_all(self, items: Collection[object], waiting: list[Tree]) -> None:
        before = [*items]
        if (
            isinstance(items, list)
            and set(map(type, before)) == _VALUES
            and not any(map(_op, before))
        ):
            self._weights.append((items, before))  # Values are equal to themselves only: `==` does
            self.parts += ("(", *before, ")")
            return
        self._items.append((items, before))
        self.parts.append("(")
        for item in before:
            self._take(item, waiting)
        self.parts.append(")")


def _counts(name: str, value: object) -> bool:
    """Say whether an attribute is compared."""
    return name not in _IGNORED if name[0] != "_" else _holds_parts(value)


def _holds_parts(value: object) -> bool:
    if isinstance(value, Tree):
        return True
    if isinstance(value, Value):
        return value.op is None
    if isinstance(value, Mapping):
        value = [*value.values()]
    container = nested(value) or isinstance(value, set | frozenset)
    return container and any(map(_holds_parts, cast("Collection[object]", value)))


def _foreign(part: object) -> bool:
    if isinstance(part, (Value, *_PLAIN)):
        return False
    thing = part.thing if isinstance(part, _Same) else part
    named = thing if isinstance(thing, _COMPARED) else type(thing)
    module = getattr(named, "__module__", None) or "builtins"
    return not f"{module}.".startswith(_OWN)
