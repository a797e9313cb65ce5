"""Loop: epochs, batches, steps. What `fit`, `evaluate` and `train_on_batch` run."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from autograd_core import Value
from nn.backends import (
    SAMPLES,
    Backend,
    Batches,
    Diagnostics,
    GraphBackend,
    JaxBackend,
    NumpyBackend,
    Survey,
    called,
)
from nn.basics import Floats, Mask, Structure, flat, look_up, structure_of, whole
from nn.callbacks.callback import CallbackList, Trained
from nn.data.tables import Data, gathered, row_order
from nn.losses import Losses
from nn.losses.loss import Loss
from nn.metrics.metric import Metric
from nn.modules import History, Plan, Tree
from nn.optimizers.optimizer import Optimizer
from nn.schedules import Schedule
from nn.training.best_epoch import Best
from nn.training.model_setup import Setup
from nn.training.outputs import Chosen, of_one, of_several
from nn.training.progress import Progress, level
from nn.training.tally import Tally
from nn.training.unfound import say_unfound

MakeBackend: TypeAlias = Callable[..., Backend]  # of model, loss, groups and survey
BACKENDS: dict[str, MakeBackend] = {
    "auto": NumpyBackend,
    "numpy": partial(NumpyBackend, machine="numpy"),
    "native": partial(NumpyBackend, machine="native"),
    "jax": JaxBackend,
    "graph": GraphBackend,
}


class Loop:
    """Trains one model with one optimizer, loss, set of metrics and backend."""

    _chosen: Sequence[Value] = ()  # as in a pickle of 0.1.0
    backend = "auto"
    mesh: object = None
    columns: tuple[str, ...] = ()  # of the pandas table that fit has seen
    classes: Sequence[str] = ()  # the names of classes, where they are text
    chosen = Chosen("mse")  # what compile was given, in a pickle of 0.1.0 not there
    class_names: Mapping[str, Sequence[str]] = {}  # the same of each of several outputs

    def __init__(
        self,
        model: Tree,
        optimizer: Optimizer,
        loss: Loss,
        metrics: Mapping[str, Metric],
        backend: str,
        mesh: object = None,
    ) -> None:
        self.model, self.optimizer, self.loss, self.metrics = model, optimizer, loss, metrics
        self.backend = look_up("backend", backend, {name: name for name in BACKENDS})
        if mesh is not None and backend != "jax":
            raise ValueError(f"mesh= lays rows over devices of JAX; backend={backend!r} has none")
        self.mesh = mesh
        self.chooses = optimizer.chosen or not optimizer.param_groups
        self._chosen = []  # the parameters that it has chosen
        self.schedule: Schedule | None = None
        self._setup: Setup | None = None
        self._width: tuple[Survey, int, int, Structure | None] | None = None
        self._surveyed: Survey | None = None  # the model a moment ago
        self._free: list[Mask] = []  # see Setup.free

    @property
    def on_graph(self) -> bool:
        """Whether the user wants the graph."""
        return self.backend == "graph"

    def __getstate__(self) -> dict[str, object]:  # a copy compiles its own programs
        return {**vars(self), "_setup": None, "_width": None, "_surveyed": None, "mesh": None}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        if vars(self).pop("make_backend", None) is GraphBackend:  # as in a pickle of 0.1.0
            self.backend = "graph"

    def outputs(self, row: list[float]) -> int:
        """Return how many outputs the model has; it builds itself and checks its inputs here.

        Where they are several, each in a list or a dict, loss and metrics are laid out over them.
        Whoever works with the model's numbers asks this first, so `setup` need not look again.
        """
        known = self._width
        survey = known[0] if known and known[0].holds() else Survey(self.model, self.loss)
        if known is None or known[1] != len(row) or known[0] != survey:
            outputs = called(self.model, row)
            structure = self.lay_out(outputs)
            survey = Survey(self.model, self.loss)  # now it is built
            if survey.foreign:  # what is ours holds its parts where they are found
                given = [p for group in self.optimizer.param_groups for p in group["params"]]
                say_unfound(self.model, outputs, partial(called, self.model, row), given)
            known = survey, len(row), sum(1 for _ in flat(outputs)), structure
        self._width = survey, *known[1:]
        self._surveyed = survey
        return known[2]

    def lay_out(self, outputs: object) -> Structure | None:
        """Lay loss and metrics out over what the model returned, and return its structure.

        Raises:
            ValueError: If they do not fit.
        """
        chosen = self.chosen
        structure = structure_of(outputs, chosen.per_output)
        if structure is None:
            if chosen.per_output or chosen.loss_weights is not None:
                self.chosen = chosen.for_one_output(type(self.model).__name__)
                self.loss, self.metrics = of_one(self.chosen)
        elif not isinstance(self.loss, Losses) or self.loss.structure != structure:
            self.loss, self.metrics = of_several(chosen, structure)
        return structure

    def setup(self) -> Setup:
        """Return the backend for the model as it is and the parameters that are trainable now."""
        survey, self._surveyed = self._surveyed or Survey(self.model, self.loss), None
        optimizer = self.optimizer
        bound = [list(group["params"]) for group in optimizer.param_groups]
        if self._setup is None or survey != self._setup.survey or bound != self._setup.groups:
            chosen = self.model.trainable_parameters()
            moved = [parameter for group in bound for parameter in group]
            if self.chooses and moved != chosen and not self._of_another_model(moved, survey):
                self._choose(chosen)
            groups = [list(group["params"]) for group in optimizer.param_groups]
            options = {} if self.mesh is None else {"mesh": self.mesh}
            make = BACKENDS[self.backend]
            backend = make(self.model, self.loss, groups, survey, **options)
            self._setup = Setup(self.model, survey, groups, backend)
            self._setup.of_another_model = self._of_another_model(
                [p for g in groups for p in g], survey
            )
            self._free = [] if self.chooses else self._setup.free()
        return self._setup

    def _choose(self, parameters: list[Value]) -> None:
        """Let the optimizer move these: its options stay as they are, its moments start anew."""
        optimizer, groups = self.optimizer, self.optimizer.param_groups
        if groups:  # a schedule, say, has set the rate of the group alone
            optimizer.defaults |= {k: groups[0][k] for k in optimizer.defaults}
        groups.clear()
        optimizer.state.clear()
        if parameters:
            optimizer.bind(parameters)
        optimizer.chosen, self._chosen = True, parameters

    def _of_another_model(self, moved: Sequence[Value], survey: Survey) -> bool:
        """Return whether none of an optimizer's parameters is the model's, nor its loss's."""
        ours = {part for part in survey.parts if isinstance(part, Value)}
        return bool(moved) and moved != self._chosen and ours.isdisjoint(moved)

    def setup_to_train(self) -> Setup:
        """Return what `setup` does, for an optimizer that has parameters to move.

        Raises:
            ValueError: If there is nothing to train, or the optimizer has another model's
                parameters.
        """
        setup = self.setup()
        if setup.of_another_model:
            raise ValueError(
                f"this {type(self.optimizer).__name__} has the parameters of another model, so it "
                f"would move none of this {type(self.model).__name__}'s; make a new optimizer for "
                "each model that is compiled"
            )
        if not setup.groups:
            name = type(self.model).__name__
            raise ValueError(
                f"there is nothing to train: {name} has no parameters, or all of them are frozen; "
                "set trainable = True on the model or on one of its layers"
            )
        return setup

    def step(
        self,
        backend: Backend,
        tally: Tally,
        x: Floats,
        targets: Floats,
        weights: Floats,
        all_count: bool = False,
    ) -> None:
        """Take one step on a batch: forward, loss, backward, update.

        NumPy's warnings of inf and nan are left to the caller.

        Args:
            backend: What computes.
            tally: Gets the losses and outputs from before the step.
            x: `(samples, inputs)`.
            targets: `(samples, outputs)`.
            weights: `(samples,)` what each sample's loss counts in the gradient, see `factors`.
            all_count: Whether it is known that no weight is 0.
        """
        if self._whole_steps(backend, tally, Batches(len(x), x, targets, weights, all_count)):
            return
        setup = cast(Setup, self._setup)
        table, gradients = backend.batch(x, targets, weights, all_count)
        masks = backend.reached
        if setup.penalty is not None:
            value, slopes = setup.penalty.gradients(backend.numbers())
            gradients = [a + b for a, b in zip(gradients, slopes, strict=True)]
            masks = (
                [a | b for a, b in zip(masks, setup.penalty.masks, strict=True)] if masks else None
            )
            tally.penalize(value, len(x))
        if self._free:
            masks = [m & free for m, free in zip(masks, self._free)] if masks else self._free
        moved = self.optimizer.updated(backend.numbers(), gradients, masks)
        backend.update(setup.constrain(moved) if setup.constrained else moved)
        tally.add(table)

    def _whole_steps(self, backend: Backend, tally: Tally, batches: Batches) -> bool:
        """Take the steps of one or several batches at once; say whether they are taken."""
        setup = cast(Setup, self._setup)
        if self._free or setup.penalty is not None or setup.constrained:
            return False
        done = backend.steps(self.optimizer, batches)
        if done is not None:
            tally.add(done)
        return done is not None

    def factors(self, weights: Floats, size: int, sizes: Sequence[int] = ()) -> Floats:
        """Return what each sample's loss counts in the gradient, in batches of this size."""
        if self.loss.reduction == "sum":
            return weights
        if sizes:
            return np.asarray(weights / np.repeat(np.array(sizes, np.float64), sizes))
        factors: Floats = weights * (1.0 / size)
        rest = len(weights) % size
        if rest:  # the last batch is smaller
            factors[-rest:] = weights[-rest:] * (1.0 / rest)
        return factors

    def one_step(self, data: Data) -> dict[str, float]:
        """Take one step and return the numbers from before it."""
        setup = self.setup_to_train()
        tally = Tally(self.loss, self.metrics, data.targets, data.weights)
        setup.mode(True)
        setup.backend.load()
        try:
            factors = self.factors(data.weights, len(data))
            with np.errstate(all="ignore"):  # IEEE throughout: a number may become inf or nan
                self.step(setup.backend, tally, data.x, data.targets, factors)
        finally:
            setup.backend.store()
            setup.mode(False)
        return tally.logs()

    def run(
        self,
        data: Data,
        held_out: Data | None,
        plan: Plan,
        renew: Callable[[], Data | None] | None = None,
    ) -> History:
        """Run the epochs; Ctrl-C ends them early with what there is.

        Args:
            data: The samples.
            held_out: Those to validate with.
            plan: Which epochs, in which batches, and who is told.
            renew: Gives the samples of each epoch after the first; None when there are no more.
        """
        epochs, verbose = plan.epochs, level(plan.verbose)
        size = len(data) if plan.batch_size is None else whole("batch_size", plan.batch_size)
        history, steps = History(), -(-len(data) // size)
        params = {"epochs": epochs.stop, "steps": steps, "verbose": verbose}
        params["validates_each_epoch"] = all(map(plan.validated, epochs))
        model = cast(Trained, self.model)
        setup = self.setup_to_train()  # now the optimizer has its parameters
        callback_list = CallbackList(plan.callbacks, self.schedule, model, params)
        watch, best = Diagnostics(), Best(history, not callback_list.changing)
        bar = Progress(verbose, epochs.start, epochs.stop, steps)
        model.stop_training = False
        looked_at = data.rows(slice(SAMPLES))
        setup.backend.load()
        if not setup.outputs_checked:
            table = setup.backend.evaluate(looked_at.x, looked_at.targets)
            self.loss.check(table[:, 1 : table.shape[1] - len(self.loss.reported) + 1])
            setup.outputs_checked = True
        for module in setup.survey.modules:
            module.reseed(plan.rng)
        callback_list.tell("on_train_begin", {})
        epochs = range(max(epochs.start, callback_list.first_epoch), epochs.stop)
        logs: dict[str, float] = {}
        try:
            for epoch in epochs:
                if renew is not None and epoch > epochs.start:
                    following = renew()
                    if following is None:
                        history.stopped = f"out of data after epoch {epoch}"
                        warnings.warn(f"training is {history.stopped}: the generator gave no more "
                                      "batches; say steps_per_epoch", stacklevel=4)  # fmt: skip
                        break
                    data = following
                callback_list.tell("on_epoch_begin", epoch, {})
                if callback_list.changing:
                    self._surveyed = None  # of an evaluate of theirs that came to nothing
                    setup = self.setup_to_train()
                    setup.backend.load()
                setup.mode(True)
                several = len(data) > size  # in one batch their order changes nothing
                order = row_order(len(data), plan.rng) if plan.shuffle and several else None
                logs = self._epoch(setup.backend, data, order, size, callback_list, bar)
                setup.mode(False)
                if held_out is not None and plan.validated(epoch):
                    scores = self._scores(setup.backend, held_out)
                    logs |= {f"val_{name}": score for name, score in scores.items()}
                bar.epoch(epoch, logs)
                best.remember(epoch, logs, setup)
                watch.loss(epoch, logs["loss"])
                if watch.look(epoch):
                    watch.layers(setup.backend.blocked(looked_at.x, looked_at.targets))
                if callback_list.changing:
                    setup.backend.store()
                if callback_list.callbacks:
                    callback_list.tell("on_epoch_end", epoch, logs)
                    history.amend(logs)
                if model.stop_training:
                    history.stopped = f"stopped after epoch {epoch + 1}"
                    break
        except KeyboardInterrupt:
            history.stopped = f"interrupted in epoch {epochs.start + len(history) + 1}"
            print(f"\ntraining {history.stopped}; the history is kept")
        finally:
            setup.backend.store()
            setup.mode(False)  # also after an error in a callback
            bar.close()
        if logs:  # however the training has ended
            watch.layers(setup.backend.blocked(looked_at.x, looked_at.targets))
        best.finish()
        callback_list.tell("on_train_end", logs)
        return history

    def _epoch(
        self,
        backend: Backend,
        data: Data,
        order: NDArray[np.intp] | None,
        batch_size: int,
        callback_list: CallbackList,
        bar: Progress,
    ) -> dict[str, float]:
        if order is None:
            x, y, weights = map(np.ascontiguousarray, (data.x, data.targets, data.weights))
        else:
            x, y, weights = data.x, data.targets.take(order, 0), data.weights.take(order, 0)
        factors = self.factors(weights, batch_size, data.sizes)
        model = cast(Trained, self.model)
        tally = Tally(self.loss, self.metrics, y, weights)
        outside, all_count, index, end = np.geterr(), bool(factors.all()), 0, 0
        with np.errstate(all="ignore"):  # once an epoch, since it takes as long as an array
            for rows, size in _batches(x, order, batch_size, data.sizes):
                part = slice(end, end := end + len(rows))
                columns = rows, y[part], factors[part]
                batches = Batches(size, *columns, all_count)
                one_by_one = callback_list.per_batch or model.stop_training
                if not one_by_one and self._whole_steps(backend, tally, batches):
                    bar.batches(len(rows) // size)
                    continue
                for start in range(0, len(rows), size):
                    if callback_list.per_batch:
                        with np.errstate(**outside):
                            callback_list.tell("on_train_batch_begin", index, {})
                        backend.load()
                    batch = slice(start, start + size)
                    x_now, y_now, factors_now = [column[batch] for column in columns]
                    self.step(backend, tally, x_now, y_now, factors_now, all_count)
                    bar.batches(1)
                    if callback_list.per_batch:
                        backend.store()
                        with np.errstate(**outside):
                            callback_list.tell("on_train_batch_end", index, tally.running())
                        backend.load()
                    index += 1
                    if model.stop_training:
                        return tally.logs()
        return tally.logs()

    def scores(self, data: Data) -> dict[str, float]:
        """Return the loss and the metrics on samples, in inference mode."""
        setup = self.setup()
        setup.mode(False)
        setup.backend.load()
        return self._scores(setup.backend, data)

    def _scores(self, backend: Backend, data: Data) -> dict[str, float]:
        tally = Tally(self.loss, self.metrics, data.targets, data.weights)
        tally.add(backend.evaluate(data.x, data.targets))
        if (penalty := cast(Setup, self._setup).penalty) is not None:
            tally.penalize(penalty.value(backend.numbers()), len(data))
        return tally.logs()


def _batches(
    x: Floats, order: NDArray[np.intp] | None, size: int, sizes: Sequence[int]
) -> Iterator[tuple[Floats, int]]:
    """Yield the rows of one or several batches, and how many each of these has."""
    if not sizes:
        for rows in gathered(x, order, size):
            yield rows, min(size, len(rows))
        return
    every = x if order is None else x.take(order, 0)
    for rows in np.split(every, np.cumsum(sizes)[:-1]):
        yield rows, len(rows)
