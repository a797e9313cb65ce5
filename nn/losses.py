"""Losses: from predictions and targets to one Value.

Every loss is called as `loss(predictions, targets)`, for one sample or for a batch, and gives the
mean over the batch (SSE: the sum). The formula for one sample is `sample(outputs, target)`: plain
arithmetic without a decision on a Value's number, so that it can be compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Value, functional, ops
from autograd_core.op import Op
from nn.names import look_up
from nn.shapes import Floats, Number, is_batch

Numbers: TypeAlias = "Sequence[Number]"
Predictions: TypeAlias = "Number | Numbers | Sequence[Numbers] | Floats"
Targets: TypeAlias = "Number | Numbers | Sequence[Numbers] | ArrayLike"

_EPSILON = 1e-7  # Keras's: how far probabilities are kept from 0 and 1 before a logarithm


class Loss:
    """What all losses share: batches, weights, and the check of the targets.

    Attributes:
        name: The name it goes by in `compile(loss=...)`.
        reduction: "mean" or "sum" over the samples of a batch.
        threshold: Where `accuracy` divides the classes when there is one output.
    """

    name = ""
    reduction = "mean"
    threshold = 0.5
    whole_row = False  # whether a flat list of predictions is one sample (else a batch)

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample: its outputs, and as many target numbers."""
        losses = [self.element(output, t) for output, t in zip(outputs, target, strict=True)]
        return losses[0] if len(losses) == 1 else functional.mean(losses)

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        raise NotImplementedError

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return the targets as an array `(samples, outputs)` that `sample` takes row by row.

        Raises:
            ValueError: If they have the wrong shape or lie outside the loss's range.
        """
        array = numeric(targets, self.name)
        rows = array.reshape(len(array), -1)
        if rows.shape[1] != outputs:
            raise ValueError(
                f"{self.name} wants {outputs} target(s) per sample, one for each output of the "
                f"model, got {rows.shape[1]}"
            )
        return rows

    def __call__(
        self, predictions: Predictions, targets: Targets, sample_weight: ArrayLike | None = None
    ) -> Value:
        """Return the loss of one sample or of a batch, as one Value.

        Args:
            predictions: What a model returned for one sample or for a batch.
            targets: As many; for class losses also the number of the class.
            sample_weight: `(samples,)` factors.

        Raises:
            ValueError: If lengths differ, or targets lie outside the loss's range.
        """
        rows = self._rows(predictions)
        wanted = self._targets(targets, rows)
        losses = [self.sample(row, target) for row, target in zip(rows, wanted, strict=True)]
        if sample_weight is not None:
            weights = np.ravel(np.asarray(sample_weight, dtype=np.float64)).tolist()
            if len(weights) != len(losses):
                raise ValueError(f"{len(losses)} samples, but {len(weights)} sample weights")
            losses = [loss * weight for loss, weight in zip(losses, weights, strict=True)]
        if len(losses) == 1:
            return Value.operand(losses[0])
        reduce = functional.total if self.reduction == "sum" else functional.mean
        return Value.operand(reduce(losses))

    def _rows(self, predictions: Predictions) -> list[list[Number]]:
        if isinstance(predictions, np.ndarray):
            predictions = cast(Predictions, predictions.tolist())
        if isinstance(predictions, Value) or not isinstance(predictions, Sequence):
            return [[cast(Number, predictions)]]
        if not predictions:
            raise ValueError(f"{self.name} got no predictions")
        if is_batch(predictions):
            return [list(row) for row in cast(Sequence[Numbers], predictions)]
        flat = cast(Numbers, predictions)
        return [list(flat)] if self.whole_row else [[output] for output in flat]

    def _targets(self, targets: Targets, rows: list[list[Number]]) -> list[list[Number]]:
        if _holds_values(targets):  # a target that is computed keeps its way back
            items = cast(Numbers, targets if isinstance(targets, Sequence) else [targets])
            kept = [list(i) if isinstance(i, Sequence) else [i] for i in items]
            kept = [cast(list[Number], list(items))] if len(rows) == 1 else kept
        else:
            array = np.asarray(targets)
            if len(rows) == 1 and (array.ndim == 0 or len(array) == len(rows[0]) != 1):
                array = array[None]
            array = array.reshape(-1) if array.ndim == 0 else array
            kept = cast(list[list[Number]], self.prepare(array, len(rows[0])).tolist())
        if len(kept) != len(rows):
            raise ValueError(
                f"{self.name} got predictions for {len(rows)} samples and targets for {len(kept)}"
            )
        return kept

    def __repr__(self) -> str:
        return f"<loss {self.name}>"


class MeanSquaredError(Loss):
    """(prediction - target)^2, the mean over outputs and samples.

    >>> mse([1.0, 2.0], [0.0, 0.0]).data
    2.5
    """

    name = "mse"

    def element(self, output: Number, target: Number) -> Number:
        """Return the squared error of one output."""
        error = output - target
        return error * error


class SumSquaredError(MeanSquaredError):
    """(prediction - target)^2, the sum over outputs and samples."""

    name = "sse"
    reduction = "sum"

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the sum of the squared errors of one sample."""
        return functional.total(
            [self.element(output, t) for output, t in zip(outputs, target, strict=True)]
        )


