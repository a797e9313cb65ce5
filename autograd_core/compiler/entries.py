"""Entries: run calls without checks if one with the same types and shapes was checked before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograd_core.compiler.arrays import Update
from autograd_core.compiler.capture import Function, fill, fill_argument, filler, signature, tree
from autograd_core.compiler.captured import Captured
from autograd_core.compiler.printers import ArrayProgram, NativeProgram

_NO_NUMBERS = np.empty(0)
_MAX_ENTRIES = 64  # more are rare; then all are forgotten

Call = Callable[..., Any]


class ProgramFailed(Exception):
    """NumPy raised an exception in a program: a fault of the compiler."""


class Entries:
    """Callables by the types and shapes of the arguments, `wrt` and `has_aux`.

    Args:
        latest: The version that ran last.
    """

    def __init__(self, latest: Captured | None) -> None:
        self.latest = latest
        # the version, and its call without and with NumPy's warnings
        self._known: dict[Hashable, tuple[Captured, Call, Call]] = {}

    def find(self, args: tuple[object, ...], wrt: object, has_aux: bool) -> Call | None:
        """Return the callable for arguments like these, None if there is none yet."""
        # a float's signature is its type, and `type` is faster than `signature`
        kinds = type if args and args[0].__class__ is float else signature
        found = self._known.get((wrt, has_aux, *map(kinds, args)))
        if found is None and kinds is type:
            found = self._known.get((wrt, has_aux, *map(signature, args)))
        if found is None:
            return None
        self.latest = found[0]
        return found[1]

    def find_unsilenced(self, args: tuple[object, ...], wrt: object, has_aux: bool) -> Call | None:
        """Return the same without `np.errstate`, which is left to the caller."""
        found = self._known.get((wrt, has_aux, *map(signature, args)))
        return None if found is None else found[2]

    def remember(
        self,
        args: tuple[object, ...],
        wrt: int | tuple[int, ...] | None,
        has_aux: bool,
        version: Captured,
        chosen: tuple[int, ...] | None,
        samples: int | None,
    ) -> None:
        """Remember that arguments like these fit the version, unless each call needs checks.

        Args:
            args: The arguments.
            wrt: The positions to differentiate by, as the caller wrote them.
            has_aux: Whether the function returns a pair, see `Compiled.value_and_grad`.
            version: The version that ran them.
            chosen: The positions of `wrt`, from 0, among the arguments that are not static.
            samples: The number of samples, or None without a batch.
        """
        kinds = tuple(map(signature, args))
        if None in kinds:
            return
        bare_gradient = isinstance(wrt, int)
        bare = unchecked_call(version, chosen, samples, bare_gradient)
        if bare is None:
            return
        if len(self._known) >= _MAX_ENTRIES:
            self._known.clear()
        if (calls := version.calls_until_native(chosen, samples)) is not None:
            bare = self._counted(bare, calls, version, chosen, samples, bare_gradient)
        call = bare
        program = version.programs[chosen]
        if isinstance(program, ArrayProgram) and not isinstance(program, NativeProgram):
            call = self._silenced(bare, (wrt, has_aux, *kinds))
        self._known[wrt, has_aux, *kinds] = version, call, bare

    def _counted(
        self,
        call: Call,
        left: int,
        version: Captured,
        chosen: tuple[int, ...] | None,
        samples: int | None,
        bare_gradient: bool,
    ) -> Call:
        """Return a call that makes machine code at call number `left`, and from then on calls that.

        It is a `partial` whose function is replaced, so that no Python function stands between
        its holder and the machine code.
        """

        def count(*arguments: Any) -> Any:
            nonlocal left
            left -= 1
            if left > 0:
                return call(*arguments)
            self._known.clear()  # other entries may use the same program
            faster = call
            if version.to_native(chosen):
                faster = unchecked_call(version, chosen, samples, bare_gradient) or call
            # `before` keeps this function alive while it runs
            counted.__setstate__((faster, (), {}, {"before": count}))  # type: ignore[attr-defined]
            return faster(*arguments)

        counted = partial(count)
        return counted

    def _silenced(self, call: Call, key: Hashable) -> Call:
        """Return the call without NumPy's warnings of inf and nan.

        Raises:
            ProgramFailed: If NumPy raises an exception.
        """

        def run(*arguments: Any) -> Any:
            try:
                with np.errstate(all="ignore"):
                    return call(*arguments)
            except MemoryError:
                raise
            except Exception as error:
                self._known.pop(key, None)
                raise ProgramFailed from error

        return run


@dataclass(frozen=True)
class BatchCall:
    """An unchecked call for arguments of the types and shapes it was made with.

    Attributes:
        version: The captured graph that runs them.
        wrt: The arguments to differentiate by.
        samples: Their number of samples.
        call: Returns the value and a tuple of gradients; NumPy's warnings are left to the caller.
    """

    version: Captured
    wrt: tuple[int, ...]
    samples: int
    call: Function

    @property
    def calls_until_native(self) -> int | None:
        """After how many calls to make machine code; None for never."""
        if self.version.backend == "native":
            return 0
        return self.version.calls_until_native(self.wrt, self.samples)

    def native(self) -> Function:
        """Return `call` in machine code, or `call` itself if there is none."""
        if not self.version.to_native(self.wrt):
            return self.call
        return unchecked_call(self.version, self.wrt, self.samples, False) or self.call

    def steps(self, updates: Sequence[Update]) -> Function | None:
        """Return a call that also updates the arguments, in machine code; None if there is none.

        It takes the number of steps, whether the updated arguments are wanted after every step,
        the samples of all steps, the other arguments of `call`, and for each updated argument its
        state and the shared numbers. It returns the values and, for each updated argument in turn,
        the argument after the last step, its gradient in that step, and its state after it. If
        they are wanted after every step, all but the gradients have a first axis for the steps.

        Args:
            updates: The update rule of each argument in `wrt`.
        """
        if self.version.backend not in ("auto", "native"):
            return None
        program = self.version.training_program(self.wrt, updates)
        if program is None or program.block(self.samples) < self.samples:
            return None  # the gradients of a block are not those of the batch
        fill_rows, live = filler(self.version.outputs), self.version.live
        samples = self.samples

        def steps(times: int, every: bool, *arguments: Any) -> tuple[Any, list[Any]]:
            leaves = np.array([leaf.data for leaf in live]) if live else _NO_NUMBERS
            outputs, moved = program.bound(samples)(times, every, *arguments, leaves)
            return fill_rows(outputs), moved

        return steps


def unchecked_call(
    version: Captured, wrt: tuple[int, ...] | None, samples: int | None, bare_gradient: bool
) -> Function | None:
    """Return a call that checks nothing, None if the version has guards, checked at each call.

    NumPy's warnings are left to the caller.

    Args:
        version: The captured graph.
        wrt: The arguments to differentiate by; None for the value alone.
        samples: The number of samples, or None without a batch.
        bare_gradient: Whether the only gradient is returned by itself, not in a tuple.
    """
    if version.expected or not version.has_unchecked_calls:
        return None
    program = version.programs[wrt]
    if not (isinstance(program, ArrayProgram) or version.live) and samples is None:
        plain = all(s == tree.SCALAR for s in [version.outputs, *version.structures])
        single = program.entry(bare_gradient) if plain else None
        if single is not None:
            return single
    if isinstance(program, NativeProgram):
        quick = program.direct(nested=wrt is not None and not bare_gradient)
        if quick is not None:
            return quick
    if isinstance(program, ArrayProgram):
        return _unchecked_array_call(version, program, samples, bare_gradient)

    counts = [samples or 0 if batched else 1 for batched in version.batched]
    sizes = [tree.size(s) * count for s, count in zip(version.structures, counts)]

    def run(*arguments: Any) -> Any:
        flats = [[a] if a.__class__ is float else a for a in arguments]
        got = [len(f) if isinstance(f, list) else f.size for f in flats]
        if got != sizes:
            raise TypeError(
                f"{version.name} wants floats and arrays like those it was bound with, of {sizes} "
                f"numbers, got {got}; call bind again for others"
            )
        outputs, gradients = version.run(wrt, flats, samples)
        return version.filled(wrt, outputs, gradients, bare_gradient)

    return run


def _unchecked_array_call(
    version: Captured, program: ArrayProgram, samples: int | None, bare_gradient: bool
) -> Function:
    """Return the call of `unchecked_call` for an array program."""
    structures, batched = version.structures, version.batched
    scalar = version.outputs == tree.SCALAR
    # made once, since walking the structure takes 2 us
    fill_rows = filler(version.outputs) if samples is not None else None
    wraps_floats = not isinstance(program, NativeProgram) and any(
        s == tree.SCALAR and not rows for s, rows in zip(structures, batched)
    )
    wrt = [(structures[i], batched[i]) for i in program.wrt or ()]
    arrays = all(s.kind is np.ndarray for s, _ in wrt if not isinstance(s, str))
    gradients_fit = arrays and all(rows or s != tree.SCALAR for s, rows in wrt)
    bound = program.ready(samples)

    def run(*arguments: Any) -> Any:
        given: Sequence[Any] = arguments
        if wraps_floats:
            given = [np.array([a]) if a.__class__ is float else a for a in arguments]
        live = np.array([leaf.data for leaf in version.live]) if version.live else _NO_NUMBERS
        outputs, gradients = bound(given, live)
        if fill_rows is not None:
            value = fill_rows(outputs)
        else:
            value = outputs[0] if scalar else fill(version.outputs, outputs)
        if program.wrt is None:
            return value
        found: Sequence[Any] = gradients
        if not gradients_fit:
            found = [fill_argument(s, g, rows) for (s, rows), g in zip(wrt, gradients)]
        return value, found[0] if bare_gradient else tuple(found)

    return run
