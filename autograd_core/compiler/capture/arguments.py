"""Arguments: the arguments of a compiled function, checked and flattened."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable
from operator import index
from typing import NamedTuple

import numpy as np

from autograd_core.compiler.capture import tree
from autograd_core.compiler.capture.tree import Flat, Function, Nested, Tree

_DOUBLE = np.dtype(np.float64)


def signature(argument: Nested) -> object:
    """Return the type or shape of a float or float64 array; None for what must be converted."""
    kind = argument.__class__
    if kind is np.ndarray:
        if argument.dtype is _DOUBLE and argument.flags.c_contiguous:
            return argument.shape or None
        return None
    return float if kind is float else None


class Call(NamedTuple):
    """The arguments of a call, flattened; `structures` and `flats` leave out static ones.

    Attributes:
        args: The arguments.
        key: Equal for calls that can share a graph: structures and static arguments.
        structures: The structure of each argument; for a batched one, that of one sample.
        flats: The numbers of each argument.
        samples: The number of samples, or None without a batch.
    """

    args: tuple[object, ...]
    key: Hashable
    structures: list[Tree]
    flats: list[Flat]
    samples: int | None


class Arguments:
    """The function to be compiled, and which of its arguments are static or batched.

    Args:
        function: The function, or None for a graph.
        name: Its name in messages.
        static: Positions of arguments that are passed on unchanged.
        batch: For each argument, 0 if it has a leading axis with samples, else None.
    """

    def __init__(
        self,
        function: Function | None,
        name: str,
        static: frozenset[int],
        batch: tuple[int | None, ...],
    ) -> None:
        self.function, self.name, self.static, self.batch = function, name, static, batch

    def without_function(self) -> Arguments:
        """Return the same without the function, so that it can be pickled."""
        return Arguments(None, self.name, self.static, self.batch)

    def batched(self, count: int) -> list[bool]:
        """Return, for each argument that is not static, whether it is batched."""
        axes = [*self.batch, *[None] * (count - len(self.batch))]
        return [axes[i] is not None for i in range(count) if i not in self.static]

    def names(self, count: int) -> list[str]:
        """Return a name for each argument that is not static, from the function's signature."""
        try:
            known = list(inspect.signature(self.function).parameters.values())  # type: ignore[arg-type]
        except (TypeError, ValueError):
            known = []
        plain = [p.name for p in known if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        rest = next((p.name for p in known if p.kind is p.VAR_POSITIONAL), "x")
        names = [plain[i] if i < len(plain) else f"{rest}{i}" for i in range(count)]
        names = [name if names.count(name) == 1 else f"{name}{i}" for i, name in enumerate(names)]
        return [name for i, name in enumerate(names) if i not in self.static]

    def bind(self, args: tuple[object, ...], kwargs: dict[str, object]) -> tuple[object, ...]:
        """Return all arguments by position.

        Raises:
            TypeError: If the function takes one of them by name only, or names are not known.
        """
        if self.function is None:
            raise TypeError(
                f"{self.name} takes arguments by position, got {', '.join(kwargs)}; leave out the "
                "names"
            )
        bound = inspect.signature(self.function).bind(*args, **kwargs)
        if bound.kwargs:
            raise TypeError(
                f"{self.name}: {', '.join(bound.kwargs)} can be given by name only, but a compiled "
                "function gets its arguments by position; compile a function that takes it so"
            )
        bound.apply_defaults()  # of keyword-only arguments too, which `args` leaves out
        return bound.args

    def flatten(self, args: tuple[object, ...]) -> Call:
        """Return the numbers and structures of the arguments."""
        structures: list[Tree] = []
        flats: list[Flat] = []
        statics = []
        samples: int | None = None
        for position, argument in enumerate(args):
            if position in self.static:
                statics.append(argument)
                continue
            name = f"argument {position} of {self.name}"
            if position < len(self.batch) and self.batch[position] is not None:
                structure, rows = tree.flatten_batch(argument, name)
                flat: Flat = rows
                if samples is not None and len(rows) != samples:
                    raise ValueError(
                        f"{name} has {len(rows)} samples, an argument before it {samples}; all "
                        "arguments marked 0 in batch= must have the same number of samples"
                    )
                samples = len(rows)
            else:
                structure, flat = tree.flatten(argument, name)
            structures.append(structure)
            flats.append(flat)
        if self.batch and samples is None:
            raise TypeError(
                f"{self.name} has batch={self.batch}, but got {len(args)} arguments, none of "
                "which is marked 0; pass the argument that has the samples"
            )
        key = (tuple(structures), tuple(map(tree.identity, statics)))
        try:
            hash(key)
        except TypeError:
            raise TypeError(
                f"static arguments of {self.name} must be hashable, got {statics!r:.80}; pass a "
                "tuple in place of a list"
            ) from None
        return Call(args, key, structures, flats, samples)

    def mapped(
        self, function: Callable[[object], object], args: tuple[object, ...]
    ) -> tuple[object, ...]:
        """Return the arguments, with `function` applied to those that are not static."""
        return tuple([a if i in self.static else function(a) for i, a in enumerate(args)])

    def positions(self, wrt: int | tuple[int, ...], count: int) -> tuple[int, ...]:
        """Return the positions of `wrt` among the arguments that are not static.

        Args:
            wrt: Positions among all arguments; negative ones count from the end.
            count: The number of arguments.

        Raises:
            IndexError: If there is no such argument.
            TypeError: If one is static, or no integer.
            ValueError: If one is named twice.
        """
        named = as_positions((wrt,) if isinstance(wrt, int) else wrt)
        assert isinstance(named, tuple)
        for position in named:
            if not -count <= position < count:
                raise IndexError(
                    f"wrt={position}, but {self.name} was called with {count} arguments; "
                    "they are counted from 0"
                )
        chosen = [position % count for position in named]
        if len(set(chosen)) < len(chosen):
            raise ValueError(f"wrt names an argument twice: {wrt}")
        for position in chosen:
            if position in self.static:
                raise TypeError(f"argument {position} of {self.name} is static: it has no gradient")
        return tuple([p - sum(s < p for s in self.static) for p in chosen])


def as_positions(wrt: object) -> int | tuple[int, ...]:
    """Return one position as an int, or several as a tuple of ints.

    Raises:
        TypeError: If `wrt` is neither an integer nor a sequence of integers.

    >>> as_positions([0, np.int64(2)])
    (0, 2)
    """
    try:
        return index(wrt)  # type: ignore[arg-type]
    except TypeError:
        pass
    try:
        return tuple([index(position) for position in wrt])  # type: ignore[attr-defined]
    except TypeError:
        raise TypeError(
            f"wrt wants the position of an argument, or several of them, got {wrt!r:.60}"
        ) from None


def first_sample(rows: Flat) -> Flat:
    """Return the first sample; zeros if the batch is empty."""
    table = np.asarray(rows)
    return np.asarray(table[0]) if len(table) else np.zeros(table.shape[1:])