class MeanAbsoluteError(Loss):
    """|prediction - target|, the mean over outputs and samples."""

    name = "mae"

    def element(self, output: Number, target: Number) -> Number:
        """Return the absolute error of one output."""
        return functional.call(ops.ABS, output - target)


class Huber(Loss):
    """error^2 / 2 up to `delta`, from there on linear in |error| (Huber 1964).

    >>> Huber(delta=1.0)([0.5, 3.0], [0.0, 0.0]).data  # 0.125 and 2.5
    1.3125
    """

    name = "huber"

    def __init__(self, delta: float = 1.0) -> None:
        if not delta > 0.0:
            raise ValueError(f"huber wants delta above 0, got {delta}")
        self.delta = delta

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        error = functional.call(ops.ABS, output - target)
        inner = functional.call(ops.MINIMUM, error, self.delta)
        return inner * (error - 0.5 * inner)


class _Signs(Loss):
    """What losses on targets -1 and 1 share; 0 and 1 are taken as -1 and 1, as in Keras."""

    threshold = 0.0

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return the targets as -1 and 1.

        Raises:
            ValueError: If they are neither 0 and 1 nor -1 and 1.
        """
        rows = super().prepare(targets, outputs)
        binary = bool(np.isin(rows, (0.0, 1.0)).all())
        if not binary and not np.isin(rows, (-1.0, 1.0)).all():
            wrong = rows[~np.isin(rows, (-1.0, 0.0, 1.0))]
            got = f"{wrong[0]:g}" if len(wrong) else "-1, 0 and 1 together"
            raise ValueError(f"{self.name} wants targets -1 and 1 (or 0 and 1), got {got}")
        return 2.0 * rows - 1.0 if binary else rows


class Hinge(_Signs):
    """max(0, 1 - target * prediction), targets -1 and 1 (Cortes & Vapnik 1995)."""

    name = "hinge"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        return functional.call(ops.RELU, 1.0 - target * output)


class SquaredHinge(_Signs):
    """max(0, 1 - target * prediction)^2, targets -1 and 1."""

    name = "squared_hinge"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        short = functional.call(ops.RELU, 1.0 - target * output)
        return short * short


class PerceptronLoss(_Signs):
    """max(0, -target * z), targets -1 and 1; its gradient step is the perceptron's rule.

    Written (step(z) - t) * z with t = 0 or 1, so that at z = 0 too the gradient is the error of a
    unit that is active there (Rosenblatt 1958).
    """

    name = "perceptron"

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        return (functional.call(ops.STEP, output) - 0.5 * (target + 1.0)) * output


class BinaryCrossentropy(Loss):
    """-t*log(p) - (1-t)*log(1-p), in nats, for targets from 0 to 1.

    A prediction that a sigmoid has made is taken back to its logit z: the loss is then
    softplus(z) - t*z, which has a gradient where p has been rounded to 0 or 1.

    Args:
        from_logits: Whether the predictions are logits (before a sigmoid).

    >>> round(binary_crossentropy([0.9, 0.1], [1, 0]).data, 6)
    0.105361
    """

    name = "binary_crossentropy"

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits
        if from_logits:
            self.name, self.threshold = "binary_crossentropy_from_logits", 0.0

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        logits = (output,) if self.from_logits else _before(ops.SIGMOID, [output])
        if logits:
            return functional.call(ops.SOFTPLUS, logits[0]) - target * logits[0]
        p = functional.call(ops.CLIP, output, _EPSILON, 1.0 - _EPSILON)
        log, log_of_rest = functional.call(ops.LOG, p), functional.call(ops.LOG, 1.0 - p)
        return -(target * log + (1.0 - target) * log_of_rest)

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return the targets.

        Raises:
            ValueError: If one is not from 0 to 1.
        """
        rows = super().prepare(targets, outputs)
        wrong = rows[(rows < 0.0) | (rows > 1.0)]
        if len(wrong):
            raise ValueError(
                f"{self.name} wants targets from 0 to 1, got {wrong[0]:g}; number the two classes "
                "0 and 1, or use cross_entropy for more classes"
            )
        return rows


