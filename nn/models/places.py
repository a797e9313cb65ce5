"""Places: the calls that lead to a model's outputs, in order, and symbols as numbers of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any, TypeAlias, cast

from autograd_core.files import JSON
from nn.basics import Output
from nn.layers.symbol import Call, Input, Symbol, Symbols, items_in

Place = tuple[int, "int | str | None"]
"""A symbol as the number of its call, and the index or name of one of several outputs, or None."""
NestedPlaces: TypeAlias = Any  # a Place, or lists and dicts of places, as the symbols were nested
Key: TypeAlias = tuple[int, ...]


def key_of(symbol: Symbol) -> Key:
    """Return a key of the call that made a symbol; an Input has the same key each time."""
    call = symbol.made_by
    return (id(call.layer),) if not call.given else (id(call.layer), *map(id, _symbols(call)))


def _symbols(call: Call) -> Iterator[Symbol]:
    for item in call.given:
        yield from items_in(item)


def calls_to(outputs: Sequence[object], inputs: Sequence[Symbol]) -> list[tuple[Key, Call]]:
    """Return the calls that lead to the outputs, in Keras's order: the farthest from them first.

    Raises:
        ValueError: If the outputs need an input that is not among the inputs.
        TypeError: If an output is not a symbol.
    """
    calls: dict[Key, Call] = {}
    waiting = [*reversed(outputs)]
    while waiting:
        symbol = waiting.pop()
        if not isinstance(symbol, Symbol):
            raise TypeError(
                f"a Model's outputs are what layers give when they are called with nn.Input, got "
                f"{symbol!r:.60}; call the last layer"
            )
        key = key_of(symbol)
        if key not in calls:
            calls[key] = symbol.made_by
            waiting += reversed([*_symbols(symbol.made_by)])
    known = {key_of(symbol) for symbol in inputs}
    for key, call in calls.items():
        if not call.given and key not in known:
            name = cast(Input, call.layer).name or repr(call.layer)
            raise ValueError(
                f"the outputs need {name}, which is not among the Model's inputs; pass it too"
            )
    for symbol in inputs:
        calls.setdefault(key_of(symbol), symbol.made_by)
    operands = {key: [key_of(symbol) for symbol in _symbols(call)] for key, call in calls.items()}
    depth = dict.fromkeys(calls, 0)
    for key in reversed([*TopologicalSorter(operands).static_order()]):
        for operand in operands[key]:
            depth[operand] = max(depth[operand], depth[key] + 1)
    first = {key: i for i, key in enumerate(calls)}
    return sorted(calls.items(), key=lambda item: (-depth[item[0]], first[item[0]]))


def _mapped(item: Any, is_leaf: Callable[[Any], bool], function: Callable[[Any], Any]) -> Any:
    """Return nested lists and dicts of leaves, with a function applied to each leaf."""
    if isinstance(item, Mapping):
        return {name: _mapped(part, is_leaf, function) for name, part in item.items()}
    if is_leaf(item) or not isinstance(item, list | tuple):
        return function(item)
    return [_mapped(part, is_leaf, function) for part in item]


def to_places(item: Symbols, number: Mapping[Key, int]) -> NestedPlaces:
    """Return nested lists and dicts of symbols as places."""
    return _mapped(item, lambda leaf: False, lambda symbol: (number[key_of(symbol)], symbol.part))


def from_places(item: NestedPlaces, found: Sequence[Output]) -> Output:
    """Return nested lists and dicts of places with the results of their calls instead."""

    def given(place: Place) -> Output:
        number, part = place
        return found[number] if part is None else found[number][part]

    return _mapped(item, _is_place, given)


def places_in(item: NestedPlaces) -> list[Place]:
    """Return the places in lists and dicts, in order."""
    found: list[Place] = []
    _mapped(item, _is_place, found.append)
    return found


def places_from_file(item: JSON) -> NestedPlaces:
    """Return places from a file, in which they are lists, as tuples."""
    return _mapped(item, _is_place, tuple)


def _is_place(item: Any) -> bool:
    """Return whether a list is a place, rather than a list of places."""
    return len(item) == 2 and isinstance(item, list | tuple) and type(item[0]) is int
