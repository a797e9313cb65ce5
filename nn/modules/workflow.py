"""Workflow: compile, fit, evaluate and predict of a model, with Keras's names and meanings.

The work is done above, by what the slot holds: see slot.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, cast

from numpy.typing import ArrayLike

from autograd_core import Value
from nn.basics import Metric, Path, Tables, generator, refuses_former, whole
from nn.modules.ours import PLACE, Yielding, kept
from nn.modules.slot import Plan, Trainer, Training, validated_epochs
from nn.modules.tree import Tree

if TYPE_CHECKING:
    from nn.callbacks import History
    from nn.losses.loss import Choice, Loss, Numbers
    from nn.optimizers.optimizer import Optimizer

    Made: TypeAlias = Trainer[Optimizer, Loss, Metric, History]

Scores: TypeAlias = Any
"""A number, a list to unpack or a dict: it depends on the metrics and on `return_dict`."""
Some: TypeAlias = "str | Metric | Sequence[str | Metric]"
Measured: TypeAlias = "Some | Sequence[Some | None] | Mapping[str, Some | None] | None"
"""Metrics; of several outputs those of each, in a list or a dict."""


class Trainable(Tree):
    """A tree that can be trained: compile, fit, evaluate, predict.

    Attributes:
        trained_by: The module that trains, `nn.training.trainer`.
        stop_training: A callback sets it to end training after the epoch.
        history: What the last `fit` returned.
        optimizer: The optimizer chosen by `compile`.
        loss: The loss chosen by `compile`.
        metrics_names: What `evaluate` returns, in order: "loss" and the metrics.
    """

    trained_by: ClassVar[Training]
    stop_training: bool = False
    history: Yielding[History | None] = Yielding(
        lambda model: cast("History | None", kept(model).history)
    )

    def __getstate__(self) -> dict[str, object]:  # a copy compiles its own program
        return {**vars(self), PLACE: copy(kept(self))}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        if PLACE not in state:  # of version 0.1.0, which kept them side by side
            before = {name: vars(self).pop(f"_{name}", None) for name in ("trainer", "predictor")}
            kept(self).trainer = before["trainer"]
            kept(self).path = Path(vars(self).pop("path", ""))
            kept(self).history = vars(self).pop("history", None)

    @refuses_former
    def compile(
        self,
        optimizer: str | Optimizer = "rmsprop",
        loss: Choice = "mse",
        metrics: Measured = None,
        loss_weights: Sequence[float] | Mapping[str, float] | float | None = None,
        weighted_metrics: Measured = None,
        *,
        schedule: str | Callable[[int], float] | None = None,
        backend: str = "auto",
        mesh: object = None,
        run_eagerly: bool = False,
    ) -> None:
        """Choose how the model is trained.

        Args:
            optimizer: A name or an Optimizer; without parameters of its own it gets the model's
                trainable ones.
            loss: A name, a Loss, or a function (outputs, target) -> Value for one sample; names
                such as y_true and y_pred say which argument is which. A model of several outputs,
                a dict or a list, takes one for all or one for each, by its name or its place.
            metrics: Names, or functions (targets, predictions) -> number on arrays, likewise; of
                several outputs a dict or a list of such lists.
            loss_weights: What the loss of each output counts in their sum.
            weighted_metrics: Metrics in which a sample counts its `sample_weight`.
            schedule: How the learning rate changes: a name, a Schedule, or a function
                epoch -> factor.
            backend: What takes the steps: "numpy" the array program that the compiler finds in
                the graph of one sample, "native" the same as machine code, with the optimizer's
                rule in it (wants llvmlite or a C compiler), "auto" NumPy at first and machine code
                once that pays, "jax" the same on all devices that JAX has, "graph" the graph
                itself, sample by sample, for reading. The numbers are the same but for rounding.
            mesh: For "jax" the devices: a `jax.sharding.Mesh`, over whose first axis the rows are
                laid, or a `NamedSharding` of rows.
            run_eagerly: Keras's name for `backend="graph"`.

        Raises:
            ValueError: If a name is unknown; the message lists those there are.
        """
        backend = "graph" if run_eagerly else backend
        chosen = (loss, metrics, loss_weights, weighted_metrics)
        made = self.trained_by.trainer(self, optimizer, chosen, schedule, backend, mesh)
        kept(self).trainer = made

    optimizer: Yielding[Optimizer] = Yielding(lambda model: compiled(model).optimizer)
    loss: Yielding[Loss] = Yielding(lambda model: compiled(model).loss)
    metrics_names: Yielding[list[str]] = Yielding(
        lambda model: [*compiled(model).loss.reported, *compiled(model).metrics]
    )

    def loss_named(self, name: str) -> Loss:
        """Return the loss of that name, for `viz.play(model, sample, target, loss=name)`.

        Raises:
            ValueError: If there is none.
        """
        loss: Loss = self.trained_by.loss_named(name)
        return loss

    def loss_of(self) -> Callable[[Numbers, object], Value] | None:
        """Return the loss that the model was compiled with, for `viz.play(model, sample, target)`.

        It takes the outputs for one sample, and a target as `fit` does: a number, the number or
        the name of a class, a one-hot row. None if the model is not compiled.
        """
        if kept(self).trainer is None:
            return None
        trainer = compiled(self)
        return lambda outputs, target: trainer.loss_of(outputs, target)

    def in_javascript(self, x: ArrayLike, y: ArrayLike) -> dict[str, object]:
        """Return the training of this compiled model on this table, as programs of JavaScript.

        `viz.playground(model, x, y)` makes a page of them. All is text and numbers: the step (loss
        and gradients), what each neuron gives, the update rule of each optimizer.

        Raises:
            ValueError: If the model is not compiled, the table does not fit the model or its loss,
                or there is what a page cannot do (Dropout, more than 1,024 inputs or 50,000
                parameters).
            RuntimeError: If JavaScript lacks a function that the model calls, or the model decides
                on its numbers (`if h > 0`).
        """
        return compiled(self).in_javascript(x, y)

    @refuses_former
    def fit(
        self,
        x: Tables,
        y: Tables | None = None,
        batch_size: int | None = 32,
        epochs: int = 1,
        verbose: int | str = 1,
        callbacks: object = None,
        validation_split: float = 0.0,
        validation_data: Sequence[ArrayLike] | None = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | str | None = None,
        sample_weight: Tables | None = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
        *,
        seed: int | None = None,
        record: bool = False,
    ) -> History:
        """Train the model and return what happened.

        Args:
            x: `(samples, inputs)`, of several inputs a list or a dict of these; or, without y, what
                gives batches `(x, y)` or `(x, y, weights)`: a generator, a loader, a `Sequence` of
                Keras's, a data set of PyTorch's.
            y: `(samples,)`, or `(samples, outputs)`; for classes their numbers, one-hot rows, or
                their names, which are numbered in sorted order; of several outputs a list or dict.
            batch_size: Samples per step; None is all of them. Of what gives batches it is theirs,
                and another is an error; `nn.data.minibatches` makes them of tables that come one
                after the other.
            epochs: Where to stop counting: epochs run from `initial_epoch` to `epochs - 1`.
            verbose: 0 nothing, 1 or "auto" a progress bar, 2 a line per epoch.
            callbacks: Callbacks, or functions (epoch, logs) to call after each epoch.
            validation_split: The last part of the table to keep for validation, 0 to below 1.
            validation_data: `(x, y)` or `(x, y, sample_weight)` to evaluate after each epoch, or
                what gives batches of these.
            shuffle: Whether to take the samples in a new order each epoch.
            class_weight: What a sample of each class counts in the loss; "balanced" is
                samples / (classes * samples of the class), as in scikit-learn.
            sample_weight: `(samples,)` what each sample counts in the loss.
            initial_epoch: The number of the first epoch.
            steps_per_epoch: How many batches of a generator or a loader make an epoch; a table is
                taken whole.
            validation_steps: The same of `validation_data`.
            validation_batch_size: Samples per batch of validation, by default `batch_size`: what
                callbacks are told, and a loss with reduction="sum" adds up; else nothing changes.
            validation_freq: After how many epochs validation comes, or after which, from 1 on.
            seed: For the order of the samples and for Dropout; None takes the module `random`.
            record: Whether the history keeps the weights of up to 100 epochs, which
                `viz.play(history)` plays.

        Returns:
            The history; it is also there, with the best weights, after Ctrl-C.

        Raises:
            ValueError: If the table does not fit the model or the loss, or an epoch is to be
                something else than the whole table.
        """
        if y is None and hasattr(x, "target_names"):  # a table of nn.data
            x, y = cast("tuple[ArrayLike, ArrayLike]", x)
        if y is not None:
            _whole_tables(steps_per_epoch)
        size = validation_batch_size
        plan = Plan(
            epochs=range(whole("initial_epoch", initial_epoch, 0), whole("epochs", epochs)),
            batch_size=batch_size,
            shuffle=shuffle,
            rng=generator(seed),
            verbose=verbose,
            callbacks=callbacks,
            validated=validated_epochs(validation_freq),
            record=record,
            steps=steps_per_epoch,
            split=validation_split,
            validation_data=validation_data,
            validation_steps=validation_steps,
            validation_size=None if size is None else whole("validation_batch_size", size),
        )
        history = compiled(self).fit(x, y, sample_weight, class_weight, plan)
        kept(self).history = history
        return history

    def train_on_batch(
        self,
        x: Tables,
        y: Tables,
        sample_weight: Tables | None = None,
        class_weight: Mapping[int, float] | str | None = None,
        return_dict: bool = False,
    ) -> Scores:
        """Take one step on these samples; return the loss and the metrics from before it.

        Arguments are those of `fit`, the result is that of `evaluate`.
        """
        logs = compiled(self).train_on_batch(x, y, sample_weight, class_weight)
        return _scores(logs, return_dict)

    def test_on_batch(
        self,
        x: Tables,
        y: Tables,
        sample_weight: Tables | None = None,
        return_dict: bool = False,
    ) -> Scores:
        """Return what `evaluate` does, of all samples as one batch."""
        logs = compiled(self).evaluate(x, y, sample_weight, None, sys.maxsize, None)
        return _scores(logs, return_dict)

    def predict_on_batch(self, x: Tables) -> Any:
        """Return what `predict` does (Keras's name for one batch)."""
        return self.predict(x)

    @refuses_former
    def evaluate(
        self,
        x: Tables,
        y: Tables | None = None,
        batch_size: int | None = None,
        verbose: int | str = 0,
        sample_weight: Tables | None = None,
        steps: int | None = None,
        callbacks: object = None,
        return_dict: bool = False,
    ) -> Scores:
        """Return the loss and the metrics on a table.

        Args:
            x: `(samples, inputs)`, or what gives batches, as in `fit`.
            y: Targets as in `fit`.
            batch_size: As `validation_batch_size` in `fit`; by default 32.
            verbose: Whether to print the numbers.
            sample_weight: `(samples,)` what each sample counts in the loss.
            steps: How many batches to take of a generator or a loader; a table is taken whole.
            callbacks: Callbacks to tell of the test and of its batches.
            return_dict: Whether to return a dict by name.

        Returns:
            The loss alone if there are no metrics, else `[loss, metric, ...]`, or the dict.
        """
        _whole_tables(None if y is None else steps)
        logs = compiled(self).evaluate(x, y, sample_weight, steps, batch_size, callbacks)
        if verbose:
            print(", ".join(f"{name} {number:.4f}" for name, number in logs.items()))
        return _scores(logs, return_dict)

    @refuses_former
    def predict(
        self,
        x: Tables,
        batch_size: int | None = None,
        verbose: int | str = 0,
        steps: int | None = None,
        callbacks: object = None,
    ) -> Any:
        """Return the outputs `(samples, outputs)` for inputs `(samples, inputs)`.

        Several outputs are a list or a dict of such arrays, as the model returns them.

        Args:
            x: The table; one sample may be given as it is, and so may a list of numbers to a model
                of one input.
            batch_size: Of what callbacks are told, by default 32; it changes no number.
            verbose: Accepted for Keras's sake; it changes nothing.
            steps: How many batches to take of a generator or a loader.
            callbacks: Callbacks to tell of it, and of the outputs of each batch.
        """
        return self.trained_by.predict(self, x, batch_size, steps, callbacks)


def _whole_tables(steps: int | None) -> None:
    """Refuse Keras's options for streams of batches: a table is taken whole."""
    if steps is not None:
        raise ValueError(
            "a table is taken whole here, so steps, steps_per_epoch and validation_steps must be "
            "None; pass some of its rows instead, or use train_on_batch"
        )


def _scores(logs: dict[str, float], as_dict: bool) -> Scores:
    numbers = list(logs.values())
    return logs if as_dict else numbers if len(numbers) > 1 else numbers[0]


def compiled(model: Trainable) -> Made:
    """Return what trains a model.

    Raises:
        ValueError: If it is not compiled.
    """
    trainer = kept(model).trainer
    if trainer is None:
        raise ValueError(
            f"compile this {type(model).__name__} first: "
            "model.compile(optimizer='adam', loss='mse', metrics=['mae'])"
        )
    return cast("Made", trainer)