class CategoricalCrossentropy(Loss):
    """-log of the probability of the true class, in nats; targets are class numbers or one-hot.

    Predictions that a softmax has made are taken back to their logits z, so that nothing is lost
    to rounding: the loss is then logsumexp(z) - z[class] (Goodfellow et al. 2016, 6.2.2.3).

    Args:
        from_logits: Whether the predictions are logits (before a softmax).

    Raises:
        ValueError: If a class number is out of range, or one-hot rows do not sum to 1.

    >>> round(cross_entropy([1.0, 2.0, 3.0], 2).data, 6)
    0.407606
    """

    name = "categorical_crossentropy"
    whole_row = True

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits
        if from_logits:
            self.name = "cross_entropy"

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample; `target` is one-hot (or probabilities)."""
        logits = outputs if self.from_logits else _before(ops.SOFTMAX, outputs)
        if logits:
            return functional.logsumexp(logits) - functional.dot(target, logits)
        everything = functional.total(outputs)
        logs = [
            functional.call(
                ops.LOG, functional.call(ops.CLIP, p / everything, _EPSILON, 1.0 - _EPSILON)
            )
            for p in outputs
        ]
        return -functional.dot(target, logs)

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return the targets as one-hot rows.

        Raises:
            ValueError: If a class number is out of range, or rows do not sum to 1.
        """
        if outputs < 2:
            raise ValueError(
                f"{self.name} wants one output per class, the model has {outputs}; for two "
                "classes use a sigmoid with binary_crossentropy, or two outputs with softmax"
            )
        array = numeric(targets, self.name)
        if array.ndim == 2 and array.shape[1] == outputs:
            wrong = np.flatnonzero(np.abs(array.sum(axis=1) - 1.0) > 1e-6)
            if len(wrong) or (array < 0.0).any():
                raise ValueError(f"{self.name} wants one-hot rows, or rows that sum to 1")
            return array
        labels = array.reshape(-1)
        if len(labels) != len(array):
            raise ValueError(
                f"{self.name} wants class numbers or rows of {outputs}, got {array.shape}"
            )
        wrong = labels[(labels != np.floor(labels)) | (labels < 0) | (labels >= outputs)]
        if len(wrong):
            raise ValueError(
                f"{self.name} wants classes 0 to {outputs - 1}, since the model has {outputs} "
                f"outputs, got {wrong[0]:g}"
            )
        return one_hot_rows(labels, outputs)


