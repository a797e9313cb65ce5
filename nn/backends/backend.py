"""Backend: the protocol by which a trainer gets losses, outputs and gradients of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, cast

from autograd_core import Value
from nn.basics import Floats, Mask, Number, as_row
from nn.basics.structure import flat
from nn.metrics.metric import Totals
from nn.modules import class_view, internals
from nn.optimizers import Optimizer


class Model(Protocol):
    """The part of a model that a backend uses: a callable on one sample."""

    def __call__(self, x: Sequence[Number], /) -> object:
        """Return a Value or a list of Values."""
        ...


BatchResult: TypeAlias = tuple[Floats, Sequence[Floats]]
"""The result of one batch: `(table, gradients)`.

`table` is `(samples, 1 + outputs)`: column 0 is the unweighted loss of each sample, the others are
the model's outputs. A model of several outputs has one more column per output at the end: its own
loss. `gradients` are those of sum(weight * loss), one array per group of parameters.
"""


class TrainingWarning(UserWarning):
    """Warns of something that keeps a network from learning, or slows it down.

    Background in notebooks/06_gradient_descent.ipynb.
    """


class Blocked(NamedTuple):
    """A layer that lets no gradient through.

    Attributes:
        units: How many units it has.
        dead: Whether all of them gave 0 for every sample checked.
    """

    units: int
    dead: bool


class Batches(NamedTuple):
    """One or several consecutive batches of equal size.

    Attributes:
        size: Samples per batch.
        x: `(samples, inputs)`; `samples` is a multiple of `size`.
        y: `(samples, outputs)` targets, as `Loss.prepare` returns them.
        weights: `(samples,)` factor of each sample's loss in the gradient.
        all_weighted: True if no weight is 0. False if some are, or if nobody has checked: the
            caller checks once for many batches.
    """

    size: int
    x: Floats
    y: Floats
    weights: Floats
    all_weighted: bool

    def split_batches(self) -> Iterator[Batches]:
        """Yield the batches one by one."""
        for start in range(0, len(self.x), self.size):
            x, y, weights = [column[start : start + self.size] for column in self[1:4]]
            yield Batches(self.size, x, y, weights, self.all_weighted)


Summation: TypeAlias = tuple[Totals, Floats]
"""The sums to compute over a table, and the columns `(samples, totals.width)` that they need."""


class Backend(Protocol):
    """Computes what training needs. Between `load` and `store` it may hold parameters in arrays.

    Attributes:
        reached: For each group, a mask of the parameters that the losses of the last batch depend
            on; None if they depend on all.
        can_sum: Whether `steps` accepts a `summation`.
    """

    reached: Sequence[Mask] | None
    can_sum: bool

    def load(self) -> None:
        """Read the parameters from their Values."""

    def store(self) -> None:
        """Write the parameters and the last gradients into their Values."""

    def numbers(self) -> Sequence[Floats]:
        """Return the parameters, one array per group; the caller may change them in place."""
        ...

    def update(self, numbers: Sequence[Floats]) -> None:
        """Set the parameters, one array per group."""

    def batch(self, x: Floats, y: Floats, weights: Floats, all_weighted: bool) -> BatchResult:
        """Return losses, outputs and gradients of a batch, in training mode.

        Args: see `Batches`.
        """
        ...

    def steps(
        self, optimizer: Optimizer, batches: Batches, summation: Summation | None = None
    ) -> Floats | None:
        """Take one step (gradients and update) per batch in one call; return the joint table.

        With a `summation`, which needs `can_sum`, the return value is the sums over that table.
        None means that nothing was done: the caller calls `batch` and `update` for each batch.
        """
        ...

    def repeat(
        self, optimizer: Optimizer, batch: Batches, max_steps: int
    ) -> tuple[Floats, Sequence[Floats]] | None:
        """Take 2 to `max_steps` steps on the same batch in one call.

        Return their tables, joined, and the parameters after each step: for each group an array
        `(steps, parameters)`. None means that nothing was done.
        """
        ...

    def evaluate(self, x: Floats, y: Floats) -> Floats:
        """Return losses and outputs as in the table of `BatchResult`, in inference mode.

        Args:
            x: `(samples, inputs)`.
            y: `(samples, outputs)` targets, as `Loss.prepare` returns them.
        """
        ...

    def blocked(self, x: Floats, y: Floats) -> Mapping[str, Blocked]:
        """Return the layers through which no gradient passes for any of these samples, by name."""
        ...


def call_model(model: Model, row: Sequence[Number]) -> object:
    """Return what a model returns for one row, which may hold several inputs side by side."""
    structure, sample = internals(model).inputs, as_row(row)
    if structure is None:
        return model(sample)
    return cast(Any, class_view(model)).of_parts(structure.split(sample))


def outputs_of(model: Model, row: Sequence[Number]) -> list[Number]:
    """Return all outputs of a model for one row, as one list."""
    return as_list(call_model(model, row))


def as_list(outputs: object) -> list[Number]:
    """Return what a model returned for one sample as one flat list.

    Raises:
        TypeError: If it is neither a number nor a list or a dict of numbers.

    >>> as_list(Value(1.0)), as_list({"a": [1.0, 2.0], "b": 3.0})
    ([Value(data=1.0, grad=0.0)], [1.0, 2.0, 3.0])
    """
    return [outputs] if isinstance(outputs, Value) else [*flat(outputs)]


def number(output: Number) -> float:
    """Return the plain number of an output.

    >>> number(Value(2.0)), number(2.0)
    (2.0, 2.0)
    """
    return output.data if isinstance(output, Value) else output
