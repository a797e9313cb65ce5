"""Survey: everything that a model's graph depends on except numbers, to detect changes."""

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


class _ByIdentity:
    """A thing compared by identity, whatever its own `==` does."""

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and self.thing is other.thing

    __hash__ = None  # type: ignore[assignment]


class Survey:
    """The modules of a model with their attributes, and those of its loss; compare with `==`.

    Parameters are compared by identity, so training does not change a survey. Attributes whose name
    begins with an underscore are compared only where they hold parameters or modules.

    Attributes:
        modules: Every module, each once, the model first.
        parts: The list that is compared.

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
        self._containers: list[tuple[Collection[object], list[object]]] = []
        self._value_lists: list[tuple[list[object], list[object]]] = []
        seen: set[int] = set()
        waiting: list[Tree] = [model]
        while waiting:
            module = waiting.pop()
            if id(module) in seen:
                continue
            seen.add(id(module))
            self.modules.append(module)
            attributes = vars(module)
            names = [name for name, value in attributes.items() if _is_compared(name, value)]
            parts += (module, *names)
            for attribute in map(attributes.__getitem__, names):
                if attribute.__class__ in _KINDS:  # most are
                    parts.append(attribute)
                else:
                    self._add(attribute, waiting)
        self._model = model
        self._inputs = internals(model).inputs
        parts += (self._inputs, loss)
        if loss is not None:
            self._add(vars(loss), waiting)
        self._requires_grad_changes = changes_of_requires_grad()
        if self._requires_grad_changes:
            parts.append(frozenset(p for p in model.parameters() if not p.requires_grad))
        self._attribute_names = self._all_names()
        self._compared_flags = self._flags()
        self._compared_values = self._read_compared()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Survey) and (self is other or self.parts == other.parts)

    __hash__ = None  # type: ignore[assignment]

    def holds(self) -> bool:
        """Return whether every attribute is still the same object; faster than a new survey.

        If not, a new survey may still be equal, as after 0.5 was replaced by another 0.5.
        """
        # one flat list of the attributes of all modules: a loop over modules takes 1.5 times
        if changes_of_requires_grad() != self._requires_grad_changes:
            return False
        if internals(self._model).inputs != self._inputs:
            return False
        names = self._all_names()
        if names != self._attribute_names:
            flags = self._flags()
            if [*compress(names, flags)] != [
                *compress(self._attribute_names, self._compared_flags)
            ]:
                return False
            self._attribute_names, self._compared_flags = (
                names,
                flags,
            )  # ignored attributes came or went
        if not all(map(is_, self._read_compared(), self._compared_values)):
            return False
        if any(items != before for items, before in self._value_lists):
            return False
        return all(
            len(items) == len(before) and all(map(is_, items, before))
            for items, before in self._containers
        )

    def _all_names(self) -> list[str]:
        """Return the names of the attributes of all modules, one module after the other."""
        return [*chain.from_iterable(map(vars, self.modules))]

    def _flags(self) -> list[bool]:
        """Return for each of these attributes whether it is compared."""
        items = chain.from_iterable(vars(module).items() for module in self.modules)
        return [_is_compared(name, value) for name, value in items]

    def _read_compared(self) -> list[object]:
        """Return the values of the attributes that are compared."""
        values: Iterable[object] = chain.from_iterable(map(dict.values, map(vars, self.modules)))
        return [*compress(values, self._compared_flags)]

    @cached_property
    def foreign(self) -> bool:
        """Whether code from outside this package is called: it may do more than arithmetic."""
        return any(map(_foreign, self.parts))

    def _add(self, attribute: object, waiting: list[Tree]) -> None:
        if isinstance(attribute, Value):
            if attribute.op is None:  # else it is a result that a module has kept
                self.parts.append(attribute)
        elif isinstance(attribute, Tree):
            self.parts.append(attribute)
            waiting.append(attribute)
        elif nested(attribute) or isinstance(attribute, set | frozenset):
            self._add_items(attribute, waiting)
        elif isinstance(attribute, Mapping):
            self._add_items(attribute.keys(), waiting)
            self._add_items(attribute.values(), waiting)
        else:
            compared = isinstance(attribute, _COMPARED)
            compared = compared or type(attribute).__eq__ is object.__eq__
            self.parts.append(attribute if compared else _ByIdentity(attribute))

    def _add_items(self, items: Collection[object], waiting: list[Tree]) -> None:
        before = [*items]
        if (
            isinstance(items, list)
            and set(map(type, before)) == _VALUES
            and not any(map(_op, before))
        ):
            self._value_lists.append((items, before))  # `==` of Values is identity
            self.parts += ("(", *before, ")")
            return
        self._containers.append((items, before))
        self.parts.append("(")
        for item in before:
            self._add(item, waiting)
        self.parts.append(")")


def _is_compared(name: str, value: object) -> bool:
    """Return whether an attribute is compared."""
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
    thing = part.thing if isinstance(part, _ByIdentity) else part
    named = thing if isinstance(thing, _COMPARED) else type(thing)
    module = getattr(named, "__module__", None) or "builtins"
    return not f"{module}.".startswith(_OWN)
