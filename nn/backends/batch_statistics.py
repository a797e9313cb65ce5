"""Batch statistics: losses and gradients of a model whose layers use the batch's mean and variance.

Programs are still captured from one sample: means and variances are inputs of them, as parameters
are. The chain rule then adds the gradient through the statistics, from the last such layer to the
first: if a is the layer's input, the adjoint of a_i, in sample i, gets
(adjoint of mean + 2 * adjoint of variance * (a_i - mean)) / samples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd_core import Value, functional
from nn.backends.backend import call_model
from nn.backends.program import LossProgram, Program, Values
from nn.basics import Floats
from nn.losses.loss import Loss
from nn.modules import Tree
from nn.modules.statistics import Normalizes, statistics_from


class _SymbolicStatistics:
    """Values for the means and variances that layers use while their model is captured.

    Attributes:
        calls: The layers, in the order in which the model calls them.
        pairs: The means and the variances of each call, one of each per unit.
        values: All of them in one list.
    """

    def __init__(self, model: Tree, layers: Sequence[Normalizes], row: list[float]) -> None:
        self.layers, self.calls = layers, list[Normalizes]()
        self.pairs: list[tuple[list[Value], list[Value]]] = []

        def ask(layer: Normalizes, x: list[Value]) -> tuple[list[Value], list[Value]]:
            self.calls.append(layer)
            self.pairs.append(([Value(0.0) for _ in x], [Value(1.0) for _ in x]))
            return self.pairs[-1]

        with statistics_from(layers, ask):
            call_model(model, row)
        self.values = [value for pair in self.pairs for values in pair for value in values]


class _LossWithStatistics(LossProgram):
    """The loss of a sample as a function of the statistics of its batch too."""

    symbolic: _SymbolicStatistics

    def sample(self, columns: list[list[Value]]) -> object:
        """Return what `LossProgram.sample` does."""
        waiting = iter(self.symbolic.pairs)
        with statistics_from(self.symbolic.layers, lambda layer, x: next(waiting)):
            return super().sample(columns)


class _LayerInput(Program):
    """The input of one layer for a sample, and its dot product with an adjoint."""

    names = ("x", "adjoint")
    symbolic: _SymbolicStatistics
    number: int

    def sample(self, columns: list[list[Value]]) -> object:
        """Return the dot product, and the layer's input."""
        waiting, seen = iter(self.symbolic.pairs), list[list[Value]]()

        def ask(layer: Normalizes, x: list[Value]) -> tuple[list[Value], list[Value]]:
            seen.append(x)
            return next(waiting)

        with statistics_from(self.symbolic.layers, ask):
            call_model(self.model, columns[0])
        inputs = seen[self.number]
        return Value.operand(functional.dot(columns[1], inputs)), self.objects(inputs)


class BatchStatistics:
    """Losses and gradients of a batch, for a model with layers that use its statistics.

    Args:
        model: The model.
        modules: All of its modules.
        groups: Groups of parameters.
        loss: The loss.
        row: A sample: one call of the model shows the order of the layers.
    """

    def __init__(
        self,
        model: Tree,
        modules: Sequence[Tree],
        groups: Sequence[Values],
        loss: Loss,
        row: list[float],
    ) -> None:
        layers = [m for m in modules if isinstance(m, Normalizes) and m.of_batch]
        self.symbolic = _SymbolicStatistics(model, layers, row)
        inputs = [self.symbolic.values, *groups]
        self.loss = _LossWithStatistics(model, modules, inputs, True, loss)
        self.loss.symbolic = self.symbolic
        self.layer_inputs = [_LayerInput(model, modules, inputs, True) for _ in self.symbolic.calls]
        for number, program in enumerate(self.layer_inputs):
            program.symbolic, program.number = self.symbolic, number

    training = True

    def forget(self) -> None:
        """Do nothing: it is compared once, when it is made."""

    def table_and_gradients(
        self, count: int, numbers: list[Floats], columns: Sequence[Floats]
    ) -> tuple[Floats, Sequence[Floats]]:
        """Return the table and the gradients; moving averages stay as they are."""
        computed, gradients = self.step(numbers, count, columns, move=False)
        return self.loss.table(computed)[0], gradients

    def step(
        self, numbers: Sequence[Floats], count: int, columns: Sequence[Floats], move: bool = True
    ) -> tuple[object, list[Floats]]:
        """Return the loss program's result and the gradients of the first `count` groups.

        Args:
            numbers: The parameters of each group.
            count: How many groups to differentiate by.
            columns: x, targets, weights, and Dropout's factors.
            move: Whether to update moving means and variances.
        """
        x, _, weights, *masks = columns
        statistics, seen = np.zeros(len(self.symbolic.values)), list[Floats]()
        places, end = list[tuple[slice, slice]](), 0
        for program, pair in zip(self.layer_inputs, self.symbolic.pairs, strict=True):
            size = len(pair[0])
            places.append((slice(end, end + size), slice(end + size, end := end + 2 * size)))
            ones = np.ones((len(x), size))
            inputs = np.asarray(program.values([statistics, *numbers], x, ones, *masks)[1])
            seen.append(inputs.reshape(len(x), size))
            statistics[places[-1][0]] = seen[-1].mean(axis=0)
            statistics[places[-1][1]] = seen[-1].var(axis=0)
        all_numbers = [statistics, *numbers]
        if weights.all():
            computed, gradients = self.loss.gradients(all_numbers, count + 1, *columns)
        else:  # samples of weight 0 are in the statistics, but not in the gradient
            computed, weighted = self.loss.values(all_numbers, *columns), np.flatnonzero(weights)
            counted = [column[weighted] for column in columns]
            gradients = [np.zeros(len(group)) for group in all_numbers[: count + 1]]
            if len(weighted):
                gradients = self.loss.gradients(all_numbers, count + 1, *counted)[1]
        total = [np.array(gradient, np.float64) for gradient in gradients]
        for program, inputs, (mean, variance) in reversed([*zip(self.layer_inputs, seen, places)]):
            adjoint = total[0][mean] + 2.0 * total[0][variance] * (inputs - statistics[mean])
            columns_of_it = (x, adjoint / len(x), *masks)
            _, gradients = program.compiled(columns_of_it).value_and_grad(
                *all_numbers, *columns_of_it, wrt=tuple(range(count + 1)), has_aux=True
            )
            total = [a + b for a, b in zip(total, gradients, strict=True)]
        if move:
            for layer, (mean, variance) in zip(self.symbolic.calls, places, strict=True):
                layer.move(statistics[mean].tolist(), statistics[variance].tolist(), len(x))
        return computed, total[1:]
