"""Loss: the base of all losses: samples and batches, weights, checks of the targets."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypedDict, cast

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Value, functional
from nn.basics import (
    CheckedConstructor,
    Floats,
    Mask,
    Number,
    Rows,
    as_binary_function,
    floats,
    is_batch,
    look_up,
    numeric,
    one_hot_rows,
    targets_first,
)

Numbers: TypeAlias = Sequence[Number]
Predictions: TypeAlias = Number | Numbers | Sequence[Numbers] | Floats
Targets: TypeAlias = Number | Numbers | Sequence[Numbers] | ArrayLike


_REDUCTIONS = {
    "sum_over_batch_size": "mean",
    "mean": "mean",
    "mean_with_sample_weight": "weighted",
    "sum": "sum",
    "none": "none",
}


class Common(TypedDict, total=False):
    """The keyword arguments of every loss: see `Loss`."""

    reduction: str | None
    name: str | None


class Loss(CheckedConstructor):
    """Base of all losses: batches, weights, checks of the targets.

    Attributes:
        name: The name, as in messages and for `compile(loss=...)`.
        reduction: Over a batch: "mean", "weighted" (sum of weighted losses / sum of weights), "sum"
            or "none".
        sums_outputs: Whether "sum" adds up the outputs of a sample, too. False, the mean over the
            outputs, if `reduction` was passed as an argument, as in Keras.
        threshold: The output above which a model of one output predicts class 1.
        each_output: Whether each of several outputs is a yes-or-no answer by itself; None if it is
            not known.
        ignore_class: The number of the class whose samples are ignored, if there is one.
        symmetric: Whether predictions and targets may be exchanged.
    """

    name = ""
    reduction = "mean"
    sums_outputs = True
    threshold = 0.5
    symmetric = False
    ignore_class: int | None = None
    each_output: bool | None = None
    whole_row = False  # whether a flat list of predictions is one sample (else a batch)

    def __init__(
        self, *, reduction: str | None = "sum_over_batch_size", name: str | None = None
    ) -> None:
        """Choose how the losses of several samples become one.

        Args:
            reduction: Keras's "sum_over_batch_size" (or "mean") or "sum"; or, not for `fit`,
                "mean_with_sample_weight", or "none" for a list with the loss of each sample.
            name: A name in place of the default.

        Raises:
            ValueError: If the reduction is unknown.
        """
        chosen = look_up("reduction", reduction or "none", _REDUCTIONS)
        if reduction != "sum_over_batch_size":
            self.reduction, self.sums_outputs = chosen, False
        if name is not None:
            self.name = name

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample: its outputs, and as many target numbers."""
        losses = self.elements(outputs, target)
        return losses[0] if len(losses) == 1 else self._reduced(losses)

    def elements(self, outputs: Numbers, target: Numbers) -> Numbers:
        """Return the loss of each output of one sample."""
        return [self.element(output, t) for output, t in zip(outputs, target, strict=True)]

    def _reduced(self, losses: Numbers) -> Number:
        summed = self.reduction == "sum" and self.sums_outputs
        return (functional.total if summed else functional.mean)(losses)

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        raise NotImplementedError

    def each(self, outputs: Numbers, target: Numbers) -> Numbers:
        """Return the losses that are reported besides their sum: () for a single loss."""
        return ()

    @property
    def reported(self) -> list[str]:
        """The names in a history: "loss", and those of the losses that `each` returns."""
        return ["loss"]

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return the targets as an array `(samples, outputs)`, of rows for `sample`.

        Raises:
            ValueError: If they have the wrong shape or are outside the loss's range.
        """
        array = numeric(targets, self.name)
        rows = array.reshape(len(array), -1)
        if rows.shape[1] != outputs:
            raise ValueError(
                f"{self.name} wants {outputs} target(s) per sample, one for each output of the "
                f"model, got {rows.shape[1]}; pass y as (samples, {outputs}), or give the last "
                f"layer {rows.shape[1]} units"
            )
        return rows

    def counted(self, targets: Floats) -> Mask | None:
        """Return which samples count in the loss, by prepared targets; None if all do."""
        return None

    def known(self, targets: Floats) -> Mask | None:
        """Return which samples have a target, by prepared targets, for metrics; None if all do."""
        return None

    def check(self, outputs: Floats) -> None:
        """Raise ValueError if this loss cannot make sense of outputs `(samples, outputs)`."""

    def __call__(
        self, predictions: Predictions, targets: Targets, sample_weight: ArrayLike | None = None
    ) -> Value:
        """Return the loss of one sample or of a batch, as one Value; with "none" a list of them.

        Args:
            predictions: A model's outputs for one sample or for a batch.
            targets: As many targets; for losses on classes also class numbers.
            sample_weight: `(samples,)` factors, or one for all.

        Raises:
            ValueError: If lengths differ, or targets are outside the loss's range.
            TypeError: If predictions are plain numbers and targets Values, as in Keras's order.
        """
        rows = self._rows(predictions)
        wanted = self._targets(targets, rows)
        losses = [self.sample(row, target) for row, target in zip(rows, wanted, strict=True)]
        if sample_weight is None and self.ignore_class is not None:
            sample_weight = 1.0
        if sample_weight is not None:
            weights = self._weights(sample_weight, wanted)
            losses = [loss * weight for loss, weight in zip(losses, weights, strict=True)]
        if self.reduction == "none":
            each = Rows(map(Value.operand, losses))
            return cast(Value, each if len(each) > 1 or is_batch(predictions) else each[0])
        if self.reduction == "weighted" and sample_weight is not None:
            total = sum(weights)
            return Value.operand(functional.total(losses) * (1.0 / total if total else 0.0))
        reduced = functional.total if self.reduction == "sum" else functional.mean
        return Value.operand(losses[0] if len(losses) == 1 else reduced(losses))

    def _weights(self, sample_weight: ArrayLike, wanted: Sequence[Numbers]) -> list[float]:
        array, samples = np.asarray(sample_weight, dtype=np.float64), len(wanted)
        weights: list[float] = array.ravel().tolist() if array.ndim else [float(array)] * samples
        if len(weights) != samples:
            raise ValueError(
                f"{self.name} wants {samples} sample weights, one for each sample, got "
                f"{len(weights)}; one number is for all"
            )
        return weights

    def _rows(self, predictions: Predictions) -> list[list[Number]]:
        if isinstance(predictions, np.ndarray):
            predictions = cast(Predictions, predictions.tolist())
        if isinstance(predictions, Value) or not isinstance(predictions, Sequence):
            return [[cast(Number, predictions)]]
        if not predictions:
            raise ValueError(f"{self.name} got no predictions; pass one for each target")
        if is_batch(predictions):
            rows = [list(row) for row in cast(Sequence[Numbers], predictions)]
            if (self.whole_row or self.reduction == "none") and any(map(_is_row, rows[0])):
                raise ValueError(
                    f"{self.name} wants the predictions of each sample in one row, got samples of "
                    "several axes; flatten them first: x.reshape(len(x), -1)"
                )
            return [_flat(row) for row in rows]
        flat = cast(Numbers, predictions)
        return [list(flat)] if self.whole_row else [[output] for output in flat]

    def _targets(self, targets: Targets, rows: list[list[Number]]) -> list[list[Number]]:
        if isinstance(targets, np.ndarray) and targets.dtype == object:
            targets = cast(Targets, targets.tolist())
        if _holds_values(targets):  # gradients flow through targets that are Values
            if not self.symmetric and not _holds_values(rows):
                raise TypeError(
                    f"{self.name}(predictions, targets) has the predictions first, as in PyTorch, "
                    "and they are plain numbers here, while the targets are Values; swap them"
                )
            items = cast(Numbers, targets if isinstance(targets, Sequence) else [targets])
            found = [_flat(cast(Sequence[Any], i)) if _is_row(i) else [i] for i in items]
            if len(rows) == 1 and not isinstance(items[0], Sequence):
                found = [list(items)]
        else:
            array = floats(cast(ArrayLike, targets), self.name)
            if len(rows) == 1 and (array.ndim == 0 or len(array) == len(rows[0]) != 1):
                array = array[None]
            array = array.reshape(-1) if array.ndim == 0 else array
            found = cast(list[list[Number]], self.prepare(array, len(rows[0])).tolist())
        if len(found) != len(rows):
            raise ValueError(
                f"{self.name} got predictions for {len(rows)} samples and targets for "
                f"{len(found)}; pass as many of one as of the other"
            )
        return found

    def __repr__(self) -> str:
        return f"<loss {self.name}>"


class CustomLoss(Loss):
    """A user's own function for one sample: (outputs, target) -> Value, or (y_true, y_pred).

    The names of its arguments tell the order; see `targets_first`. If they do not, the outputs are
    passed first, with a warning.
    """

    symmetric = True  # it may be, so no order of the arguments is refused

    def __init__(self, function: Callable[[Numbers, Numbers], Number]) -> None:
        super().__init__()
        self.function = as_binary_function(
            "loss", function, "the outputs and the target of a sample"
        )
        self.name = getattr(function, "__name__", "loss")
        known = targets_first(function)
        self.swapped = bool(known)
        if known is None:
            warnings.warn(
                f"the loss {self.name} is called with the outputs first, {self.name}(outputs, "
                "target), since its arguments' names do not say which is which; call them y_true "
                "and y_pred, or outputs and target, in the order that you mean",
                stacklevel=4,
            )

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return what the function returns; a single output or target is passed as a number."""
        only = len(outputs) == 1
        pair: Any = (outputs[0], target[0]) if only else (outputs, target)
        return self.function(*(pair[::-1] if self.swapped else pair))


