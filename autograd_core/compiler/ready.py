"""Ready: calls like one before, without checks: what is the same at each call is settled before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_core.compiler.capture import tree
from autograd_core.compiler.printers import ArrayProgram, NativeProgram, ScalarProgram
from autograd_core.compiler.version import Version

_NOTHING = np.empty(0)


def ready(
    version: Version, wrt: tuple[int, ...] | None, samples: int | None, alone: bool
) -> Callable[..., Any] | None:
    """Return a function of arguments that need no checks, None if guards have to be.

    NumPy's warnings are left to its caller.

    Args:
        version: What runs them.
        wrt: The arguments to differentiate by; None for the value alone.
        samples: How many samples, or None without a batch.
        alone: Whether the gradient is wanted by itself, and not in a tuple.
    """
    if version.expected:
        return None
    program = version.programs[wrt]
    plain = all(s == tree.SCALAR for s in [version.outputs, *version.structures])
    if isinstance(program, ScalarProgram) and plain and not (program.chunks or version.live):
        return program.entry(alone)
    if isinstance(program, NativeProgram) and plain and samples is None:
        floats = program.scalar_entry(alone)
        if floats is not None:
            return floats
    if isinstance(program, ArrayProgram):
        return _arrays(version, program, samples, alone)

    def run(*arguments: Any) -> Any:
        flats = [[a] if a.__class__ is float else a for a in arguments]
        outputs, gradients = version.run(wrt, flats, samples)
        return version.filled(wrt, outputs, gradients, alone)

    return run


def _arrays(
    version: Version, program: ArrayProgram, samples: int | None, alone: bool
) -> Callable[..., Any]:
    """Return `ready` for an array program."""
    structures, batched = version.structures, version.batched
    single = version.outputs == tree.SCALAR
    # settled before, since to walk the structure takes 2 us more each time
    fill_rows = tree.filler(version.outputs) if samples is not None else None
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
            value = outputs[0] if single else tree.fill(version.outputs, outputs)
        if program.wrt is None:
            return value
        found: Sequence[Any] = gradients
        if not as_they_are:
            found = [tree.fill_argument(s, g, many) for (s, many), g in zip(places, gradients)]
        return value, found[0] if alone else tuple(found)

    return run
