"""ArrayProgram: emitted NumPy source, made ready to run in each thread and for each batch size."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from autograd_core.compiler.arrays import strict
from autograd_core.compiler.printers.numpy.functions import function_of
from autograd_core.compiler.printers.numpy.source import Text
from autograd_core.table import Floats, adjacent, aligned

Result: TypeAlias = tuple[Sequence[float] | Floats, list[Floats]]
_BLOCK_BYTES = 2560 * 1024  # of buffers: half or twice as much is no faster (tests/benchmarks)
_SMALLEST_BLOCK = 256  # samples: below, the calls cost more than the memory
_BATCH_SIZES = 8  # for which buffers are kept


def _view(buffer: Any, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    """Return nested loops over the last axis of a buffer, as an array."""
    if not buffer.size:  # of no samples; NumPy asks whether the offset is in memory all the same
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
    """Add each value at its place: sorted by place, every place is one run."""
    out.fill(0.0)
    out[..., positions] = np.add.reduceat(values[..., order], starts, axis=-1)


def _spread(view: Any, dims: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    return np.array(np.broadcast_to(view, dims)).reshape(shape)


_HELPERS = {
    "aligned": aligned, "empty": np.empty, "full": np.full, "copyto": np.copyto,
    "putmask": np.putmask,
    "matmul": np.matmul, "dot": np.dot, "ones": np.ones, "total": np.add.reduce,
    "bincount": np.bincount, "view": _view,
    "scatter": _scatter, "spread": _spread, "inf": math.inf, "nan": math.nan,
}  # fmt: skip


def _noted(array: Floats, kept: list[Floats]) -> Floats:
    kept.append(array)
    return array


def _poisoned(run: Callable[..., Any], kept: list[Floats]) -> Callable[..., Any]:
    """Return a program that finds nan in its buffers: what was never written shows."""

    def poisoned(*arguments: Any) -> Any:
        for array in kept:
            array.fill(math.nan)  # True for bools
        return run(*arguments)

    return poisoned


@dataclass
class ArrayProgram:
    """A NumPy program. It pickles as text and tables; buffers belong to threads.

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
        self._by_samples = [self.batched[argument] for argument in self.wrt or ()]
        self._own = [argument for argument in self.wrt or () if self.batched[argument]]

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_local"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._local = threading.local()

    @property
    def summary(self) -> str:
        """What it is, for the report."""
        text = self.text
        shared, each = 8 * text.doubles[1], 8 * text.doubles[0]
        size = f"{shared:,} bytes" + (f" and {each:,} for each sample" if each else "")
        return f"{text.calls} array operations, {text.matmuls} of them matrix products; {size}"

    @property
    def source(self) -> str:
        """The program as one would read it."""
        return self.text.source

    def run(self, arguments: Sequence[Any], live: Floats, samples: int | None) -> Result:
        """Return the outputs and the gradients; NumPy's warnings are left to the caller.

        Args:
            arguments: Contiguous arrays of the shapes that were agreed on.
            live: The numbers of live leaves.
            samples: How many samples, or None without a batch.
        """
        return self.ready(samples)(arguments, live)

    def ready(self, samples: int | None) -> Callable[[Sequence[Any], Floats], Result]:
        """Return `run` for so many samples: for many calls, what is the same is settled before."""
        if samples is None:
            return lambda arguments, live: self.bound(1)(*arguments, live)
        block = self.block(samples)
        if samples > block:
            return lambda arguments, live: self._in_blocks(arguments, live, samples, block)
        if not self._own:  # as mostly, and there are few calls in it
            places, (count, in_columns) = [None] * len(self._by_samples), self.text.outputs
            empty, shape = np.empty, (count, samples) if in_columns else (samples, count)

            def run(arguments: Sequence[Any], live: Floats) -> Result:
                outputs = empty(shape)
                outputs = outputs.T if in_columns else outputs
                return self.bound(samples)(*arguments, live, outputs, places)  # type: ignore[no-any-return]

            return run
        return lambda arguments, live: self.bound(samples)(
            *arguments, live, *self._results(arguments, samples)
        )

    def _results(
        self, arguments: Sequence[Any], samples: int
    ) -> tuple[Floats, list[Floats | None]]:
        """Return arrays for the outputs, and for the gradients that have one row per sample."""
        count, in_columns = self.text.outputs
        shape = (count, samples) if in_columns else (samples, count)
        own = [arguments[argument].shape for argument in self._own]
        apart = not own or samples <= _SMALLEST_BLOCK
        first, *rest = map(np.empty, (shape, *own)) if apart else adjacent([shape, *own])
        others = iter(rest)
        places = [next(others) if each else None for each in self._by_samples]
        return first.T if in_columns else first, places

    def _in_blocks(
        self, arguments: Sequence[Any], live: Floats, samples: int, block: int
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
        """Return how many samples go through the program at once."""
        per_sample = 8 * max(1, self.text.doubles[0])
        most = max(_SMALLEST_BLOCK, _BLOCK_BYTES // per_sample // 8 * 8)
        blocks = -(-samples // most)
        return -(-samples // (8 * blocks)) * 8 if blocks > 1 else samples  # of about one size

    def bound(self, samples: int) -> Callable[..., Any]:
        """Return the program with this thread's buffers for so many samples."""
        bound: dict[int, Callable[..., Any]] | None = getattr(self._local, "bound", None)
        if bound is None:
            bound = self._local.bound = {}
        run = bound.get(samples)
        if run is None:
            if len(bound) >= _BATCH_SIZES:
                bound.pop(next(iter(bound)))
            run = bound[samples] = self._built(samples)
        return run

    def _built(self, samples: int) -> Callable[..., Any]:
        """Return the program with buffers of its own for so many samples."""
        namespace: dict[str, Any] = {**_HELPERS, **self.text.tables}
        namespace |= {name: function_of(name) for name in self.text.functions}
        kept: list[Floats] = []
        if strict():
            namespace["aligned"] = lambda *args, **kw: _noted(aligned(*args, **kw), kept)
        exec(compile(self.text.source, "<compiled by autograd_core>", "exec"), namespace)
        run: Callable[..., Any] = namespace["build"](samples)
        return _poisoned(run, kept) if strict() else run
