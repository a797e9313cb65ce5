"""Eager: stands in for a program where the function reads plain numbers; runs it on Values."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from autograd_core.compiler.capture import Rerun, Trace, Tree, tree
from autograd_core.compiler.captured import Captured
from autograd_core.compiler.printers import ScalarProgram
from autograd_core.compiler.structure import Scalars
from autograd_core.graph import adjoints, topological_order
from autograd_core.table import FLOAT


@dataclass
class Eager(Captured):
    """A function that takes plain numbers out of Values, and so runs on Values at each call.

    Its graph is valid for the arguments it was captured on, and for no others.

    Attributes:
        reads: The places in its code that read a number.
        rerun: Runs it on other numbers.
    """

    reads: Sequence[str] = ()
    rerun: Rerun | None = field(default=None, repr=False)

    has_unchecked_calls: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.lock = threading.Lock()  # all calls share the Values of inputs=
        why = (
            f"takes plain numbers out of Values in {', '.join(self.reads)} (.data, .item(), a "
            "format, backward()), and a program would keep the first call's"
        )
        self.notes = [f"runs on Values at each call: it {why}"]
        warnings.warn(
            f"{self.name} {why}; so it runs on Values at each call: right numbers, but as slow as "
            "without compile. Compute with the Values themselves: detach(), comparisons and "
            "autograd_core.functional.where(condition, a, b) can be compiled",
            RuntimeWarning,
            stacklevel=2,
        )

    def program(self, wrt: tuple[int, ...] | None) -> ScalarProgram:
        """Return an object that runs the function, with the interface of a program."""
        if wrt not in self.programs:
            numbers, count = self.numbers_of(wrt), tree.size(self.outputs)
            text = "\n".join(f"# {note}" for note in self.notes)
            self.programs[wrt] = _EagerProgram(
                self.starts[-1], numbers, [text], frozenset(), count=count, version=self
            )
        found = self.programs[wrt]
        assert isinstance(found, ScalarProgram)
        return found

    def outputs_of(
        self, numbers: Sequence[float], wrt: Sequence[int]
    ) -> tuple[list[float], list[float]]:
        """Return the outputs, and the gradients of the first one by the numbers at `wrt`.

        Raises:
            RuntimeError: If the result has another structure than that of the first call.
        """
        assert self.rerun is not None
        with self.lock:
            inputs, structure, roots = self.rerun(numbers)
            if structure != self.outputs:
                raise RuntimeError(
                    f"{self.name} returned {self.outputs} when it was compiled, and {structure} "
                    "now; call it without compile, or return the same structure each time"
                )
            outputs = [root.data for root in roots]
            if not wrt:
                return outputs, []
            leaves = [node for nodes in inputs for node in nodes]
            stop = set(leaves)
            found = adjoints(topological_order(roots[0], stop=stop), 1.0, FLOAT, stop=stop)
            return outputs, [float(found.get(leaves[i], 0.0)) for i in wrt]


@dataclass
class _EagerProgram(ScalarProgram):
    version: Eager | None = field(default=None, repr=False)

    def run(self, numbers: Sequence[float]) -> tuple[list[float], list[float]]:
        """Return the outputs and the gradients."""
        assert self.version is not None
        return self.version.outputs_of(numbers[: self.inputs], self.wrt or ())


def eager_version(
    found: Trace,
    rerun: Rerun,
    name: str,
    names: list[str],
    structures: list[Tree],
    batched: list[bool],
) -> Eager:
    """Return the version that runs a function on Values at each call.

    Args:
        found: Its graph on these arguments, or on the first sample.
        rerun: Runs it on other numbers.
        name: Its name.
        names: The names of its arguments.
        structures: Their structures.
        batched: For each argument, whether it has one row per sample.
    """
    empty, nodes = Scalars(sum(map(tree.size, structures))), len(found.order)
    return Eager(names, structures, batched, empty, found.structure, [], [], [], nodes, 0.0,
                 name=name, reads=found.reads, rerun=rerun)  # fmt: skip


def picklable(versions: Iterable[Captured | None]) -> list[Captured]:
    """Return the versions that can be pickled; an `Eager` is not, and is captured again."""
    return [v for v in versions if v is not None and not isinstance(v, Eager)]
