"""Trainer: what a model is compiled into; it takes what users pass, the loop what that means."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Value
from nn import losses, metrics, optimizers, schedules
from nn.backends import Predictor, as_list
from nn.basics import Floats, Number, whole
from nn.data import Stream, is_stream, tables, validation_rows
from nn.losses.loss import Loss, Numbers
from nn.metrics.metric import Metric
from nn.modules import History, Trainable, kept, ours
from nn.optimizers.optimizer import Optimizer
from nn.training.in_javascript import in_javascript
from nn.training.loop import Loop
from nn.training.progress import level
from nn.training.trained import describe_trained as describe_trained  # for files
from nn.training.trained import restore_trained as restore_trained
from nn.training.trained import resume_optimizer as resume_optimizer


class Trainer(Loop):
    """Trains and measures one model on tables as users have them."""

    def fit(
        self,
        x: ArrayLike,
        y: ArrayLike | None,
        sample_weight: ArrayLike | None,
        class_weight: Mapping[int, float] | str | None,
        validation: tuple[float, Sequence[ArrayLike] | None],
        *,
        epochs: range,
        batch_size: int | None,
        shuffle: bool,
        rng: random.Random,
        verbose: int | str,
        callbacks: object,
        steps: tuple[int | None, int | None] = (None, None),
        validated: Callable[[int], bool] = lambda epoch: True,
    ) -> History:
        """Run the epochs; see `Workflow.fit`. `validation` is (split, data)."""
        renew = None
        sizes: tuple[int, ...] = ()
        if y is None:
            stream = Stream(x, steps[0], batch_size or 32)
            first = stream.first()
            x, y, sample_weight, batch_size = first[:4]
            shuffle, sizes = first.single and shuffle, first.sizes

            def renew() -> tables.Data | None:
                following = stream.epoch()
                if following is None:
                    return None
                made = self._prepared(*following[:3], class_weight)
                return replace(made, sizes=following.sizes)

        validation = validation[0], validation_rows(validation[1], steps[1], batch_size)
        assert y is not None
        y, self.classes = tables.numbered(y, self.classes)
        split, given = validation
        if given is not None and len(given) > 1:
            given = given[0], tables.numbered(given[1], self.classes)[0], *given[2:]
        data, held_out = tables.held_out(tables.table(x, y, sample_weight), split, given)
        self.columns = data.columns
        outputs = self.outputs(data.x[0].tolist())
        size = len(data) if batch_size is None else whole("batch_size", batch_size)
        return self.run(
            replace(data.prepared(self.loss, outputs, class_weight), sizes=sizes),
            held_out.prepared(self.loss, outputs) if held_out is not None else None,
            epochs=epochs,
            batch_size=size,
            shuffle=shuffle,
            rng=rng,
            verbose=level(verbose),
            callbacks=callbacks,
            validated=validated,
            renew=renew,
        )

    def loss_of(self, outputs: Numbers, target: object) -> Value:
        """Return the loss of one sample, with classes by number or name.

        Raises:
            ValueError: If the loss cannot take that target.
        """
        known = self.classes
        if isinstance(target, str) and target not in known:
            there = ", ".join(known) or "none, since fit was given numbers"
            raise ValueError(f"no class {target!r}; the classes are {there}")
        number = known.index(target) if isinstance(target, str) else target
        row = as_list(outputs)
        one = np.asarray(number, dtype=np.float64)[None]
        wanted = self.loss.prepare(one, len(row))[0].tolist()
        named = [Value(t, f"t{k}") for k, t in enumerate(wanted)]
        return Value.operand(self.loss.sample(row, named))

    def in_javascript(self, x: ArrayLike, y: ArrayLike) -> dict[str, object]:
        """Return the training as programs for a page."""
        return in_javascript(self, x, y)

    def train_on_batch(
        self,
        x: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None,
        class_weight: Mapping[int, float] | str | None,
    ) -> dict[str, float]:
        """Take one step; return the loss and the metrics from before it."""
        return self.one_step(self._prepared(x, y, sample_weight, class_weight))

    def evaluate(
        self,
        x: ArrayLike,
        y: ArrayLike | None,
        sample_weight: ArrayLike | None,
        steps: int | None = None,
    ) -> dict[str, float]:
        """Return the loss and the metrics, in inference mode."""
        if y is None:
            x, y, sample_weight, *_ = Stream(x, steps).first()
        return self.scores(self._prepared(x, y, sample_weight))

    def _prepared(
        self,
        x: ArrayLike,
        y: ArrayLike,
        weights: ArrayLike | None,
        class_weight: Mapping[int, float] | str | None = None,
    ) -> tables.Data:
        tables.check_names(self.columns, x)
        y, self.classes = tables.numbered(y, self.classes)
        data = tables.table(x, y, weights)
        return data.prepared(self.loss, self.outputs(data.x[0].tolist()), class_weight)


def trainer(
    model: Trainable,
    optimizer: str | Optimizer,
    loss: str | Loss | Callable[[Numbers, Numbers], Number],
    measured: str | Metric | Sequence[str | Metric] | None,
    schedule: str | Callable[[int], float] | None,
    backend: str,
    mesh: object = None,
) -> Trainer:
    """Return what trains the model; arguments are those of `Workflow.compile`."""
    chosen = losses.get(loss)
    if chosen.reduction == "none":
        raise ValueError(
            f"{chosen.name} with reduction='none' is no number to train on; choose 'mean' or 'sum'"
        )
    functions = metrics.get_all(measured, chosen.threshold, chosen.each_output)
    made = Trainer(model, optimizers.get(optimizer), chosen, functions, backend, mesh)
    made.schedule = None if schedule is None else schedules.get(schedule)
    return made


def loss_named(name: str) -> Loss:
    """Return the loss of that name."""
    return losses.get(name)


def predict(model: Trainable, x: ArrayLike) -> Floats:
    """Return the model's outputs `(samples, outputs)`, from the program or on the graph."""
    if is_stream(x) and (found := Stream(x).epoch()) is not None:
        x = found.x
    rows, predictor = tables.inputs(x, ours(model).input_size()), kept(model).predictor
    if not isinstance(predictor, Predictor) or not predictor.fits(model):
        predictor = kept(model).predictor = Predictor(model)
    trained = kept(model).trainer
    on_graph = isinstance(trained, Trainer) and trained.on_graph
    if isinstance(trained, Trainer):
        tables.check_names(trained.columns, x)
    return predictor.on_graph(rows) if on_graph else predictor.predict(rows)
