"""The NumPy backend: batches run as the array program hidden in one sample's graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar, cast

import numpy as np

from autograd_core import Value
from autograd_core.graph import NO_GRADIENT, watched
from nn.backends.backend import Adding, Batches, BatchResult, Blocked, called
from nn.backends.diagnostics import ALMOST_0
from nn.backends.graph import GraphBackend
from nn.backends.one_call import BoundStep, Step, take
from nn.backends.program import LossProgram, UnitsProgram
from nn.backends.survey import Survey
from nn.backends.together import Together
from nn.backends.trial import Trials, given, read, say_slow
from nn.basics import Floats, Mask
from nn.losses.loss import Loss
from nn.modules import Tree
from nn.modules.statistics import Drops, Normalizes, draw
from nn.optimizers import Optimizer

_AT_ONCE = 30_000_000  # parameters times samples of a call: 0.1 s, after which Ctrl-C is heard
_COPIED = 1_000_000  # numbers of a batch that is written down once for every step
Result = TypeVar("Result")


class NumpyBackend:
    """Batches on programs that are compiled from the model and the loss, as they were written.

    The parameters of each group are one array between `load` and `store`. What cannot be compiled,
    since it does something else for each sample or more than arithmetic, runs on the graph, after a
    warning.
    """

    adds_up = False

    def __init__(
        self,
        model: Tree,
        loss: Loss,
        groups: Sequence[Sequence[Value]],
        survey: Survey,
        machine: str = "auto",
    ) -> None:
        self.groups = groups
        self.graph = GraphBackend(model, loss, groups, survey)
        modules = survey.modules
        trained = {parameter for group in groups for parameter in group}
        others = [p for p in model.parameters() if p not in trained]
        self._held = [*groups, others] if others else list(groups)
        self._drops = [m for m in modules if isinstance(m, Drops) and m.rate]
        self._foreign = survey.foreign
        # machine code at once is that of whole steps: a first batch alone is not worth its own
        self._at_once = machine == "native"
        backend = "auto" if self._at_once else machine
        self._train = LossProgram(model, modules, self._held, True, loss, backend)
        self._infer = self._train
        self._norms = any(isinstance(m, Normalizes) and m.trainable for m in modules)
        self._together: Together | None = None  # made with the first batch
        # who knows what another's module does while training
        if self._drops or self._foreign or self._norms:
            self._infer = LossProgram(model, modules, self._held, False, loss)
        self._units = UnitsProgram(model, modules, self._held, False, loss)
        self._calls: list[tuple[Drops, int]] | None = None
        self._numbers: Sequence[Floats] = []  # of the groups
        self._others: list[Floats] = []  # of what is held besides
        self._gradients: Sequence[Floats] = []
        self.reached: Sequence[Mask] | None = None
        self._bound: dict[int, BoundStep] = {}  # the call for so many samples, its checks made
        self._ahead = False  # the arrays are ahead of the Values
        self._trials = Trials(self.graph, self._held, self._drops)
        self._fallback_reason = ""  # it runs on the graph

    def load(self) -> None:
        """Read the parameters' numbers from their Values."""
        count = len(self.groups)
        self._numbers = [read(group) for group in self.groups]
        self._others = [read(group) for group in self._held[count:]]
        self._ahead = False
        for bound in self._bound.values():
            bound.look_again()
        if self._foreign:
            self._trials.begin()
            self._bound.clear()

    def store(self) -> None:
        """Write the parameters' numbers, and the last gradients, into their Values."""
        if self._fallback_reason or not self._ahead:
            return
        for group, *arrays in zip(self.groups, self._numbers, self._gradients):
            # floats one by one out of the arrays: lists of all of them take a third longer
            numbers, gradients = [np.ascontiguousarray(a, np.float64).data for a in arrays]
            for parameter, data, grad in zip(group, numbers, gradients):
                parameter.data, parameter.grad = data, grad
        for group, mask in zip(self.groups, self.reached or ()):
            for place in np.flatnonzero(~mask).tolist():
                group[place].grad = NO_GRADIENT
        self._ahead = False

    def numbers(self) -> Sequence[Floats]:
        """Return the parameters, one array per group."""
        return self.graph.numbers() if self._fallback_reason else self._numbers

    def update(self, numbers: Sequence[Floats]) -> None:
        """Set the parameters, one array per group."""
        if self._fallback_reason:
            self.graph.update(numbers)
        else:
            self._numbers, self._ahead = numbers, True

    def batch(self, x: Floats, y: Floats, weights: Floats, all_count: bool) -> BatchResult:
        """Return losses, outputs and gradients of a batch."""
        if self._fallback_reason:
            return self._on_graph(x, y, weights)
        masks = self._masks(x) if self._drops else None
        columns = (x, y, weights) if masks is None else (x, y, weights, masks)
        bound = self._bound.get(len(x))
        if bound is None or watched() or not (all_count or weights.all()):
            return self._checked(columns)
        computed, self._gradients = bound.call(*self._numbers, *self._others, *columns)
        return self._table(computed), self._gradients

    def steps(
        self, optimizer: Optimizer, batches: Batches, adding: Adding | None = None
    ) -> Floats | None:
        """Take whole steps at once, in machine code, once that is worth making."""
        if len(batches.x) > max(batches.size, self._most_rows):
            return None
        step = self._whole_step(optimizer, batches)
        return None if step is None else self._take(optimizer, step, batches, False)[0]

    def repeat(
        self, optimizer: Optimizer, batch: Batches, most: int
    ) -> tuple[Floats, Sequence[Floats]] | None:
        """Take a step on one batch again and again."""
        times = min(most, self._most_rows // batch.size, _COPIED // max(1, batch.x.size))
        step = self._whole_step(optimizer, batch) if times > 1 else None
        if step is None:
            return None
        x, y, weights = [np.concatenate([column] * times) for column in batch[1:4]]
        return self._take(optimizer, step, Batches(batch.size, x, y, weights, True), True)

    @property
    def _most_rows(self) -> int:
        """How many rows one call takes, so that Ctrl-C is heard."""
        return _AT_ONCE // max(1, sum(map(len, self._numbers)))

    def _whole_step(self, optimizer: Optimizer, batches: Batches) -> Step | None:
        """Return the program of a step; None if there is none, or it is to be taken in parts."""
        bound = self._bound.get(batches.size)
        if bound is None or self._fallback_reason or watched() or self.reached is not None:
            return None
        return bound.step_of(optimizer) if batches.all_count or batches.weights.all() else None

    def _take(
        self, optimizer: Optimizer, step: Step, batches: Batches, every: bool
    ) -> tuple[Floats, Sequence[Floats]]:
        """Take whole steps; return the table, and the parameters, after every step if wanted."""
        size, x, y, weights, _ = batches
        times = len(x) // size
        rest = [*self._others, x, y, weights, *self._masks_of(batches)]
        computed, moved, self._gradients = take(optimizer, step, self._numbers, rest, times, every)
        self._numbers = [rows[-1].copy() for rows in moved] if every else moved
        self._ahead = True
        return self._table(computed), moved

    def _table(self, computed: object) -> Floats:
        """Return the losses and outputs of a batch, and note which parameters took part."""
        table, masks = self._train.table(computed)
        self._note(masks)
        return table

    def _note(self, masks: Sequence[Mask] | None) -> None:
        """Note which parameters of the groups took part; others are held besides."""
        moved = None if masks is None else masks[: len(self.groups)]
        self.reached = None if moved is None or all(mask.all() for mask in moved) else moved

    def _on_graph(self, x: Floats, y: Floats, weights: Floats) -> BatchResult:
        result = self.graph.batch(x, y, weights)
        self.reached = self.graph.reached
        return result

    def _checked(self, columns: tuple[Floats, ...]) -> BatchResult:
        """Return what `batch` does; the next one of so many samples need not be checked."""
        x, y, weights, *masks = columns

        def by_hand() -> BatchResult:
            with given(self._drops, masks[0] if masks else None):
                return self._on_graph(x, y, weights)

        table, self._gradients = self._or_by_hand(partial(self._first, columns), by_hand)
        return table, self._gradients

    def _first(self, columns: tuple[Floats, ...]) -> BatchResult:
        """Return what the program gives for a first batch, and bind it for the next ones."""
        if self._foreign and not self._norms:
            self._trials.compare(self._train, self._all_numbers(), columns)
        table, self._gradients = self._gradients_of(columns)
        if columns[2].all() and not self._norms:
            call = self._train.bound(self._all_numbers(), len(self.groups), *columns)
            if call is not None:
                self._bound[len(columns[0])] = BoundStep(call, self._at_once)
        return table, self._gradients

    def evaluate(self, x: Floats, y: Floats) -> Floats:
        """Return losses and outputs in inference mode."""
        by_hand = partial(self.graph.evaluate, x, y)
        if self._fallback_reason:
            return by_hand()
        return self._or_by_hand(partial(self._values, (x, y, np.ones(len(x)))), by_hand)

    def _values(self, columns: tuple[Floats, ...]) -> Floats:
        if self._foreign:
            self._trials.compare(self._infer, self._all_numbers(), columns)
        table, _ = self._infer.table(self._infer.values(self._all_numbers(), *columns))
        return np.asarray(table)

    def _or_by_hand(self, run: Callable[[], Result], by_hand: Callable[[], Result]) -> Result:
        """Return what a program gives; if it fails what the graph does, from now on."""
        why: Exception | None = None
        if not watched():
            try:
                return run()
            except Exception as error:  # if it is the user's own, the graph says so below
                why = error
        self.store()
        result = by_hand()
        if why is not None:
            self._fallback_reason = say_slow(self.graph.model, why)
        return result

    def blocked(self, x: Floats, y: Floats) -> Mapping[str, Blocked]:
        """Return the layers through which no gradient passes for any of these samples."""
        if not self._fallback_reason and not watched():
            try:
                table = self._units.values(self._all_numbers(), x, y, np.ones(len(x)))
                return _blocked(table, self._units.layers)
            except Exception:  # what the graph refuses as well is refused there
                self.store()
        return self.graph.blocked(x, y)

    def _gradients_of(self, columns: Sequence[Floats]) -> tuple[Floats, Sequence[Floats]]:
        numbers, weights, count = self._all_numbers(), columns[2], len(self.groups)
        if self._norms:
            return self._with_statistics(columns)
        if weights.all():
            computed, gradients = self._train.gradients(numbers, count, *columns)
            return self._table(computed), gradients
        # A sample that counts nothing has no gradient, where 0 times an infinite one were nan.
        table = self._table(self._train.values(numbers, *columns))
        some = np.flatnonzero(weights)
        if not len(some):
            return table, [np.zeros(len(group)) for group in self.groups]
        counted = [column[some] for column in columns]
        return table, self._train.gradients(numbers, count, *counted)[1]

    def _with_statistics(self, columns: Sequence[Floats]) -> tuple[Floats, Sequence[Floats]]:
        """Return what `_gradients_of` does, of a model that takes statistics of the batch."""
        model, modules = self.graph.model, self.graph.modules
        if self._together is None:
            with self._train.mode(lambda layer, count: [1.0] * count):
                row = columns[0][0].tolist()
                made = Together(cast(Tree, model), modules, self._held, self.graph.loss, row)
            if self._foreign:
                self._trials.compare(made, self._all_numbers(), columns, least=8)
            self._together = made
        made = self._together
        computed, gradients = made.step(self._all_numbers(), len(self.groups), columns)
        table, masks = made.loss.table(computed)
        self._note(None if masks is None else masks[1:])  # the first are the statistics
        for numbers, group in zip(self._numbers, self.groups, strict=True):
            for place, value in enumerate(group):
                if value in self._trials.moving:  # an optimizer that was given all parameters
                    numbers[place] = value.data
        self._others = [read(group) for group in self._held[len(self.groups) :]]
        return table, gradients

    def _all_numbers(self) -> list[Floats]:
        return [*self._numbers, *self._others]

    def _masks(self, x: Floats) -> Floats | None:
        """Return the factors for all Dropouts, `(samples, all)`; None if none is ever asked."""
        if self._calls is None:
            self._calls = calls = list[tuple[Drops, int]]()

            def note(layer: Drops, count: int) -> list[float]:
                calls.append((layer, count))
                return [1.0] * count

            with self._train.mode(note):
                called(self.graph.model, x[0].tolist())
        return draw(self._calls, len(x)) if self._calls else None

    def _masks_of(self, batches: Batches) -> list[Floats]:
        """Return the factors of each batch in turn, in one array; nothing if none is ever asked."""
        if not self._drops:
            return []
        masks = [self._masks(batch.x) for batch in batches.apart()]
        known = [mask for mask in masks if mask is not None]
        return [np.concatenate(known)] if known else []


def _blocked(table: Floats, layers: Mapping[str, tuple[slice, slice]]) -> dict[str, Blocked]:
    found = {}
    for layer, (units, partials) in layers.items():
        if (np.abs(table[:, partials]) < ALMOST_0).all():  # nan passes as well
            numbers = table[:, units]
            found[layer] = Blocked(numbers.shape[1], bool((numbers == 0.0).all()))
    return found
