"""Together: a step of a model whose layers take the mean and the variance of the batch.

The programs stay those of one sample. Means and variances are inputs of theirs, like parameters;
how they depend on the samples is put in by the chain rule, from the last such layer to the first:
with s = (mean, variance) of what the layer gets, a, the adjoint of a in sample i is
(ds_mean + 2 * ds_variance * (a_i - mean)) / samples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd_core import Value, functional
from nn.backends.backend import called
from nn.backends.program import LossProgram, Program, Values
from nn.basics import Floats
from nn.losses.loss import Loss
from nn.modules import Tree
from nn.modules.statistics import Normalizes, statistics_from


class _Given:
    """The means and variances that layers get when their model is captured, in order of calls.

    Attributes:
        calls: The layers, in the order in which they ask.
        pairs: What each is given.
        values: All of it in a row.
    """

    def __init__(self, model: Tree, layers: Sequence[Normalizes], row: list[float]) -> None:
        self.layers, self.calls = layers, list[Normalizes]()
        self.pairs: list[tuple[list[Value], list[Value]]] = []

        def ask(layer: Normalizes, x: list[Value]) -> tuple[list[Value], list[Value]]:
            self.calls.append(layer)
            self.pairs.append(([Value(0.0) for _ in x], [Value(1.0) for _ in x]))
            return self.pairs[-1]

        with statistics_from(layers, ask):
            called(model, row)
        self.values = [value for pair in self.pairs for values in pair for value in values]


class _LossGiven(LossProgram):
    """The loss of a sample, given the statistics of its batch."""

    given: _Given

    def sample(self, columns: list[list[Value]]) -> object:
        """Return the weighted loss, and the loss with the outputs after it."""
        waiting = iter(self.given.pairs)
        with statistics_from(self.given.layers, lambda layer, x: next(waiting)):
            return super().sample(columns)


class _Reaching(Program):
    """What one layer gets from a sample, and its product with an adjoint."""

    names = ("x", "adjoint")
    given: _Given
    number: int

    def sample(self, columns: list[list[Value]]) -> object:
        """Return the product, and what the layer gets."""
        waiting, seen = iter(self.given.pairs), list[list[Value]]()

        def ask(layer: Normalizes, x: list[Value]) -> tuple[list[Value], list[Value]]:
            seen.append(x)
            return next(waiting)

        with statistics_from(self.given.layers, ask):
            called(self.model, columns[0])
        inputs = seen[self.number]
        return Value.operand(functional.dot(columns[1], inputs)), self.objects(inputs)


class Together:
    """Losses and gradients of a batch, for a model with layers that ask for its statistics.

    Args:
        model: The model.
        modules: All of its modules.
        held: Groups of parameters.
        loss: The loss.
        row: A sample.
    """

    def __init__(
        self,
        model: Tree,
        modules: Sequence[Tree],
        held: Sequence[Values],
        loss: Loss,
        row: list[float],
    ) -> None:
        layers = [m for m in modules if isinstance(m, Normalizes) and m.of_batch]
        self.given = _Given(model, layers, row)
        groups = [self.given.values, *held]
        self.loss = _LossGiven(model, modules, groups, True, loss)
        self.loss.given = self.given
        self.reaching = [_Reaching(model, modules, groups, True) for _ in self.given.calls]
        for number, program in enumerate(self.reaching):
            program.given, program.number = self.given, number

    training = True

    def forget(self) -> None:
        """Do nothing: it is made for one comparison."""

    def trial(
        self, count: int, numbers: list[Floats], columns: Sequence[Floats]
    ) -> tuple[Floats, Sequence[Floats]]:
        """Return the table and the gradients; nothing moves."""
        computed, gradients = self.step(numbers, count, columns, move=False)
        return self.loss.table(computed)[0], gradients

    def step(
        self, numbers: Sequence[Floats], count: int, columns: Sequence[Floats], move: bool = True
    ) -> tuple[object, list[Floats]]:
        """Return what the loss program computes and the gradients of the first groups.

        Args:
            numbers: The parameters of each group.
            count: How many groups gradients are wanted of.
            columns: x, targets, weights, and Dropout's factors.
            move: Whether moving means and variances move.
        """
        x, _, weights, *masks = columns
        statistics, seen = np.zeros(len(self.given.values)), list[Floats]()
        places, end = list[tuple[slice, slice]](), 0
        for program, pair in zip(self.reaching, self.given.pairs, strict=True):
            size = len(pair[0])
            places.append((slice(end, end + size), slice(end + size, end := end + 2 * size)))
            ones = np.ones((len(x), size))
            inputs = np.asarray(program.values([statistics, *numbers], x, ones, *masks)[1])
            seen.append(inputs.reshape(len(x), size))
            statistics[places[-1][0]] = seen[-1].mean(axis=0)
            statistics[places[-1][1]] = seen[-1].var(axis=0)
        every = [statistics, *numbers]
        if weights.all():
            computed, gradients = self.loss.gradients(every, count + 1, *columns)
        else:  # a sample that counts nothing has no gradient, but a part in the statistics
            computed, some = self.loss.values(every, *columns), np.flatnonzero(weights)
            counted = [column[some] for column in columns]
            gradients = [np.zeros(len(group)) for group in every[: count + 1]]
            if len(some):
                gradients = self.loss.gradients(every, count + 1, *counted)[1]
        total = [np.array(gradient, np.float64) for gradient in gradients]
        for program, inputs, (mean, variance) in reversed([*zip(self.reaching, seen, places)]):
            adjoint = total[0][mean] + 2.0 * total[0][variance] * (inputs - statistics[mean])
            columns_of_it = (x, adjoint / len(x), *masks)
            _, gradients = program.compiled(columns_of_it).value_and_grad(
                *every, *columns_of_it, wrt=tuple(range(count + 1)), has_aux=True
            )
            total = [a + b for a, b in zip(total, gradients, strict=True)]
        if move:
            for layer, (mean, variance) in zip(self.given.calls, places, strict=True):
                layer.move(statistics[mean].tolist(), statistics[variance].tolist(), len(x))
        return computed, total[1:]
