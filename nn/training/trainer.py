"""Trainer: what `compile` creates for a model; turns what users pass into arrays for the loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Value
from nn.backends import Backend, GraphBackend, JaxBackend, NumpyBackend, Predictor, as_list
from nn.basics import Floats, Predicted, Tables, whole
from nn.basics.structure import Unchecked
from nn.callbacks import History, Record
from nn.callbacks.callback import CallbackList, Trained
from nn.data import Stream, is_stream, tables, validation_rows
from nn.losses import Losses
from nn.losses import get as get_loss
from nn.losses.loss import Loss, Numbers
from nn.modules import Plan, Trainable, class_view, internals
from nn.modules.statistics import run_rows as run_rows  # models called with a table use it
from nn.optimizers import get as get_optimizer
from nn.optimizers.optimizer import Optimizer
from nn.schedules import get as get_schedule
from nn.training.in_javascript import in_javascript
from nn.training.inputs import joined
from nn.training.loop import Loop
from nn.training.outputs import Chosen, of_one
from nn.training.trained import describe_trained as describe_trained  # nn.saving uses these
from nn.training.trained import restore_trained as restore_trained
from nn.training.trained import resume_optimizer as resume_optimizer

_DEFAULT_BATCH = 32  # samples per batch by default


class Trainer(Loop):
    """Trains and measures one model on tables as users have them."""

    backends: ClassVar[Mapping[str, Callable[..., Backend]]] = {
        "auto": NumpyBackend,
        "numpy": partial(NumpyBackend, machine="numpy"),
        "native": partial(NumpyBackend, machine="native"),
        "jax": JaxBackend,
        "graph": GraphBackend,
    }

    def fit(
        self,
        x: Tables,
        y: Tables | None,
        sample_weight: Tables | None,
        class_weight: Mapping[int, float] | str | None,
        plan: Plan,
    ) -> History:
        """Run the epochs of `Trainable.fit`."""
        recorder = _recorder(x, y) if plan.record else None
        given = plan.callbacks if isinstance(plan.callbacks, list | tuple) else [plan.callbacks]
        plan = plan._replace(callbacks=[*given, recorder])
        next_data = None
        sizes: tuple[int, ...] = ()
        if y is None:
            stream = Stream(x, plan.steps, plan.batch_size or _DEFAULT_BATCH)
            first = stream.first()
            x, y, sample_weight, batch_size = first[:4]
            if not first.single and plan.batch_size not in (None, _DEFAULT_BATCH, batch_size):
                raise ValueError(
                    f"fit got batch_size={plan.batch_size}, and x yields batches of {batch_size}; "
                    "leave batch_size out, or make batches with nn.data.minibatches(x, y, "
                    "batch_size=...)"
                )
            plan = plan._replace(batch_size=batch_size, shuffle=first.single and plan.shuffle)
            sizes = first.sizes

            def next_data() -> tables.Data | None:
                following = stream.epoch()
                if following is None:
                    return None
                made = self._prepared(*following[:3], class_weight)
                return replace(made, sizes=following.sizes)

        validation = validation_rows(plan.validation_data, plan.validation_steps, plan.batch_size)
        x, y, sample_weight = self._side_by_side(x, y, sample_weight, class_weight)
        if validation is not None and len(validation) > 1:
            validation = self._side_by_side(*(*validation, None)[:3])[: len(validation)]
        data, held_out = tables.held_out(tables.table(x, y, sample_weight), plan.split, validation)
        self.columns = data.columns
        outputs = self.outputs(data.x[0].tolist())
        history = self.run(
            replace(data.prepared(self.loss, outputs, class_weight), sizes=sizes),
            held_out.prepared(self.loss, outputs) if held_out is not None else None,
            plan,
            next_data,
        )
        history.record = recorder
        return history

    def _side_by_side(
        self, x: Tables, y: Tables, weights: Tables | None, class_weight: object = None
    ) -> tuple[ArrayLike, ArrayLike, ArrayLike | None]:
        """Return x, y and weights as one table each, those of several inputs or outputs joined.

        Raises:
            ValueError: If they do not fit the model's inputs or outputs.
        """
        x = joined(cast("Trainable", self.model), x)
        listed = isinstance(y, list | tuple) and len(y) > 0 and np.ndim(y[0]) > 0
        known = isinstance(y, Mapping) or isinstance(self.loss, Losses) or self.chosen.per_output
        if known or (listed and np.ndim(x) == 2):
            row = tables.inputs(x)[0] if np.ndim(x) == 2 else np.asarray(x)[:1]
            self.outputs(row.tolist())
        if not isinstance(self.loss, Losses):
            return x, self._encoded_targets(y), cast("ArrayLike | None", weights)
        if class_weight is not None:
            raise ValueError(
                "class_weight is for a model of one output, as in Keras; give each output its "
                "sample_weight: {'a': [...], 'b': [...]}"
            )
        return x, *self._several_targets(self.loss, y, weights)

    def _encoded_targets(self, y: Tables) -> ArrayLike:
        """Return the targets of one output, names of classes replaced by numbers."""
        if isinstance(y, Mapping) and len(y) == 1:
            y = next(iter(y.values()))
        if isinstance(y, Mapping):
            raise ValueError(
                f"y names the outputs {', '.join(map(str, y))}, and "
                f"{type(self.model).__name__} returns one; pass a table"
            )
        numbers, self.classes = tables.encoded_classes(cast("ArrayLike", y), self.classes)
        return numbers

    def _several_targets(
        self, loss: Losses, y: Tables, weights: Tables | None
    ) -> tuple[ArrayLike, ArrayLike | None]:
        """Return the targets (and weights) of several outputs side by side, and sample weights."""
        structure, counted = loss.structure, dict[str, ArrayLike]()
        for name, labels in zip(structure.names, structure.ordered("y", y), strict=True):
            counted[name], names = tables.encoded_classes(labels, self.class_names.get(name, ()))
            self.class_names = {**self.class_names, name: names}
        per_output = weights is not None and np.ndim(cast(Any, weights)) != 1
        if isinstance(weights, Mapping) or per_output:
            return loss.prepared(counted, weights), None
        return loss.prepared(counted), cast("ArrayLike | None", weights)

    def loss_of(self, outputs: Numbers, target: object) -> Value:
        """Return the loss of one sample; a class may be given by number or name.

        Raises:
            ValueError: If the loss cannot take that target.
        """
        self.lay_out(outputs)
        if isinstance(self.loss, Losses):
            each = self.loss.structure.ordered("target", target)
            table = self.loss.prepared([np.asarray(one)[None] for one in each])
            return Value.operand(self.loss.sample(as_list(outputs), table[0].tolist()))
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
        """Return the training as programs for a page; see `Trainable.in_javascript`."""
        return in_javascript(self, x, y)

    def train_on_batch(
        self,
        x: Tables,
        y: Tables,
        sample_weight: Tables | None,
        class_weight: Mapping[int, float] | str | None,
    ) -> dict[str, float]:
        """Take one step; return the loss and the metrics from before it."""
        return self.one_step(self._prepared(x, y, sample_weight, class_weight))

    def evaluate(
        self,
        x: Tables,
        y: Tables | None,
        sample_weight: Tables | None,
        steps: int | None = None,
        batch_size: int | None = None,
        callbacks: object = None,
    ) -> dict[str, float]:
        """Return the loss and the metrics, in inference mode."""
        size = _DEFAULT_BATCH if batch_size is None else whole("batch_size", batch_size)
        sizes: tuple[int, ...] = ()
        if y is None:
            x, y, sample_weight, size, sizes, _ = Stream(x, steps, size).first()
        data = replace(self._prepared(x, y, sample_weight), sizes=sizes)
        return self.scores(data, size, callbacks)

    def _prepared(
        self,
        x: Tables,
        y: Tables,
        weights: Tables | None,
        class_weight: Mapping[int, float] | str | None = None,
    ) -> tables.Data:
        tables.check_names(self.columns, x)
        data = tables.table(*self._side_by_side(x, y, weights, class_weight))
        return data.prepared(self.loss, self.outputs(data.x[0].tolist()), class_weight)


def _recorder(x: Tables, y: Tables | None) -> Record:
    if y is None:
        raise ValueError("record=True keeps the table: give fit x and y, and no stream of batches")
    return Record(x, y)


def trainer(
    model: Trainable,
    optimizer: str | Optimizer,
    chosen: tuple[Unchecked, ...],
    schedule: str | Callable[[int], float] | None,
    backend: str,
    mesh: object = None,
) -> Trainer:
    """Return a trainer for the model; arguments are those of `Trainable.compile`."""
    given = Chosen(*chosen)
    loss, measured = of_one(given)
    made = Trainer(model, get_optimizer(optimizer), loss, measured, backend, mesh)
    made.chosen = given
    made.schedule = None if schedule is None else get_schedule(schedule)
    return made


def loss_named(name: str) -> Loss:
    """Return the loss of that name."""
    return get_loss(name)


def predict(
    model: Trainable,
    x: Tables,
    batch_size: int | None = None,
    steps: int | None = None,
    callbacks: object = None,
) -> Predicted:
    """Return the outputs `(samples, outputs)` of the model, from the program or on the graph.

    For several outputs, a list or a dict of such tables, as the model returns them.
    """
    size = _DEFAULT_BATCH if batch_size is None else whole("batch_size", batch_size)
    sizes: tuple[int, ...] = ()
    if is_stream(x):
        if (found := Stream(x, steps, size).epoch()) is not None:
            x, size, sizes = found.x, found.size, found.sizes
    elif steps is not None:
        raise ValueError(
            "predict takes a table whole, so steps must be None; pass some of its rows"
        )
    trained = internals(model).trainer
    if isinstance(trained, Trainer):
        tables.check_names(trained.columns, x)
    rows = tables.inputs(joined(model, x), class_view(model).input_size())
    predictor = internals(model).predictor
    if not isinstance(predictor, Predictor) or not predictor.fits(model):
        predictor = internals(model).predictor = Predictor(model)
    on_graph = isinstance(trained, Trainer) and trained.on_graph
    per_output = isinstance(trained, Trainer) and isinstance(trained.loss, Losses)
    structure = predictor.structure(rows, per_output)
    run = predictor.on_graph if on_graph else predictor.predict

    def outputs(some: Floats) -> Predicted:
        return some if structure is None else structure.arrays(some)

    if callbacks is None:
        return outputs(run(rows))
    parts = tables.batches(len(rows), size, sizes) or [slice(None)]
    callback_list = CallbackList(callbacks, None, cast(Trained, model), {"steps": len(parts)})
    callback_list.tell("on_predict_begin", {})
    made = list[Floats]()
    for index, part in enumerate(parts if callback_list.per_predict_batch else [slice(None)]):
        callback_list.tell("on_predict_batch_begin", index, {})
        made.append(run(np.ascontiguousarray(rows[part])))
        callback_list.tell("on_predict_batch_end", index, {"outputs": outputs(made[-1])})
    callback_list.tell("on_predict_end", {})
    return outputs(np.concatenate(made))
