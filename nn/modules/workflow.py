"""Workflow: compile, fit, evaluate and predict of a model, with Keras's names and meanings.

They delegate to `nn.training`, through the slot `Trainable.trained_by`: see slot.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, cast

from numpy.typing import ArrayLike

from autograd_core import Value
from nn.basics import Metric, Path, Predicted, Tables, generator, rejects_unsupported, whole
from nn.modules.internals import ATTRIBUTE, Overridable, internals
from nn.modules.slot import Plan, Trainer, Training, validated_epochs
from nn.modules.tree import Tree

if TYPE_CHECKING:
    from nn.callbacks import History
    from nn.losses.loss import Choice, Loss, Numbers
    from nn.optimizers.optimizer import Optimizer

    CompiledTrainer: TypeAlias = Trainer[Optimizer, Loss, Metric, History]

# What users know, a union does not: they call for one of the three.
Scores: TypeAlias = Any
"""A number, a list or a dict: it depends on the metrics and on `return_dict`."""
OfOutput: TypeAlias = str | Metric | Sequence[str | Metric]
Metrics: TypeAlias = OfOutput | Sequence[OfOutput | None] | Mapping[str, OfOutput | None] | None
"""Metrics; for several outputs, a list or dict of those of each."""


class Trainable(Tree):
    """A tree that can be trained: compile, fit, evaluate, predict.

    Attributes:
        trained_by: The module that trains, `nn.training.trainer`.
        stop_training: A callback sets it to True to end training after the epoch.
        history: The history that the last `fit` returned; None before.
        optimizer: The optimizer chosen by `compile`.
        loss: The loss chosen by `compile`.
        metrics_names: The names of what `evaluate` returns, in order: "loss" and the metrics.
    """

    if TYPE_CHECKING:  # at run time the types that fill the slot are not known here
        trained_by: ClassVar[Training[Trainable, Optimizer, Loss, Metric, History]]
    stop_training: bool = False
    history = Overridable(lambda model: cast("History | None", internals(model).history))

    def __getstate__(self) -> dict[str, object]:
        return {**vars(self), ATTRIBUTE: copy(internals(self))}  # without the predictor

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        if ATTRIBUTE not in state:  # pickled by 0.1.0, which had them as attributes of the model
            before = {name: vars(self).pop(f"_{name}", None) for name in ("trainer", "predictor")}
            internals(self).trainer = before["trainer"]
            internals(self).path = Path(vars(self).pop("path", ""))
            internals(self).history = vars(self).pop("history", None)

    @rejects_unsupported
    def compile(
        self,
        optimizer: str | Optimizer = "rmsprop",
        loss: Choice = "mse",
        metrics: Metrics = None,
        loss_weights: Sequence[float] | Mapping[str, float] | float | None = None,
        weighted_metrics: Metrics = None,
        *,
        schedule: str | Callable[[int], float] | None = None,
        backend: str = "auto",
        mesh: object = None,
        run_eagerly: bool = False,
    ) -> None:
        """Choose how the model is trained.

        Args:
            optimizer: A name or an Optimizer; one without parameters gets the model's trainable
                ones.
            loss: A name, a Loss, or a function (outputs, target) -> Value of one sample; arguments
                named y_true and y_pred, say, may have either order. For several outputs, one loss
                for all, or a list or dict with one for each.
            metrics: Names, or functions (targets, predictions) -> number of arrays; for several
                outputs, a list or dict of such lists.
            loss_weights: The weight of each output's loss in their sum.
            weighted_metrics: Metrics that weight each sample by its `sample_weight`.
            schedule: The schedule of the learning rate: a name, a Schedule, or a function
                epoch -> factor.
            backend: How steps are computed: "numpy" runs the array program that the compiler finds
                in the graph of one sample; "native" runs it as machine code, the optimizer's rule
                included (needs llvmlite or a C compiler); "auto" starts with NumPy and changes to
                machine code once that pays; "jax" runs it on all devices that JAX has; "graph" runs
                the graph itself, sample by sample, for reading. Results agree up to rounding.
            mesh: The devices for "jax": a `jax.sharding.Mesh`, over whose first axis rows are
                distributed, or a `NamedSharding` of rows.
            run_eagerly: Keras's name for `backend="graph"`.

        Raises:
            ValueError: If a name is unknown; the message lists the known ones.
        """
        backend = "graph" if run_eagerly else backend
        chosen = (loss, metrics, loss_weights, weighted_metrics)
        internals(self).trainer = self.trained_by.trainer(
            self, optimizer, chosen, schedule, backend, mesh
        )

    optimizer = Overridable(lambda model: trainer_of(model).optimizer)
    loss = Overridable(lambda model: trainer_of(model).loss)
    metrics_names = Overridable[list[str]](
        lambda model: [*trainer_of(model).loss.reported, *trainer_of(model).metrics]
    )

    def loss_named(self, name: str) -> Loss:
        """Return the loss of that name, for `viz.play(model, sample, target, loss=name)`.

        Raises:
            ValueError: If the name is unknown.
        """
        return self.trained_by.loss_named(name)

    def loss_of(self) -> Callable[[Numbers, object], Value] | None:
        """Return the loss that the model was compiled with, for `viz.play(model, sample, target)`.

        It is a function of the outputs for one sample and of a target as `fit` takes it: a number,
        the number or the name of a class, a one-hot row. None if the model is not compiled.
        """
        if internals(self).trainer is None:
            return None
        trainer = trainer_of(self)
        return lambda outputs, target: trainer.loss_of(outputs, target)

    def in_javascript(self, x: ArrayLike, y: ArrayLike) -> dict[str, object]:
        """Return the training of this compiled model on this table as JavaScript programs.

        `viz.playground(model, x, y)` makes a page of them. They are text and numbers: the step
        (loss and gradients), the output of each neuron, the update rule of each optimizer.

        Raises:
            ValueError: If the model is not compiled, the table does not fit the model or its loss,
                or the page does not support the model (Dropout, more than 1,024 inputs or 50,000
                parameters).
            RuntimeError: If JavaScript lacks a function that the model calls, or the model branches
                on its numbers (`if h > 0`).
        """
        return trainer_of(self).in_javascript(x, y)

    @rejects_unsupported
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
        """Train the model and return the history of its loss and metrics.

        Args:
            x: `(samples, inputs)`, for several inputs a list or dict of these; or, without y, an
                iterable of batches `(x, y)` or `(x, y, weights)`: a generator, a loader, a
                `Sequence` of Keras's, a data set of PyTorch's.
            y: `(samples,)` or `(samples, outputs)`; for classes their numbers, one-hot rows, or
                their names, which are numbered in sorted order; for several outputs a list or dict.
            batch_size: Samples per step; None is all of them. Batches of an iterable keep their
                size, and setting another is an error; `nn.data.minibatches` divides tables that
                come one after the other into batches.
            epochs: The end of the range of epochs, from `initial_epoch` to `epochs - 1`.
            verbose: 0 prints nothing, 1 or "auto" a progress bar, 2 a line per epoch.
            callbacks: Callbacks, or functions (epoch, logs) to call after each epoch.
            validation_split: The share of the table, at its end, to keep for validation, 0 to
                below 1.
            validation_data: `(x, y)` or `(x, y, sample_weight)` to evaluate after each epoch, or an
                iterable of such batches.
            shuffle: Whether to take the samples in a new order each epoch.
            class_weight: The weight in the loss of the samples of each class; "balanced" is
                samples / (classes * samples of the class), as in scikit-learn.
            sample_weight: `(samples,)` the weight of each sample in the loss.
            initial_epoch: The number of the first epoch.
            steps_per_epoch: How many batches of a generator or a loader make an epoch; for a table
                None, since an epoch is the whole table.
            validation_steps: How many batches of `validation_data` to take, likewise.
            validation_batch_size: Samples per batch of validation, by default `batch_size`. It
                affects only the batches that callbacks see, and losses with reduction="sum".
            validation_freq: Validate every so many epochs; or the numbers of the epochs after which
                to validate, counted from 1.
            seed: The seed for the order of the samples and for Dropout; None uses the module
                `random`.
            record: Whether the history keeps the weights of up to 100 epochs, for
                `viz.play(history)`.

        Returns:
            The history. After Ctrl-C, too, it is returned, with the best weights.

        Raises:
            ValueError: If the table does not fit the model or the loss, or `steps_per_epoch` is
                given for a table.
        """
        if y is None and hasattr(x, "target_names"):  # a table of nn.data
            x, y = cast("tuple[ArrayLike, ArrayLike]", x)
        if y is not None:
            _refuse_steps(steps_per_epoch)
        size = validation_batch_size
        plan = Plan(
            epochs=range(whole("initial_epoch", initial_epoch, 0), whole("epochs", epochs)),
            batch_size=batch_size,
            shuffle=shuffle,
            rng=generator(seed),
            seeded=seed is not None,
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
        history = trainer_of(self).fit(x, y, sample_weight, class_weight, plan)
        internals(self).history = history
        return history

    def train_on_batch(
        self,
        x: Tables,
        y: Tables,
        sample_weight: Tables | None = None,
        class_weight: Mapping[int, float] | str | None = None,
        return_dict: bool = False,
    ) -> Scores:
        """Take one step on these samples; return the loss and the metrics before the step.

        Arguments are those of `fit`, the form of the result is that of `evaluate`.
        """
        logs = trainer_of(self).train_on_batch(x, y, sample_weight, class_weight)
        return _scores(logs, return_dict)

    def test_on_batch(
        self,
        x: Tables,
        y: Tables,
        sample_weight: Tables | None = None,
        return_dict: bool = False,
    ) -> Scores:
        """Return what `evaluate` returns, with all samples in one batch."""
        logs = trainer_of(self).evaluate(x, y, sample_weight, None, sys.maxsize, None)
        return _scores(logs, return_dict)

    def predict_on_batch(self, x: Tables) -> Predicted:
        """Return what `predict` returns (Keras's name for one batch)."""
        return self.predict(x)

    @rejects_unsupported
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
            x: `(samples, inputs)`, or an iterable of batches, as in `fit`.
            y: Targets as in `fit`.
            batch_size: As `validation_batch_size` in `fit`; by default 32.
            verbose: Whether to print the numbers.
            sample_weight: `(samples,)` the weight of each sample in the loss.
            steps: How many batches of a generator or a loader to take; for a table None.
            callbacks: Callbacks, whose `on_test_...` methods are called.
            return_dict: Whether to return a dict by name.

        Returns:
            The loss alone if there are no metrics, else `[loss, metric, ...]`, or the dict.
        """
        _refuse_steps(None if y is None else steps)
        logs = trainer_of(self).evaluate(x, y, sample_weight, steps, batch_size, callbacks)
        if verbose:
            print(", ".join(f"{name} {number:.4f}" for name, number in logs.items()))
        return _scores(logs, return_dict)

    @rejects_unsupported
    def predict(
        self,
        x: Tables,
        batch_size: int | None = None,
        verbose: int | str = 0,
        steps: int | None = None,
        callbacks: object = None,
    ) -> Predicted:
        """Return the outputs `(samples, outputs)` for inputs `(samples, inputs)`.

        A model of several outputs returns a list or a dict of such arrays.

        Args:
            x: The table; one sample may be passed as a row, and the samples of a model of one input
                as a list of numbers.
            batch_size: The size of the batches that callbacks see, by default 32; it affects no
                result.
            verbose: Accepted for Keras's sake; it changes nothing.
            steps: How many batches of a generator or a loader to take.
            callbacks: Callbacks, whose `on_predict_...` methods are called.
        """
        return self.trained_by.predict(self, x, batch_size, steps, callbacks)


def _refuse_steps(steps: int | None) -> None:
    """Raise ValueError if a number of batches is given for a table."""
    if steps is not None:
        raise ValueError(
            "a table is taken whole here, so steps, steps_per_epoch and validation_steps must be "
            f"None, got {steps}; pass some of its rows instead, or use train_on_batch"
        )


def _scores(logs: dict[str, float], as_dict: bool) -> Scores:
    numbers = list(logs.values())
    return logs if as_dict else numbers if len(numbers) > 1 else numbers[0]


def trainer_of(model: Trainable) -> CompiledTrainer:
    """Return the trainer of a model.

    Raises:
        ValueError: If the model is not compiled.
    """
    trainer = internals(model).trainer
    if trainer is None:
        raise ValueError(
            f"compile this {type(model).__name__} first: "
            "model.compile(optimizer='adam', loss='mse', metrics=['mae'])"
        )
    return cast("CompiledTrainer", trainer)