OutputChoice: TypeAlias = str | Loss | Callable[[Numbers, Numbers], Number]
Choice: TypeAlias = OutputChoice | Sequence[OutputChoice | None] | Mapping[str, OutputChoice | None]
"""A loss for all outputs, or one for each; an output whose loss is None is not trained."""


def _is_row(numbers: object) -> bool:
    return isinstance(numbers, list | tuple | np.ndarray)


def _flat(row: Sequence[Any]) -> list[Number]:
    """Return the numbers of a sample of any shape in one row, as `prepare` does with targets."""
    if not any(map(_is_row, row)):
        return list(row)
    return [number for part in row for number in _flat(part)]


def _holds_values(targets: object) -> bool:
    if isinstance(targets, list | tuple):
        return any(_holds_values(target) for target in targets)
    return isinstance(targets, Value)


def class_rows(name: str, targets: ArrayLike, outputs: int) -> Floats:
    """Return class numbers as one-hot rows; rows of probabilities stay as they are.

    Args:
        name: The loss's name, for the message.
        targets: `(samples,)` class numbers, or `(samples, outputs)` probabilities.
        outputs: The number of classes.

    Raises:
        ValueError: If a class number is out of range, or rows do not sum to 1.

    >>> class_rows("cross_entropy", [2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    if outputs < 2:
        raise ValueError(
            f"{name} wants one output per class, the model has {outputs}; for two "
            "classes use a sigmoid with binary_crossentropy, or two outputs with softmax"
        )
    array = numeric(targets, name)
    if array.ndim == 2 and array.shape[1] == outputs:
        wrong = np.flatnonzero(np.abs(array.sum(axis=1) - 1.0) > 1e-6)
        wrong = np.union1d(wrong, np.flatnonzero((array < 0.0).any(axis=1)))
        if len(wrong):
            row = array[wrong[0]]
            raise ValueError(
                f"{name} wants one-hot rows, or probabilities that sum to 1, got "
                f"{row.tolist()!s:.60} in row {wrong[0]}; divide each row by its sum"
            )
        return array
    labels = array.reshape(-1)
    if len(labels) != len(array):
        raise ValueError(
            f"{name} wants class numbers or rows of {outputs}, got {array.shape}; pass "
            f"(samples,) or (samples, {outputs})"
        )
    wrong = labels[(labels != np.floor(labels)) | (labels < 0) | (labels >= outputs)]
    if len(wrong):
        raise ValueError(
            f"{name} wants classes 0 to {outputs - 1}, since the model has {outputs} "
            f"outputs, got {wrong[0]:g}"
        )
    return one_hot_rows(labels, outputs)
