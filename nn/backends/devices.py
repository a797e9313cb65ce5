"""Devices: training in JAX, a whole step as one program, its rows laid over devices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value
from autograd_core.graph import watched
from nn.backends.backend import Adding, Batches, BatchResult, Blocked
from nn.backends.jax_steps import Array, answering, laid, shardings, step_of, steps_of, table_of
from nn.backends.numpy import NumpyBackend
from nn.backends.one_call import Settings, is_plain, settings_of
from nn.backends.program import LossProgram
from nn.backends.survey import Survey
from nn.basics import Floats
from nn.losses.loss import Loss
from nn.metrics.metric import Totals
from nn.modules import Tree
from nn.optimizers import SHARED, Optimizer

_KEPT = 4  # programs for other options of the optimizer
_FIRST = 8  # rows that NumPy evaluates, so that there is a program


class JaxBackend(NumpyBackend):
    """Whole steps in JAX: forward, backward, the optimizer's rule; parameters stay on the devices.

    They are there in pieces, the matrices and the vectors that the program reads.

    The rows of a batch are laid over the devices, and XLA puts in the sums over them; a batch that
    they do not divide is computed by each. The first batch of a size, and what is no whole step
    (samples that weigh nothing, an optimizer of one's own, Values that are no parameters), run on
    NumPy.

    Args:
        mesh: A `jax.sharding.Mesh`, over whose first axis the rows are laid, or a `NamedSharding`
            of rows; None for all devices, those of other processes too.

    Raises:
        ImportError: If JAX is not there.
    """

    adds_up = True

    def __init__(
        self,
        model: Tree,
        loss: Loss,
        groups: Sequence[Sequence[Value]],
        survey: Survey,
        mesh: Any = None,
    ) -> None:
        super().__init__(model, loss, groups, survey, machine="numpy")
        self._rows, self._whole, self._count = shardings(mesh)
        self._taken: set[int] = set()  # sizes of batches that NumPy has taken, checks and all
        self._steps: list[tuple[tuple[Settings, Totals | None], Callable[..., Any]]] = []
        self._scores: Callable[..., Any] | None = None
        # the group of each piece, and its places there
        self._pieces: list[tuple[int, NDArray[np.int64]]] = []
        self._here: list[Array] = []  # on the devices: the pieces of the parameters,
        self._states: list[dict[str, Array]] = []  # what the optimizer carries for them,
        self._fixed: list[Array] = []  # the parameters that do not move,
        self._slopes: list[Array] = []  # the last gradients,
        self._now: tuple[object, Array] = None, None  # and the numbers of the next step
        self._optimizer: Optimizer | None = None

    def steps(
        self, optimizer: Optimizer, batches: Batches, adding: Adding | None = None
    ) -> Floats | None:
        """Take whole steps; None where they are to be taken in parts, or first by NumPy."""
        size, x, y, weights, _ = batches
        if not self._can_step(optimizer, batches):
            return None
        times, drawn = len(x) // size, self._masks_of(batches)
        totals, *added = adding or (None,)
        # each array costs 0.1 ms on its way
        columns = [x, np.column_stack([y, weights, *added]), *drawn]
        with answering():
            one = [column[:size] for column in (x, y, weights, *drawn)]
            run = self._steps_for(optimizer, one, totals)
            if not self._here or self._optimizer is not optimizer:
                self._send(optimizer)
            now = self._counted(optimizer, times)
            placed = [self._placed(c.reshape(times, size, *c.shape[1:]), 1) for c in columns]
            table, self._here, self._states, self._slopes, then = run(
                self._here, self._states, self._fixed, placed, self._now[1]
            )
            self._now = [(count + times, rate) for count, rate in now], then
        self._ahead = True
        return table  # type: ignore[no-any-return]

    def _can_step(self, optimizer: Optimizer, batches: Batches) -> bool:
        """Say whether whole steps can be taken, NumPy having taken a first one."""
        if batches.size not in self._taken or self._fallback_reason or self.reached is not None:
            return False
        all_count = batches.all_count or batches.weights.all()
        return bool(all_count) and not watched() and is_plain(optimizer)

    def _counted(self, optimizer: Optimizer, times: int) -> list[tuple[int, float]]:
        """Return the number and the rate of the next step of each group; count so many steps."""
        histories = [history for ((_, history),) in optimizer.state]
        pairs = zip(histories, optimizer.param_groups)
        now = [(history.get("step", 0) + 1, group["lr"]) for history, group in pairs]
        if now != self._now[0]:
            self._now = now, laid(np.array(now, np.float64), self._whole)
        for history in histories:
            history["step"] = history.get("step", 0) + times
        return now

    def _steps_for(
        self, optimizer: Optimizer, columns: Sequence[Floats], totals: Totals | None
    ) -> Callable[..., Any]:
        import jax

        settings = settings_of(optimizer), totals
        for known, made in self._steps:
            if known == settings:
                return made
        every = tuple(range(len(self.groups)))
        function, found = self._train.compiled(columns).to_jax_in_pieces(every)
        self._fetch()
        self._pieces = [(g, places) for g, pieces in enumerate(found) for places in pieces]
        sizes = [[len(places) for places in pieces] for pieces in found]
        steps = steps_of(step_of(function, settings[0], sizes), totals)
        run: Callable[..., Any] = jax.jit(steps, donate_argnums=(0, 1), out_shardings=self._whole)
        self._steps = [(settings, run), *self._steps[: _KEPT - 1]]
        return run

    def evaluate(self, x: Floats, y: Floats) -> Floats:
        """Return losses and outputs in inference mode."""
        if self._scores is None or self._fallback_reason or watched():
            self._fetch()
            found = super().evaluate(x[:_FIRST], y[:_FIRST])
            plain = not (self._fallback_reason or watched() or self._foreign)
            if len(x) <= _FIRST or not plain or self._infer.reads_outside:
                return found if len(x) <= _FIRST else super().evaluate(x, y)
            self._scores = self._scores_of(self._infer, [x, y, np.ones(len(x))])
        with answering():
            numbers = self._numbers
            if self._here:
                self._numbers = numbers = self._joined(self._here)
            fixed = self._fixed if self._here else self._others
            columns = [self._placed(column) for column in (x, y, np.ones(len(x)))]
            return np.array(self._scores(*numbers, *fixed, *columns))

    def _scores_of(self, program: LossProgram, columns: Sequence[Floats]) -> Callable[..., Any]:
        import jax

        function = program.compiled(columns).to_jax()

        def table(*given: Array) -> Array:
            return table_of(function(*given))

        run: Callable[..., Any] = jax.jit(table, out_shardings=self._whole)
        return run

    # ---- between NumPy and the devices ---------------------------------------------------------

    def _placed(self, column: Floats, axis: int = 0) -> Array:
        """Return rows laid over the devices, or for each of them if they do not divide them."""
        if self._rows is None:
            return column
        from jax.sharding import NamedSharding, PartitionSpec

        over = PartitionSpec(*[None] * axis, *self._rows.spec)
        divided = column.shape[axis] % self._count == 0
        return laid(column, NamedSharding(self._rows.mesh, over) if divided else self._whole)

    def _send(self, optimizer: Optimizer) -> None:
        """Bring parameters and the optimizer's state to the devices."""
        self._fetch()
        assert optimizer.update is not None
        numbers, histories = self._numbers, [history for ((_, history),) in optimizer.state]
        for history, group, own in zip(histories, optimizer.param_groups, numbers):
            for name, number in optimizer.update.start(group).items():
                history.setdefault(name, number if name in SHARED else np.full(len(own), number))
        self._here = [laid(numbers[g][places], self._whole) for g, places in self._pieces]
        self._fixed = [laid(array, self._whole) for array in self._others]
        self._states, self._optimizer = [], optimizer
        for g, places in self._pieces:
            arrays = {k: np.asarray(v, np.float64) for k, v in histories[g].items() if k != "step"}
            cut = {k: array[places] if array.ndim else array for k, array in arrays.items()}
            self._states.append({k: laid(array, self._whole) for k, array in cut.items()})

    def _fetch(self) -> None:
        """Bring parameters, gradients and the optimizer's state back to NumPy."""
        here, self._here = self._here, []  # also if it fails, so that nobody asks again
        if not here or self._optimizer is None:
            return
        with answering():
            self._numbers, self._gradients = self._joined(here), self._joined(self._slopes)
            for name in self._states[0]:
                carried = [state[name] for state in self._states]
                for ((_, history),), found in zip(self._optimizer.state, self._joined(carried)):
                    history[name] = found if found.ndim else found.item()

    def _joined(self, pieces: Sequence[Array]) -> list[Floats]:
        """Return an array for each group out of its pieces; one number if that is what they are."""
        found: list[Floats] = [np.empty(len(group)) for group in self.groups]
        for (g, places), piece in zip(self._pieces, pieces, strict=True):
            array = np.array(piece)
            if array.ndim:
                found[g][places] = array
            else:
                found[g] = array
        return found

    def load(self) -> None:
        """Read the parameters' numbers from their Values."""
        self._fetch()
        super().load()

    def store(self) -> None:
        """Write the parameters' numbers, and the last gradients, into their Values."""
        self._fetch()
        super().store()

    def numbers(self) -> Sequence[Floats]:
        """Return the parameters, one array per group."""
        self._fetch()
        return super().numbers()

    def batch(self, x: Floats, y: Floats, weights: Floats, all_count: bool) -> BatchResult:
        """Return losses, outputs and gradients of a batch, by NumPy."""
        self._fetch()
        found = super().batch(x, y, weights, all_count)
        if len(x) in self._bound and self.reached is None and not self._train.reads_outside:
            self._taken.add(len(x))
        return found

    def blocked(self, x: Floats, y: Floats) -> Mapping[str, Blocked]:
        """Return the layers through which no gradient passes for any of these samples."""
        self._fetch()
        return super().blocked(x, y)
