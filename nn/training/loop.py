"""Loop: epochs, batches, steps. What `fit`, `evaluate` and `train_on_batch` run."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar, cast

import numpy as np

from autograd_core import Value
from nn.backends import (
    SAMPLES,
    Backend,
    Batches,
    Diagnostics,
    GraphBackend,
    Survey,
    called,
)
from nn.basics import Floats, Mask, Metric, Structure, flat, look_up, structure_of, whole
from nn.callbacks.callback import CallbackList, Trained
from nn.data.tables import Data, row_order
from nn.losses import Losses
from nn.losses.loss import Loss
from nn.modules import History, Plan, Tree
from nn.optimizers.optimizer import Optimizer
from nn.schedules import Schedule
from nn.training.best_epoch import Best
from nn.training.model_setup import Setup
from nn.training.outputs import Chosen, of_one, of_several
from nn.training.progress import Progress, level
from nn.training.steps import Steps
from nn.training.tally import Tally
from nn.training.unfound import say_unfound


class Loop:
    """Trains one model with one optimizer, loss, set of metrics and backend.

    Attributes:
        backends: What makes a backend of a model, its loss, groups of parameters and a survey.
    """

    backends: ClassVar[Mapping[str, Callable[..., Backend]]]
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
        self.backend = look_up("backend", backend, {name: name for name in self.backends})
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
            make = self.backends[self.backend]
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

    def one_step(self, data: Data) -> dict[str, float]:
        """Take one step and return the numbers from before it."""
        setup = self.setup_to_train()
        steps = self._steps(setup)
        tally = steps.tally(data.targets, data.weights)
        setup.mode(True)
        setup.backend.load()
        try:
            factors = steps.factors(data.weights, len(data))
            with np.errstate(all="ignore"):  # IEEE throughout: a number may become inf or nan
                steps.one(tally, Batches(len(data), data.x, data.targets, factors, False))
        finally:
            setup.backend.store()
            setup.mode(False)
        return tally.logs()

    def _steps(self, setup: Setup) -> Steps:
        outputs = self._width[2] if self._width else 0
        return Steps(setup, self.optimizer, self.loss, self.metrics, self._free, outputs)

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
        history, batches = History(), -(-len(data) // size)
        params = {"epochs": epochs.stop, "steps": batches, "verbose": verbose}
        params["validates_each_epoch"] = all(map(plan.validated, epochs))
        model = cast(Trained, self.model)
        setup = self.setup_to_train()  # now the optimizer has its parameters
        callback_list = CallbackList(plan.callbacks, self.schedule, model, params)
        watch, best = Diagnostics(), Best(history, not callback_list.changing)
        bar = Progress(verbose, epochs.start, epochs.stop, batches)
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
        alone = not callback_list.callbacks and held_out is None and renew is None
        done = deque[tuple[dict[str, float], Sequence[Floats] | None]]()  # epochs: they may be many
        logs: dict[str, float] = {}
        looked = False  # at the layers, after the latest epoch
        try:
            for epoch in epochs:
                looked = False
                if not done:
                    following = renew() if renew is not None and epoch > epochs.start else data
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
                    steps, several = self._steps(setup), len(data) > size
                    if alone and not several:
                        until = min(watch.epochs_to_look(epoch), epochs.stop - epoch)
                        done.extend(steps.epochs(data, until, bar))
                    if not done:  # in one batch the order of its rows changes nothing
                        order = row_order(len(data), plan.rng) if plan.shuffle and several else None
                        one = steps.epoch(data, order, size, callback_list, model, bar)
                        done.append((one, None))
                    setup.mode(False)
                logs, numbers = done.popleft()
                if held_out is not None and plan.validated(epoch):
                    if callback_list.per_test:
                        setup.backend.store()
                        callback_list.tell("on_test_begin", {})
                        setup.backend.load()
                    scores = self._scores(setup.backend, held_out)
                    callback_list.tell("on_test_end", dict(scores))
                    logs |= {f"val_{name}": score for name, score in scores.items()}
                bar.epoch(epoch, logs)
                best.remember(epoch, logs, setup, numbers)
                watch.loss(epoch, logs["loss"])
                if watch.epochs_to_look(epoch) == 1:
                    watch.layers(setup.backend.blocked(looked_at.x, looked_at.targets))
                    looked = True
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
        if logs and not looked:  # however the training has ended
            watch.layers(setup.backend.blocked(looked_at.x, looked_at.targets))
        best.finish()
        callback_list.tell("on_train_end", logs)
        return history

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
