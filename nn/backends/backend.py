"""Backend: what a trainer asks for: losses, outputs and gradients of a batch; the protocol."""

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
    """A model, as a backend sees it: a callable on one sample."""

    def __call__(self, x: Sequence[Number], /) -> object:
        """Return a Value or a list of Values."""
        ...


BatchResult: TypeAlias = tuple[Floats, Sequence[Floats]]
"""What comes out of one batch: `(table, gradients)`.

`table` is `(samples, 1 + outputs)`: the loss of each sample, before its weight, and after it what
the model returned; where several outputs have losses of their own, those at the end. `gradients`
are those of sum(weight * loss), one array per group of parameters.
"""


class TrainingWarning(UserWarning):
    """Something that keeps a network from learning, or from learning fast.

    Background in notebooks/06_gradient_descent.ipynb.
    """


class Blocked(NamedTuple):
    """A layer that lets no gradient through.

    Attributes:
        units: How many units it has.
        dead: Whether all of them gave 0 for every sample looked at.
    """

    units: int
    dead: bool


class Batches(NamedTuple):
    """Some batches of one size, one after the other.

    Attributes:
        size: Samples per batch.
        x: `(samples, inputs)`, a whole number of batches.
        y: `(samples, outputs)` targets, as `Loss.prepare` returns them.
        weights: `(samples,)` what each sample's loss counts in the gradient.
        all_count: Whether no weight is 0; the caller looks once for many batches.
    """

    size: int
    x: Floats
    y: Floats
    weights: Floats
    all_count: bool

    def apart(self) -> Iterator[Batches]:
        """Yield each batch by itself."""
        for start in range(0, len(self.x), self.size):
            x, y, weights = [column[start : start + self.size] for column in self[1:4]]
            yield Batches(self.size, x, y, weights, self.all_count)


Adding: TypeAlias = tuple[Totals, Floats]
"""What is added up of a table, and what that takes of the same samples besides."""


class Backend(Protocol):
    """What trains a model. It may keep the parameters in arrays between `load` and `store`.

    Attributes:
        reached: Which parameters of each group took part in the losses of the last batch; None if
            all did.
        adds_up: Whether it can add up what is wanted of the tables of steps.
    """

    reached: Sequence[Mask] | None
    adds_up: bool

    def load(self) -> None:
        """Read the parameters' numbers from their Values."""

    def store(self) -> None:
        """Write the parameters' numbers, and the last gradients, into their Values."""

    def numbers(self) -> Sequence[Floats]:
        """Return the parameters, one array per group; the caller may change them in place."""
        ...

    def update(self, numbers: Sequence[Floats]) -> None:
        """Set the parameters, one array per group."""

    def batch(self, x: Floats, y: Floats, weights: Floats, all_count: bool) -> BatchResult:
        """Return losses, outputs and gradients of a batch, in the mode for training.

        Args:
            x: `(samples, inputs)`.
            y: `(samples, outputs)` targets, as `Loss.prepare` returns them.
            weights: `(samples,)` what each sample's loss counts in the gradient.
            all_count: Whether no weight is 0; the caller looks once for many batches.
        """
        ...

    def steps(
        self, optimizer: Optimizer, batches: Batches, adding: Adding | None = None
    ) -> Floats | None:
        """Take whole steps at once, one for each batch; return the table of all of them.

        A step is what `batch` does, and the update. None if nothing has been done, and the steps
        are to be taken one by one, or a single one in parts. With something to add up, for which
        one asks a backend that does, it is that of all samples which is returned.
        """
        ...

    def repeat(
        self, optimizer: Optimizer, batch: Batches, most: int
    ) -> tuple[Floats, Sequence[Floats]] | None:
        """Take a step on one batch again and again, several but at most so many times.

        Return the table of all of them, and the parameters after each: for each group an array
        `(steps, parameters)`. None if nothing has been done.
        """
        ...

    def evaluate(self, x: Floats, y: Floats) -> Floats:
        """Return losses and outputs as in the table of `BatchResult`, in the mode for inference.

        Args:
            x: `(samples, inputs)`.
            y: `(samples, outputs)` targets, as `Loss.prepare` returns them.
        """
        ...

    def blocked(self, x: Floats, y: Floats) -> Mapping[str, Blocked]:
        """Return the layers through which no gradient passes for any of these samples."""
        ...


def called(model: Model, row: Sequence[Number]) -> object:
    """Return what a model returns for one row of numbers, which may be that of several inputs."""
    structure, sample = internals(model).inputs, as_row(row)
    if structure is None:
        return model(sample)
    return cast(Any, class_view(model)).of_parts(structure.split(sample))


def outputs_of(model: Model, row: Sequence[Number]) -> list[Number]:
    """Return the numbers of all outputs of a model for one row of numbers."""
    return as_list(called(model, row))


def as_list(outputs: object) -> list[Number]:
    """Return what a model returned for one sample as one list, whatever outputs it has.

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
