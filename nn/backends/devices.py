"""Devices: training in JAX: a whole step is one program, the rows of a batch are sharded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value
from autograd_core.compiler import Function
from autograd_core.graph import watched
from nn.backends.backend import Batches, BatchResult, Blocked, Summation
from nn.backends.jax_steps import (
    ManySteps,
    Sharding,
    double_precision,
    on_devices,
    shardings,
    step_of,
    steps_of,
    table_of,
)
from nn.backends.numpy import NumpyBackend
from nn.backends.one_call import Settings, is_plain, settings_of
from nn.backends.program import LossProgram
from nn.backends.survey import Survey
from nn.basics import Floats
from nn.losses.loss import Loss
from nn.metrics.metric import Array, Totals
from nn.modules import Tree
from nn.optimizers import SHARED, Optimizer

_MAX_PROGRAMS = 4  # compiled steps that are kept, one for each set of optimizer options
_FIRST_ROWS = 8  # rows that NumPy evaluates first: this captures the program


class JaxBackend(NumpyBackend):
    """Whole steps in JAX: forward, backward, the optimizer's rule; parameters stay on the devices.

    Each group of parameters is split into pieces: the matrices and vectors that the program reads.

    The rows of a batch are sharded over the devices, and XLA inserts the sums over devices. A batch
    whose size is no multiple of the number of devices is computed in full on each. NumPy takes the
    first batch of each size, and steps that have samples of weight 0, a user-defined optimizer, or
    Values that are not parameters.

    Args:
        mesh: A `jax.sharding.Mesh`, over whose first axis the rows are sharded, or a
            `NamedSharding` of rows; None for all devices, those of other processes too.

    Raises:
        ImportError: If JAX is not installed.
    """

    can_sum = True

    def __init__(
        self,
        model: Tree,
        loss: Loss,
        groups: Sequence[Sequence[Value]],
        survey: Survey,
        mesh: Sharding = None,
    ) -> None:
        super().__init__(model, loss, groups, survey, machine="numpy")
        self._row_sharding, self._replicated, self._row_shards = shardings(mesh)
        self._checked_sizes: set[int] = set()  # batch sizes of which NumPy has run one
        self._steps: list[tuple[tuple[Settings, Totals | None], ManySteps]] = []
        self._scoring: Function | None = None
        # for each piece: the number of its group, and its positions in that group
        self._pieces: list[tuple[int, NDArray[np.int64]]] = []
        # On the devices: parameters, optimizer states and last gradients by piece; the parameters
        # that are not trained; the step number and the learning rate of each group, `(groups, 2)`.
        self._device_numbers: list[Array] = []
        self._device_states: list[dict[str, Array]] = []
        self._device_gradients: list[Array] = []
        self._device_others: list[Array] = []
        self._next_steps: tuple[object, Array] = None, None  # as a list on the host, as an array
        self._device_optimizer: Optimizer | None = None  # whose states are on the devices

    def steps(
        self, optimizer: Optimizer, batches: Batches, summation: Summation | None = None
    ) -> Floats | None:
        """Take whole steps; None where NumPy takes them, as the class says."""
        size, x, y, weights, _ = batches
        if not self._can_step(optimizer, batches):
            return None
        step_count, masks = len(x) // size, self._masks_of(batches)
        totals, *added = summation or (None,)
        # one array where possible: each transfer costs 0.1 ms
        columns = [x, np.column_stack([y, weights, *added]), *masks]
        with double_precision():
            one = [column[:size] for column in (x, y, weights, *masks)]
            run = self._steps_for(optimizer, one, totals)
            if not self._device_numbers or self._device_optimizer is not optimizer:
                self._to_devices(optimizer)
            now = self._count_steps(optimizer, step_count)
            shape = (step_count, size)
            placed = [self._rows_on_devices(c.reshape(*shape, *c.shape[1:]), 1) for c in columns]
            table, self._device_numbers, self._device_states, self._device_gradients, then = run(
                self._device_numbers,
                self._device_states,
                self._device_others,
                placed,
                self._next_steps[1],
            )
            self._next_steps = [(number + step_count, rate) for number, rate in now], then
        self._values_outdated = True
        return table  # type: ignore[no-any-return]

    def _can_step(self, optimizer: Optimizer, batches: Batches) -> bool:
        """Return whether JAX can take these steps; NumPy has to have run a batch of that size."""
        if (
            batches.size not in self._checked_sizes
            or self._fallback_reason
            or self.reached is not None
        ):
            return False
        all_weighted = batches.all_weighted or batches.weights.all()
        return bool(all_weighted) and not watched() and is_plain(optimizer)

    def _count_steps(self, optimizer: Optimizer, step_count: int) -> list[tuple[int, float]]:
        """Return (step number, learning rate) of each group, and count `step_count` steps."""
        histories = [history for ((_, history),) in optimizer.state]
        pairs = zip(histories, optimizer.param_groups)
        now = [(history.get("step", 0) + 1, group["lr"]) for history, group in pairs]
        if now != self._next_steps[0]:
            self._next_steps = now, on_devices(np.array(now, np.float64), self._replicated)
        for history in histories:
            history["step"] = history.get("step", 0) + step_count
        return now

    def _steps_for(
        self, optimizer: Optimizer, columns: Sequence[Floats], totals: Totals | None
    ) -> ManySteps:
        import jax

        settings = settings_of(optimizer), totals
        for known, made in self._steps:
            if known == settings:
                return made
        keep_all = tuple(range(len(self.groups)))
        function, found = self._train.compiled(columns).to_jax_in_pieces(keep_all)
        self._from_devices()
        self._pieces = [(g, places) for g, pieces in enumerate(found) for places in pieces]
        sizes = [[len(places) for places in pieces] for pieces in found]
        steps = steps_of(step_of(function, settings[0], sizes), totals)
        run: ManySteps = jax.jit(steps, donate_argnums=(0, 1), out_shardings=self._replicated)
        self._steps = [(settings, run), *self._steps[: _MAX_PROGRAMS - 1]]
        return run

    def evaluate(self, x: Floats, y: Floats) -> Floats:
        """Return losses and outputs in inference mode."""
        if self._scoring is None or self._fallback_reason or watched():
            self._from_devices()
            found = super().evaluate(x[:_FIRST_ROWS], y[:_FIRST_ROWS])
            plain = not (self._fallback_reason or watched() or self._foreign)
            if len(x) <= _FIRST_ROWS or not plain or self._infer.reads_outside:
                return found if len(x) <= _FIRST_ROWS else super().evaluate(x, y)
            self._scoring = self._make_scoring(self._infer, [x, y, np.ones(len(x))])
        with double_precision():
            numbers = self._numbers
            if self._device_numbers:
                self._numbers = numbers = self._joined(self._device_numbers)
            fixed = self._device_others if self._device_numbers else self._others
            columns = [self._rows_on_devices(column) for column in (x, y, np.ones(len(x)))]
            return np.array(self._scoring(*numbers, *fixed, *columns))

    def _make_scoring(self, program: LossProgram, columns: Sequence[Floats]) -> Function:
        import jax

        function = program.compiled(columns).to_jax()

        def table(*dropout_factors: Array) -> Array:
            return table_of(function(*dropout_factors))

        run: Function = jax.jit(table, out_shardings=self._replicated)
        return run

    # ---- between NumPy and the devices ---------------------------------------------------------

    def _rows_on_devices(self, column: Floats, axis: int = 0) -> Array:
        """Return rows sharded over the devices; replicated if the devices do not divide them."""
        if self._row_sharding is None:
            return column
        from jax.sharding import NamedSharding, PartitionSpec

        spec = PartitionSpec(*[None] * axis, *self._row_sharding.spec)
        divided = column.shape[axis] % self._row_shards == 0
        return on_devices(
            column, NamedSharding(self._row_sharding.mesh, spec) if divided else self._replicated
        )

    def _to_devices(self, optimizer: Optimizer) -> None:
        """Copy parameters and the optimizer's state to the devices."""
        self._from_devices()
        assert optimizer.update is not None
        numbers, histories = self._numbers, [history for ((_, history),) in optimizer.state]
        for history, group, own in zip(histories, optimizer.param_groups, numbers):
            for name, number in optimizer.update.start(group).items():
                history.setdefault(name, number if name in SHARED else np.full(len(own), number))
        self._device_numbers = [
            on_devices(numbers[g][places], self._replicated) for g, places in self._pieces
        ]
        self._device_others = [on_devices(array, self._replicated) for array in self._others]
        self._device_states, self._device_optimizer = [], optimizer
        for g, places in self._pieces:
            arrays = {k: np.asarray(v, np.float64) for k, v in histories[g].items() if k != "step"}
            cut = {k: array[places] if array.ndim else array for k, array in arrays.items()}
            self._device_states.append(
                {k: on_devices(array, self._replicated) for k, array in cut.items()}
            )

    def _from_devices(self) -> None:
        """Move parameters, gradients and the optimizer's state back to NumPy."""
        # cleared first: if a device fails, the next call does not ask it again
        numbers, self._device_numbers = self._device_numbers, []
        if not numbers or self._device_optimizer is None:
            return
        with double_precision():
            self._numbers = self._joined(numbers)
            self._gradients = self._joined(self._device_gradients)
            for name in self._device_states[0]:
                carried = [state[name] for state in self._device_states]
                for ((_, history),), found in zip(
                    self._device_optimizer.state, self._joined(carried)
                ):
                    history[name] = found if found.ndim else found.item()

    def _joined(self, pieces: Sequence[Array]) -> list[Floats]:
        """Return the pieces of each group as one array; a scalar state stays a scalar."""
        found: list[Floats] = [np.empty(len(group)) for group in self.groups]
        for (g, places), piece in zip(self._pieces, pieces, strict=True):
            array = np.array(piece)
            if array.ndim:
                found[g][places] = array
            else:
                found[g] = array
        return found

    def load(self) -> None:
        """Read the parameters from their Values."""
        self._from_devices()
        super().load()

    def store(self) -> None:
        """Write the parameters and the last gradients into their Values."""
        self._from_devices()
        super().store()

    def numbers(self) -> Sequence[Floats]:
        """Return the parameters, one array per group."""
        self._from_devices()
        return super().numbers()

    def batch(self, x: Floats, y: Floats, weights: Floats, all_weighted: bool) -> BatchResult:
        """Return losses, outputs and gradients of a batch, by NumPy."""
        self._from_devices()
        found = super().batch(x, y, weights, all_weighted)
        if len(x) in self._bound and self.reached is None and not self._train.reads_outside:
            self._checked_sizes.add(len(x))
        return found

    def blocked(self, x: Floats, y: Floats) -> Mapping[str, Blocked]:
        """Return the layers through which no gradient passes for any of these samples."""
        self._from_devices()
        return super().blocked(x, y)