class CustomLoss(Loss):
    """A user's own function (outputs, target) -> Value for one sample."""

    def __init__(self, function: Callable[[Numbers, Numbers], Number]) -> None:
        self.function = function
        self.name = getattr(function, "__name__", "loss")

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return what the function returns; a single output or target is passed as a number."""
        only = len(outputs) == 1
        return self.function(outputs[0] if only else outputs, target[0] if only else target)  # type: ignore[arg-type]


def _before(squashing: Op, outputs: Numbers) -> tuple[Value, ...]:
    """Return the logits, if `squashing` has made all outputs from them; else nothing.

    The one place that looks at how a prediction was made: it is the structure of the graph, not a
    number, so it is the same for every sample.
    """
    nodes = [output for output in outputs if isinstance(output, Value)]
    if len(nodes) != len(outputs) or any(node.op is not squashing for node in nodes):
        return ()
    operands = [node.parents for node in nodes]
    if squashing.arity == 1:
        logits = tuple([parents[0] for parents in operands])
    else:  # one of the logits first, then all of them
        logits = operands[0][1:]
        if [p[0] for p in operands] != list(logits) or any(p[1:] != logits for p in operands):
            return ()
    for logit, node in zip(logits, nodes, strict=True):
        logit.label = logit.label or node.label  # the name of the neuron stays in the picture
    return logits


def one_hot_rows(labels: Floats, classes: int) -> Floats:
    """Return a row for each class number, with a 1 in its place."""
    rows = np.zeros((len(labels), classes))
    rows[np.arange(len(labels)), labels.astype(int)] = 1.0
    return rows


def _holds_values(targets: object) -> bool:
    if isinstance(targets, list | tuple):
        return any(_holds_values(target) for target in targets)
    return isinstance(targets, Value)


def numeric(numbers: ArrayLike, name: str) -> Floats:
    """Return an array of finite numbers.

    Raises:
        ValueError: If one is not a finite number.
    """
    try:
        array = np.asarray(numbers, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} wants numbers, got {np.ravel(np.asarray(numbers, dtype=object))[0]!r:.60}; "
            "number the classes first, as nn.data.encode_labels does"
        ) from None
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        where = ", ".join(map(str, wrong[0]))
        raise ValueError(f"{name} wants finite numbers, got {array[tuple(wrong[0])]} at [{where}]")
    return np.atleast_1d(array)


mse = MeanSquaredError()
sse = SumSquaredError()
mae = MeanAbsoluteError()
huber = Huber()
hinge = Hinge()
squared_hinge = SquaredHinge()
perceptron_loss = PerceptronLoss()
binary_crossentropy = BinaryCrossentropy()
binary_crossentropy_from_logits = BinaryCrossentropy(from_logits=True)
categorical_crossentropy = CategoricalCrossentropy()
cross_entropy = CategoricalCrossentropy(from_logits=True)

NAMES: dict[str, Loss] = {
    "mse": mse,
    "mean_squared_error": mse,
    "sse": sse,
    "sum_squared_error": sse,
    "mae": mae,
    "mean_absolute_error": mae,
    "huber": huber,
    "hinge": hinge,
    "squared_hinge": squared_hinge,
    "perceptron": perceptron_loss,
    "binary_crossentropy": binary_crossentropy,
    "bce": binary_crossentropy,
    "binary_crossentropy_from_logits": binary_crossentropy_from_logits,
    "bce_with_logits": binary_crossentropy_from_logits,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": categorical_crossentropy,
    "cross_entropy": cross_entropy,
    "categorical_crossentropy_from_logits": cross_entropy,
}


def get(loss: str | Loss | Callable[[Numbers, Numbers], Number]) -> Loss:
    """Return the loss of that name; a function (outputs, target) -> Value is wrapped.

    Raises:
        ValueError: If there is none of that name.
        TypeError: If it is neither a name nor callable.
    """
    if isinstance(loss, str):
        return look_up("loss", loss, NAMES)
    if isinstance(loss, Loss):
        return loss
    if not callable(loss):
        raise TypeError(f"a loss is a name or a function (outputs, target), got {loss!r:.60}")
    return CustomLoss(loss)
