"""ArrayProgram: emitted NumPy source with buffers, for each thread and each batch size."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from autograd_core.compiler.arrays import strict
from autograd_core.compiler.capture.tree import Function
from autograd_core.compiler.printers.numpy.functions import function_of
from autograd_core.compiler.printers.numpy.source import Text
from autograd_core.table import Floats, adjacent, aligned

Result: TypeAlias = tuple[Sequence[float] | Floats, list[Floats]]
# Large batches run in blocks, whose buffers fit into the cache.
_BLOCK_BYTES = 2560 * 1024  # of buffers: half or twice as much is no faster (tests/benchmarks)
_SMALLEST_BLOCK = 256  # samples: in smaller blocks the overhead of calls exceeds the gain
_BATCH_SIZES = 8  # numbers of samples for which each thread keeps its buffers


def _view(buffer: Any, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    """Return nested loops over the last axis of a buffer, as an array."""
    if not buffer.size:  # no samples: np.ndarray would refuse the offset
        return np.empty(buffer.shape[:-1] + shape, buffer.dtype)
    step = buffer.strides[-1]
    return np.ndarray(
        buffer.shape[:-1] + shape,
        buffer.dtype,
        buffer,
        offset * step,
        buffer.strides[:-1] + tuple([stride * step for stride in strides]),
    )


def _scatter(values: Any, order: Any, starts: Any, positions: Any, out: Any) -> None:
    """Write to `out` the sum of the values for each position, 0 where there is none.

    Args:
        values: `(..., count)`.
        order: The permutation that sorts the values by position.
        starts: The index in that order of the first value of each position.
        positions: The distinct positions, ascending.
        out: `(..., size)`.
    """
    out.fill(0.0)
    out[..., positions] = np.add.reduceat(values[..., order], starts, axis=-1)


def _spread(view: Any, dims: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """Return a new array: a view broadcast to `dims`, then reshaped."""
    return np.array(np.broadcast_to(view, dims)).reshape(shape)


_HELPERS = {
    "aligned": aligned, "empty": np.empty, "full": np.full, "copyto": np.copyto,
    "putmask": np.putmask,
    "matmul": np.matmul, "dot": np.dot, "ones": np.ones, "total": np.add.reduce,
    "bincount": np.bincount, "view": _view,
    "scatter": _scatter, "spread": _spread, "inf": math.inf, "nan": math.nan,
}  # fmt: skip


def _recorded(array: Floats, kept: list[Floats]) -> Floats:
    kept.append(array)
    return array


def _poisoned(run: Function, kept: list[Floats]) -> Function:
    """Return a program with nan in its buffers at the start: a read before a write shows."""

    def poisoned(*arguments: Any) -> Any:
        for array in kept:
            array.fill(math.nan)  # True for bools
        return run(*arguments)

    return poisoned


@dataclass
class ArrayProgram:
    """A NumPy program. It pickles as text and tables; each thread has its own buffers.

    Attributes:
        text: The source and its tables.
        batched: For each argument, whether it holds one row per sample.
        wrt: The arguments whose gradients it returns; None for the value alone.
    """

    text: Text
    batched: tuple[bool, ...]
    wrt: tuple[int, ...] | None
    _local: threading.local = field(default_factory=threading.local, repr=False)

    def __post_init__(self) -> None:
        # for each gradient, whether it has a row per sample; and the arguments of those that have
        self._by_samples = [self.batched[argument] for argument in self.wrt or ()]
        self._own = [argument for argument in self.wrt or () if self.batched[argument]]

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_local"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._local = threading.local()

    @property
    def summary(self) -> str:
        """Its size in operations and bytes, for the report."""
        text = self.text
        shared, each = 8 * text.doubles[1], 8 * text.doubles[0]
        size = f"{shared:,} bytes" + (f" and {each:,} for each sample" if each else "")
        return f"{text.calls} array operations, {text.matmuls} of them matrix products; {size}"

    @property
    def source(self) -> str:
        """The source of the program."""
        return self.text.source

    def run(self, arguments: Sequence[Floats], live: Floats, samples: int | None) -> Result:
        """Return the outputs and the gradients; NumPy's warnings are left to the caller.

        Args:
            arguments: Contiguous arrays, of the shapes that the program was compiled for.
            live: The numbers of live leaves.
            samples: The number of samples; None without a batch.
        """
        return self.ready(samples)(arguments, live)

    def ready(self, samples: int | None) -> Callable[[Sequence[Floats], Floats], Result]:
        """Return `run` for a number of samples; what all calls share is computed only once."""
        if samples is None:
            return lambda arguments, live: self.bound(1)(*arguments, live)
        block = self.block(samples)
        if samples > block:
            return lambda arguments, live: self._in_blocks(arguments, live, samples, block)
        if not self._own:  # the usual case: no gradient has rows, and this path has few calls
            places, (count, in_columns) = [None] * len(self._by_samples), self.text.outputs
            empty, shape = np.empty, (count, samples) if in_columns else (samples, count)

            def run(arguments: Sequence[Floats], live: Floats) -> Result:
                outputs = empty(shape)
                outputs = outputs.T if in_columns else outputs
                return self.bound(samples)(*arguments, live, outputs, places)  # type: ignore[no-any-return]

            return run
        return lambda arguments, live: self.bound(samples)(
            *arguments, live, *self._results(arguments, samples)
        )

    def _results(
        self, arguments: Sequence[Floats], samples: int
    ) -> tuple[Floats, list[Floats | None]]:
        """Return new arrays for the outputs, and for the gradients with a row per sample."""
        count, in_columns = self.text.outputs
        shape = (count, samples) if in_columns else (samples, count)
        own = [arguments[argument].shape for argument in self._own]
        apart = not own or samples <= _SMALLEST_BLOCK
        first, *rest = map(np.empty, (shape, *own)) if apart else adjacent([shape, *own])
        others = iter(rest)
        places = [next(others) if each else None for each in self._by_samples]
        return first.T if in_columns else first, places

    def _in_blocks(
        self, arguments: Sequence[Floats], live: Floats, samples: int, block: int
    ) -> Result:
        """Return the outputs and gradients of all samples, a block at a time."""
        outputs, places = self._results(arguments, samples)
        sums: list[Floats | None] = [None] * len(places)
        for start in range(0, samples, block):
            stop = min(start + block, samples)
            sliced = [a[start:stop] if b else a for a, b in zip(arguments, self.batched)]
            into = [None if place is None else place[start:stop] for place in places]
            part = outputs[start:stop]
            _, gradients = self.bound(stop - start)(*sliced, live, part, into)
            for slot, (place, gradient) in enumerate(zip(into, gradients)):
                if place is None:
                    before = sums[slot]
                    sums[slot] = gradient if before is None else np.add(before, gradient, before)
                elif gradient is not place:
                    place[...] = gradient
        return outputs, [s if p is None else p for p, s in zip(places, sums)]  # type: ignore[misc]

    def block(self, samples: int) -> int:
        """Return the number of samples in a block: a multiple of 8, unless there is one block."""
        per_sample = 8 * max(1, self.text.doubles[0])
        most = max(_SMALLEST_BLOCK, _BLOCK_BYTES // per_sample // 8 * 8)
        blocks = -(-samples // most)
        return -(-samples // (8 * blocks)) * 8 if blocks > 1 else samples  # about equal sizes

    def bound(self, samples: int) -> Function:
        """Return the program with this thread's buffers for a number of samples."""
        bound: dict[int, Function] | None = getattr(self._local, "bound", None)
        if bound is None:
            bound = self._local.bound = {}
        run = bound.get(samples)
        if run is None:
            if len(bound) >= _BATCH_SIZES:
                bound.pop(next(iter(bound)))
            run = bound[samples] = self._built(samples)
        return run

    def _built(self, samples: int) -> Function:
        """Return the program with new buffers for a number of samples."""
        namespace: dict[str, Any] = {**_HELPERS, **self.text.tables}
        namespace |= {name: function_of(name) for name in self.text.functions}
        kept: list[Floats] = []
        if strict():
            namespace["aligned"] = lambda *args, **kw: _recorded(aligned(*args, **kw), kept)
        exec(compile(self.text.source, "<compiled by autograd_core>", "exec"), namespace)
        run: Function = namespace["build"](samples)
        return _poisoned(run, kept) if strict() else run
