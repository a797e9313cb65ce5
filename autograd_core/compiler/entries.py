"""Entries: for kinds of calls that have been checked once, what runs them without checks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograd_core.compiler.arrays import Update
from autograd_core.compiler.capture import fill, fill_argument, filler, signature, tree
from autograd_core.compiler.captured import Captured
from autograd_core.compiler.printers import ArrayProgram, NativeProgram

_NOTHING = np.empty(0)
_MOST = 64  # kinds that are remembered

Call = Callable[..., Any]


class Refused(Exception):
    """NumPy does not take what the program does: a fault of the compiler."""


class Entries:
    """Remembers calls by the types and shapes of their arguments, and by what they ask for.

    Args:
        latest: The version that ran last.
    """

    def __init__(self, latest: Captured | None) -> None:
        self.latest = latest
        self._known: dict[Hashable, tuple[Captured, Call, Call]] = {}

    def find(self, args: tuple[object, ...], wrt: object, has_aux: bool) -> Call | None:
        """Return what runs arguments like these, None if there is nothing yet."""
        # types tell enough when all of them are float, and are quicker to get
        kinds = type if args and args[0].__class__ is float else signature
        found = self._known.get((wrt, has_aux, *map(kinds, args)))
        if found is None and kinds is type:
            found = self._known.get((wrt, has_aux, *map(signature, args)))
        if found is None:
            return None
        self.latest = found[0]
        return found[1]

    def bare(self, args: tuple[object, ...], wrt: object, has_aux: bool) -> Call | None:
        """Return the same, but NumPy's warnings are left to the caller."""
        found = self._known.get((wrt, has_aux, *map(signature, args)))
        return None if found is None else found[2]

    def keep(
        self,
        args: tuple[object, ...],
        wrt: int | tuple[int, ...] | None,
        has_aux: bool,
        version: Captured,
        chosen: tuple[int, ...] | None,
        samples: int | None,
    ) -> None:
        """Remember that arguments like these fit the version, if that is all there is to check.

        Args:
            args: The arguments.
            wrt: What the caller wants derivatives by, as it was said.
            has_aux: Whether something is returned beside.
            version: What has run them.
            chosen: The same as `wrt`, counted from 0.
            samples: How many samples, or None without a batch.
        """
        kinds = tuple(map(signature, args))
        if None in kinds:
            return
        alone = isinstance(wrt, int)
        bare = ready(version, chosen, samples, alone)
        if bare is None:
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        if (calls := version.enough(chosen, samples)) is not None:
            bare = self._counted(bare, calls, version, chosen, samples, alone)
        call = bare
        program = version.programs[chosen]
        if isinstance(program, ArrayProgram) and not isinstance(program, NativeProgram):
            call = self._quiet(bare, (wrt, has_aux, *kinds))
        self._known[wrt, has_aux, *kinds] = version, call, bare

    def _counted(
        self,
        call: Call,
        left: int,
        version: Captured,
        chosen: tuple[int, ...] | None,
        samples: int | None,
        alone: bool,
    ) -> Call:
        """Return a call that becomes machine code when it has been made so many times.

        Whoever holds it then calls machine code with nothing of Python between.
        """

        def count(*arguments: Any) -> Any:
            nonlocal left
            left -= 1
            if left > 0:
                return call(*arguments)
            self._known.clear()  # others may find the faster way too
            found = ready(version, chosen, samples, alone) if version.to_native(chosen) else None
            faster = found or call
            counted.__setstate__((faster, (), {}, {"before": count}))  # type: ignore[attr-defined]
            return faster(*arguments)

        counted = partial(count)
        return counted

    def _quiet(self, call: Call, key: Hashable) -> Call:
        """Return a call without NumPy's warnings of inf and nan.

        Raises:
            Refused: If NumPy does not take what the program does.
        """

        def run(*arguments: Any) -> Any:
            try:
                with np.errstate(all="ignore"):
                    return call(*arguments)
            except MemoryError:
                raise
            except Exception as error:
                self._known.pop(key, None)
                raise Refused from error

        return run


