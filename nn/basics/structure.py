"""Structure: several inputs or outputs, a list or a dict, concatenated in one row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

import numpy as np

from autograd_core.table import Floats
from nn.basics.shapes import Number, is_number
from nn.basics.vector import Rows

T = TypeVar("T")
PartT = TypeVar("PartT", covariant=True)
# Tables, losses, metrics or weights as the user gave them: whoever uses them checks them.
Unchecked: TypeAlias = Any


class Row(Protocol[PartT]):
    """A row that slices divide: a list, a tuple or an array."""

    def __getitem__(self, place: slice, /) -> PartT: ...


class Parts(list[T]):
    """A list of several outputs, with their names; a plain list of Values is one output.

    >>> Parts([1.0, [2.0, 3.0]], ["a", "b"]).names
    ('a', 'b')
    """

    def __init__(self, items: Sequence[T], names: Sequence[str]) -> None:
        super().__init__(items)
        self.names = tuple(names)


class Structure(NamedTuple):
    """How a row of numbers divides into parts.

    Attributes:
        names: The names of the parts.
        sizes: The number of columns of each part.
        keyed: Whether the parts are a dict rather than a list.

    >>> two = Structure(("a", "b"), (1, 2), True)
    >>> two.split([1.0, 2.0, 3.0])
    {'a': [1.0], 'b': [2.0, 3.0]}
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    keyed: bool

    def slices(self) -> list[slice]:
        """Return the columns of each part."""
        ends = np.cumsum(self.sizes).tolist()
        return [slice(end - size, end) for end, size in zip(ends, self.sizes, strict=True)]

    def split(self, row: Row[T]) -> list[T] | dict[str, T]:
        """Return the parts of a row, in a list or a dict."""
        return self.packed([row[place] for place in self.slices()])

    def arrays(self, table: Floats) -> list[Floats] | dict[str, Floats]:
        """Return the parts of a table, in a list or a dict."""
        return self.packed([table[:, place] for place in self.slices()])

    def packed(self, parts: list[T]) -> list[T] | dict[str, T]:
        """Return a list of parts as it is, or as a dict if the structure is keyed."""
        return dict(zip(self.names, parts, strict=True)) if self.keyed else parts

    def ordered(self, what: str, given: object) -> list[Unchecked]:
        """Return a list or dict of one thing per part as a list in the order of the parts.

        Raises:
            ValueError: If one is missing or there are too many, or it is neither a list nor a dict.
        """
        wanted = f"{what} wants one of each of {', '.join(self.names)}, in a list or a dict"
        if isinstance(given, Mapping):
            strange = [name for name in given if name not in self.names]
            missing = [name for name in self.names if name not in given]
            if strange or missing:
                wrong = f"no {strange[0]!r} among them" if strange else f"{missing[0]!r} is missing"
                raise ValueError(f"{wanted}; {wrong}")
            return [given[name] for name in self.names]
        if not isinstance(given, list | tuple) or len(given) != len(self.names):
            count = f" of {len(given)}" if isinstance(given, list | tuple) else ""
            raise ValueError(f"{wanted}; got a {type(given).__name__}{count}")
        return list(given)


def structure_of(outputs: object, split_lists: bool = False) -> Structure | None:
    """Return the structure of what a model returned for one sample; None if it is one output.

    Args:
        outputs: A dict, `Parts` or a list that contains a list is several outputs.
        split_lists: Whether a plain list of numbers is several outputs, too.

    >>> from autograd_core import Value
    >>> structure_of({"a": Value(1.0), "b": [Value(1.0), Value(2.0)]}).sizes
    (1, 2)
    >>> structure_of([Value(1.0), Value(2.0)]) is None
    True
    """
    keyed = isinstance(outputs, Mapping)
    if isinstance(outputs, Mapping):
        names, items = tuple(map(str, outputs)), [*outputs.values()]
    elif isinstance(outputs, Parts):
        names, items = outputs.names, outputs
    elif isinstance(outputs, Rows) or not isinstance(outputs, list | tuple):
        return None  # a Rows is the output of one layer
    elif split_lists or any(map(_is_composite, outputs)):
        names, items = tuple(f"output_{i}" for i in range(1, len(outputs) + 1)), list(outputs)
    else:
        return None
    return Structure(names, tuple(sum(1 for _ in flat(item)) for item in items), keyed)


def flat(outputs: object) -> Iterator[Number]:
    """Yield the numbers in nested lists, dicts and arrays, in order.

    >>> [*flat({"a": 1.0, "b": [2.0, np.array([3.0])]})]
    [1.0, 2.0, 3.0]
    """
    if isinstance(outputs, Mapping):
        outputs = [*outputs.values()]
    if isinstance(outputs, np.ndarray):
        outputs = outputs.ravel().tolist()
    if isinstance(outputs, list | tuple):
        for item in outputs:
            yield from flat(item)
    elif is_number(outputs):
        yield outputs
    else:
        raise TypeError(
            f"a model returns a Value, or Values in lists and dicts, for one sample, got "
            f"{outputs!r:.60}"
        )


def _is_composite(item: object) -> bool:
    return isinstance(item, list | tuple | Mapping) or (
        isinstance(item, np.ndarray) and item.ndim > 0
    )
