"""The NumPy backend: runs batches with the array program compiled from one sample's graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar, cast

import numpy as np

from autograd_core import Value
from autograd_core.graph import NO_GRADIENT, watched
from nn.backends.backend import Batches, BatchResult, Blocked, Summation, call_model
from nn.backends.batch_statistics import BatchStatistics
from nn.backends.diagnostics import ALMOST_0
from nn.backends.graph import GraphBackend
from nn.backends.one_call import BoundStep, Step, run_steps
from nn.backends.program import LossProgram, UnitsProgram
from nn.backends.survey import Survey
from nn.backends.trial import Verifier, dropout_factors, numbers_of, warn_slow
from nn.basics import Floats, Mask
from nn.losses.loss import Loss
from nn.modules import Tree
from nn.modules.statistics import Drops, Normalizes, draw
from nn.optimizers import Optimizer

# parameters times samples of one call: it takes about 0.1 s, and Ctrl-C waits until it returns
_MAX_WORK = 30_000_000
_MAX_COPIED = 1_000_000  # numbers in the copies of a batch that `repeat` passes, one per step
Result = TypeVar("Result")


class NumpyBackend:
    """Runs batches with programs that are compiled from the model and the loss.

    The parameters of each group are one array between `load` and `store`. A model or loss that
    cannot be compiled, as it does more than arithmetic or differs from sample to sample, runs on
    the graph, after a warning.

    Args:
        model: The model.
        loss: The loss.
        groups: The parameters of each of the optimizer's groups.
        survey: That of the model and the loss.
        machine: "numpy"; "native" for machine code; "auto" for machine code once it pays.
    """

    can_sum = False

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
        self._all_groups = [*groups, others] if others else list(groups)
        self._drops = [m for m in modules if isinstance(m, Drops) and m.rate]
        self._foreign = survey.foreign
        # "native" compiles whole steps at once; the very first batch still runs with NumPy
        self._native_first = machine == "native"
        backend = "auto" if self._native_first else machine
        self._train = LossProgram(model, modules, self._all_groups, True, loss, backend)
        self._infer = self._train
        self._uses_batch_statistics = any(
            isinstance(m, Normalizes) and m.trainable for m in modules
        )
        self._batch_statistics: BatchStatistics | None = None  # made with the first batch
        # a foreign module may do something else in training mode
        if self._drops or self._foreign or self._uses_batch_statistics:
            self._infer = LossProgram(model, modules, self._all_groups, False, loss)
        self._units = UnitsProgram(model, modules, self._all_groups, False, loss)
        self._dropout_calls: list[tuple[Drops, int]] | None = None
        self._numbers: Sequence[Floats] = []  # the parameters of each group
        self._others: list[Floats] = []  # the parameters in no group, if any, as one array
        self._gradients: Sequence[Floats] = []
        self.reached: Sequence[Mask] | None = None
        self._bound: dict[int, BoundStep] = {}  # by batch size: calls without checks
        self._values_outdated = False  # whether the arrays have moved since the last `store`
        self._verifier = Verifier(self.graph, self._all_groups, self._drops)
        self._fallback_reason = ""  # why it runs on the graph; "" while it does not

    def load(self) -> None:
        """Read the parameters from their Values."""
        count = len(self.groups)
        self._numbers = [numbers_of(group) for group in self.groups]
        self._others = [numbers_of(group) for group in self._all_groups[count:]]
        self._values_outdated = False
        for bound in self._bound.values():
            bound.forget_settings()
        if self._foreign:
            self._verifier.recheck_all()
            self._bound.clear()

    def store(self) -> None:
        """Write the parameters and the last gradients into their Values."""
        if self._fallback_reason or not self._values_outdated:
            return
        for group, *arrays in zip(self.groups, self._numbers, self._gradients):
            # floats one by one out of memoryviews: a list of all of them takes a third longer
            numbers, gradients = [np.ascontiguousarray(a, np.float64).data for a in arrays]
            for parameter, data, grad in zip(group, numbers, gradients):
                parameter.data, parameter.grad = data, grad
        for group, mask in zip(self.groups, self.reached or ()):
            for place in np.flatnonzero(~mask).tolist():
                group[place].grad = NO_GRADIENT
        self._values_outdated = False

    def numbers(self) -> Sequence[Floats]:
        """Return the parameters, one array per group."""
        return self.graph.numbers() if self._fallback_reason else self._numbers

    def update(self, numbers: Sequence[Floats]) -> None:
        """Set the parameters, one array per group."""
        if self._fallback_reason:
            self.graph.update(numbers)
        else:
            self._numbers, self._values_outdated = numbers, True

    def batch(self, x: Floats, y: Floats, weights: Floats, all_weighted: bool) -> BatchResult:
        """Return losses, outputs and gradients of a batch."""
        if self._fallback_reason:
            return self._graph_batch(x, y, weights)
        masks = self._masks(x) if self._drops else None
        columns = (x, y, weights) if masks is None else (x, y, weights, masks)
        bound = self._bound.get(len(x))
        if bound is None or watched() or not (all_weighted or weights.all()):
            return self._first_batch(columns)
        computed, self._gradients = bound.call(*self._numbers, *self._others, *columns)
        return self._table(computed), self._gradients

    def steps(
        self, optimizer: Optimizer, batches: Batches, summation: Summation | None = None
    ) -> Floats | None:
        """Take whole steps in machine code; None while that is not compiled."""
        if len(batches.x) > max(batches.size, self._most_rows):
            return None
        step = self._step_program(optimizer, batches)
        return None if step is None else self._run_steps(optimizer, step, batches, False)[0]

    def repeat(
        self, optimizer: Optimizer, batch: Batches, max_steps: int
    ) -> tuple[Floats, Sequence[Floats]] | None:
        """Take several steps on one batch in one call."""
        times = min(max_steps, self._most_rows // batch.size, _MAX_COPIED // max(1, batch.x.size))
        step = self._step_program(optimizer, batch) if times > 1 else None
        if step is None:
            return None
        x, y, weights = [np.concatenate([column] * times) for column in batch[1:4]]
        return self._run_steps(optimizer, step, Batches(batch.size, x, y, weights, True), True)

    @property
    def _most_rows(self) -> int:
        """How many rows one call may take, so that it ends within about 0.1 s."""
        return _MAX_WORK // max(1, sum(map(len, self._numbers)))

    def _step_program(self, optimizer: Optimizer, batches: Batches) -> Step | None:
        """Return the program of a whole step; None if there is none for this case."""
        bound = self._bound.get(batches.size)
        if bound is None or self._fallback_reason or watched() or self.reached is not None:
            return None
        return bound.step_of(optimizer) if batches.all_weighted or batches.weights.all() else None

    def _run_steps(
        self, optimizer: Optimizer, step: Step, batches: Batches, keep_all: bool
    ) -> tuple[Floats, Sequence[Floats]]:
        """Take whole steps; return the table and the parameters, with `keep_all` of every step."""
        size, x, y, weights, _ = batches
        times = len(x) // size
        rest = [*self._others, x, y, weights, *self._masks_of(batches)]
        computed, moved, self._gradients = run_steps(
            optimizer, step, self._numbers, rest, times, keep_all
        )
        self._numbers = [rows[-1].copy() for rows in moved] if keep_all else moved
        self._values_outdated = True
        return self._table(computed), moved

    def _table(self, computed: object) -> Floats:
        """Return the losses and outputs of a batch, and set `reached`."""
        table, masks = self._train.table(computed)
        self._set_reached(masks)
        return table

    def _set_reached(self, masks: Sequence[Mask] | None) -> None:
        """Set `reached` to the masks of the trained groups; None if they are all True."""
        moved = None if masks is None else masks[: len(self.groups)]
        self.reached = None if moved is None or all(mask.all() for mask in moved) else moved

    def _graph_batch(self, x: Floats, y: Floats, weights: Floats) -> BatchResult:
        result = self.graph.batch(x, y, weights)
        self.reached = self.graph.reached
        return result

    def _first_batch(self, columns: tuple[Floats, ...]) -> BatchResult:
        """Do what `batch` does with all checks, and bind a call without them for this size."""
        x, y, weights, *masks = columns

        def on_graph() -> BatchResult:
            with dropout_factors(self._drops, masks[0] if masks else None):
                return self._graph_batch(x, y, weights)

        table, self._gradients = self._or_on_graph(partial(self._run_and_bind, columns), on_graph)
        return table, self._gradients

    def _run_and_bind(self, columns: tuple[Floats, ...]) -> BatchResult:
        """Return the program's result, and bind a call for later batches of this size."""
        if self._foreign and not self._uses_batch_statistics:
            self._verifier.compare(self._train, self._all_numbers(), columns)
        table, self._gradients = self._gradients_of(columns)
        if columns[2].all() and not self._uses_batch_statistics:
            call = self._train.bound(self._all_numbers(), len(self.groups), *columns)
            if call is not None:
                self._bound[len(columns[0])] = BoundStep(call, self._native_first)
        return table, self._gradients

    def evaluate(self, x: Floats, y: Floats) -> Floats:
        """Return losses and outputs in inference mode."""
        on_graph = partial(self.graph.evaluate, x, y)
        if self._fallback_reason:
            return on_graph()
        return self._or_on_graph(partial(self._values, (x, y, np.ones(len(x)))), on_graph)

    def _values(self, columns: tuple[Floats, ...]) -> Floats:
        if self._foreign:
            self._verifier.compare(self._infer, self._all_numbers(), columns)
        table, _ = self._infer.table(self._infer.values(self._all_numbers(), *columns))
        return np.asarray(table)

    def _or_on_graph(self, run: Callable[[], Result], on_graph: Callable[[], Result]) -> Result:
        """Return `run()`; if that fails, `on_graph()`, and stay on the graph from now on."""
        why: Exception | None = None
        if not watched():
            try:
                return run()
            except Exception as error:  # an error in the user's code is raised again below
                why = error
        self.store()
        result = on_graph()
        if why is not None:
            self._fallback_reason = warn_slow(self.graph.model, why)
        return result

    def blocked(self, x: Floats, y: Floats) -> Mapping[str, Blocked]:
        """Return the layers through which no gradient passes for any of these samples."""
        if not self._fallback_reason and not watched():
            try:
                table = self._units.values(self._all_numbers(), x, y, np.ones(len(x)))
                return _blocked(table, self._units.layers)
            except Exception:  # an error in the user's code is raised again below
                self.store()
        return self.graph.blocked(x, y)

    def _gradients_of(self, columns: Sequence[Floats]) -> tuple[Floats, Sequence[Floats]]:
        numbers, weights, count = self._all_numbers(), columns[2], len(self.groups)
        if self._uses_batch_statistics:
            return self._with_statistics(columns)
        if weights.all():
            computed, gradients = self._train.gradients(numbers, count, *columns)
            return self._table(computed), gradients
        # Samples of weight 0 are left out: 0 times an infinite gradient would be nan.
        table = self._table(self._train.values(numbers, *columns))
        weighted = np.flatnonzero(weights)
        if not len(weighted):
            return table, [np.zeros(len(group)) for group in self.groups]
        counted = [column[weighted] for column in columns]
        return table, self._train.gradients(numbers, count, *counted)[1]

    def _with_statistics(self, columns: Sequence[Floats]) -> tuple[Floats, Sequence[Floats]]:
        """Do what `_gradients_of` does, for a model whose layers use statistics of the batch."""
        model, modules = self.graph.model, self.graph.modules
        if self._batch_statistics is None:
            with self._train.mode(lambda layer, count: [1.0] * count):
                row = columns[0][0].tolist()
                made = BatchStatistics(
                    cast(Tree, model), modules, self._all_groups, self.graph.loss, row
                )
            if self._foreign:
                self._verifier.compare(made, self._all_numbers(), columns, min_samples=8)
            self._batch_statistics = made
        made = self._batch_statistics
        computed, gradients = made.step(self._all_numbers(), len(self.groups), columns)
        table, masks = made.loss.table(computed)
        self._set_reached(None if masks is None else masks[1:])  # group 0 is the statistics
        for numbers, group in zip(self._numbers, self.groups, strict=True):
            for place, value in enumerate(group):
                if value in self._verifier.moving_statistics:  # the optimizer may hold them too
                    numbers[place] = value.data
        self._others = [numbers_of(group) for group in self._all_groups[len(self.groups) :]]
        return table, gradients

    def _all_numbers(self) -> list[Floats]:
        return [*self._numbers, *self._others]

    def _masks(self, x: Floats) -> Floats | None:
        """Return factors for all Dropout layers, `(samples, units)`; None if none is called."""
        if self._dropout_calls is None:
            self._dropout_calls = calls = list[tuple[Drops, int]]()

            def note(layer: Drops, count: int) -> list[float]:
                calls.append((layer, count))
                return [1.0] * count

            with self._train.mode(note):
                call_model(self.graph.model, x[0].tolist())
        return draw(self._dropout_calls, len(x)) if self._dropout_calls else None

    def _masks_of(self, batches: Batches) -> list[Floats]:
        """Return `_masks` of each batch, joined, in a list; the list is empty if there are none."""
        if not self._drops:
            return []
        masks = [self._masks(batch.x) for batch in batches.split_batches()]
        known = [mask for mask in masks if mask is not None]
        return [np.concatenate(known)] if known else []


def _blocked(table: Floats, layers: Mapping[str, tuple[slice, slice]]) -> dict[str, Blocked]:
    found = {}
    for layer, (units, partials) in layers.items():
        if (np.abs(table[:, partials]) < ALMOST_0).all():  # nan passes as well
            numbers = table[:, units]
            found[layer] = Blocked(numbers.shape[1], bool((numbers == 0.0).all()))
    return found