@dataclass(frozen=True)
class BatchCall:
    """A function of arguments like those it was made for, none of which is checked.

    Attributes:
        version: What runs them.
        wrt: The arguments to differentiate by.
        samples: How many samples they have.
        call: What returns the value and a tuple of gradients; NumPy's warnings are left to the
            caller.
    """

    version: Captured
    wrt: tuple[int, ...]
    samples: int
    call: Callable[..., Any]

    @property
    def calls_until_native(self) -> int | None:
        """How many calls are enough for machine code; None if it is not to be made."""
        if self.version.backend == "native":
            return 0
        return self.version.enough(self.wrt, self.samples)

    def native(self) -> Callable[..., Any]:
        """Return `call` in machine code, or as it is if there is none."""
        if not self.version.to_native(self.wrt):
            return self.call
        return ready(self.version, self.wrt, self.samples, False) or self.call

    def steps(self, updates: Sequence[Update]) -> Callable[..., Any] | None:
        """Return the call that moves the arguments as well, in machine code; None if there is none.

        It takes the number of steps, whether what moves is wanted after every step, rows for all of
        them, what `call` takes besides, and for each argument that is moved its state and the
        shared numbers. It returns the values and, for each of these arguments in a row: what it is
        after the last step, its gradient in that step, and the state after it. If it is wanted
        after every step, all but the gradient have a first axis for the steps.

        Args:
            updates: For each argument that is differentiated by, how it moves.
        """
        if self.version.backend not in ("auto", "native"):
            return None
        program = self.version.moving(self.wrt, updates)
        if program is None or program.block(self.samples) < self.samples:
            return None  # the gradients of a block are not those of the batch
        fill_rows, live = filler(self.version.outputs), self.version.live
        samples = self.samples

        def steps(times: int, every: bool, *arguments: Any) -> tuple[Any, list[Any]]:
            leaves = np.array([leaf.data for leaf in live]) if live else _NOTHING
            outputs, moved = program.bound(samples)(times, every, *arguments, leaves)
            return fill_rows(outputs), moved

        return steps


def ready(
    version: Captured, wrt: tuple[int, ...] | None, samples: int | None, alone: bool
) -> Callable[..., Any] | None:
    """Return a function of arguments that need no checks, None if guards have to be.

    NumPy's warnings are left to its caller.

    Args:
        version: What runs them.
        wrt: The arguments to differentiate by; None for the value alone.
        samples: How many samples, or None without a batch.
        alone: Whether the gradient is wanted by itself, and not in a tuple.
    """
    if version.expected or not version.quick:
        return None
    program = version.programs[wrt]
    if not (isinstance(program, ArrayProgram) or version.live) and samples is None:
        plain = all(s == tree.SCALAR for s in [version.outputs, *version.structures])
        single = program.entry(alone) if plain else None
        if single is not None:
            return single
    if isinstance(program, NativeProgram):
        quick = program.direct(nested=wrt is not None and not alone)
        if quick is not None:
            return quick
    if isinstance(program, ArrayProgram):
        return _arrays(version, program, samples, alone)

    many = [samples or 0 if batched else 1 for batched in version.batched]
    sizes = [tree.size(s) * count for s, count in zip(version.structures, many)]

    def run(*arguments: Any) -> Any:
        flats = [[a] if a.__class__ is float else a for a in arguments]
        if [len(f) if isinstance(f, list) else f.size for f in flats] != sizes:
            raise TypeError("wanted floats and arrays like those it was bound with")
        outputs, gradients = version.run(wrt, flats, samples)
        return version.filled(wrt, outputs, gradients, alone)

    return run


def _arrays(
    version: Captured, program: ArrayProgram, samples: int | None, alone: bool
) -> Callable[..., Any]:
    """Return `ready` for an array program."""
    structures, batched = version.structures, version.batched
    single = version.outputs == tree.SCALAR
    # settled before, since to walk the structure takes 2 us more each time
    fill_rows = filler(version.outputs) if samples is not None else None
    floats = not isinstance(program, NativeProgram) and any(
        s == tree.SCALAR and not many for s, many in zip(structures, batched)
    )
    places = [(structures[i], batched[i]) for i in program.wrt or ()]
    arrays = all(s.kind is np.ndarray for s, _ in places if not isinstance(s, str))
    as_they_are = arrays and all(many or s != tree.SCALAR for s, many in places)
    bound = program.ready(samples)

    def run(*arguments: Any) -> Any:
        given: Sequence[Any] = arguments
        if floats:
            given = [np.array([a]) if a.__class__ is float else a for a in arguments]
        live = np.array([leaf.data for leaf in version.live]) if version.live else _NOTHING
        outputs, gradients = bound(given, live)
        if fill_rows is not None:
            value = fill_rows(outputs)
        else:
            value = outputs[0] if single else fill(version.outputs, outputs)
        if program.wrt is None:
            return value
        found: Sequence[Any] = gradients
        if not as_they_are:
            found = [fill_argument(s, g, many) for (s, many), g in zip(places, gradients)]
        return value, found[0] if alone else tuple(found)

    return run
