"""Keras's metrics: objects with options and a state, as in `metrics.AUC(curve="PR", name="area")`.

A row of the table below makes a class: the class's name, its options in Keras's order, and the
functions that compute the metric.

Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from autograd_core.graph import number_of
from nn import losses
from nn.basics import Floats, flag, in_range, look_up, number, whole
from nn.metrics import curves as c
from nn.metrics import measures as m
from nn.metrics import thresholds as t
from nn.metrics import two_classes as two
from nn.metrics.averages import AVERAGES
from nn.metrics.class_numbers import rows
from nn.metrics.metric import ONE_THRESHOLD, Measured, Optioned
from nn.metrics.of_losses import by_loss

Measure = Callable[..., Measured]
_BOUNDED = {"precision", "recall", "sensitivity", "specificity"}  # options that are `least`


def _check_thresholds(what: str, value: object) -> None:
    for limit in np.ravel(np.asarray(value, object)).tolist():
        number(what.removesuffix("s"), limit, ONE_THRESHOLD)


def _from_0_to_1(what: str, value: Any) -> None:
    in_range(what, value, 0.0, math.nextafter(1.0, 2.0))


# Checks of options, `check(what, value)`: they raise if the value of the option is wrong.
_CHECKS: dict[str, Callable[[str, Any], object]] = {
    "threshold": partial(number, advice=ONE_THRESHOLD),
    "thresholds": _check_thresholds,
    "num_thresholds": whole,
    "k": whole,
    "top_k": whole,
    "class_id": partial(whole, least=0),
    **dict.fromkeys(_BOUNDED, _from_0_to_1),
    "curve": lambda what, value: look_up("curve", value, c.CURVES),
    "summation_method": lambda what, value: look_up("summation_method", value, c.HEIGHTS),
    "average": lambda what, value: look_up("average", value, AVERAGES),
    "beta": lambda what, value: t.check_beta(value),
}


class KerasMetric(Optioned):
    """A metric by Keras's class name, as in `compile(metrics=[metrics.AUC(name="area")])`.

    In a custom training loop `update_state(targets, predictions)` adds a batch, `result()` returns
    the metric of all batches, and `reset_state()` forgets them; a call of the metric adds a batch
    and returns the result (as in Keras).

    Args:
        arguments: Options in Keras's order; see the signature of each class.
        options: Options by name. `threshold` and `thresholds` both name the limit above which an
            output is positive, by default the loss's. `name` is the name in the history. `dtype`
            changes nothing: numbers have 64 bits.

    Raises:
        TypeError: If an option is unknown or missing, or the name is not a str.

    >>> metric = Precision(thresholds=0.7)
    >>> metric.update_state([0, 1], [0.6, 0.8])
    >>> metric.update_state([1, 0], [0.3, 0.9], sample_weight=[1.0, 3.0])
    >>> metric.result()
    0.25
    """

    default: ClassVar[str]
    plain: ClassVar[Measure]  # the function for no option but one threshold
    general: ClassVar[Measure]  # the function for all options
    signature: ClassVar[inspect.Signature]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        given = self._bind_options(arguments, options)
        name = given.pop("name", None)
        given.pop("dtype", None)
        if not isinstance(name, str | None):
            raise TypeError(f"a metric's name is text, got {name!r:.60}; pass options by name")
        self.name = self.__name__ = name or self.default
        required = inspect.Parameter.empty
        chosen = {
            option: value
            for option, value in given.items()
            if value is not None or self.signature.parameters[option].default is required
        }
        for option, value in chosen.items():
            self._check(option, value)
        self.options = {"least" if k in _BOUNDED else k: v for k, v in chosen.items()}
        self.function = self.general
        limit = self.options.get("thresholds", self.options.get("threshold"))
        one_threshold = limit is None or np.ndim(limit) == 0
        nothing_else = self.options.keys() <= {"threshold", "thresholds"}
        if one_threshold and nothing_else and self.plain is not self.general:
            self.function = self.plain
            self.options = {} if limit is None else {"threshold": limit}
        if "each" in inspect.signature(self.function).parameters:
            self.options["each"] = True
        self.reset_state()

    def _bind_options(self, arguments: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
        """Return options by name; `threshold` and `thresholds` are exchanged if need be."""
        known = self.signature.parameters
        for one, other in (("threshold", "thresholds"), ("thresholds", "threshold")):
            if one in options and one not in known and other in known:
                options.setdefault(other, options.pop(one))
        try:
            return self.signature.bind(*arguments, **options).arguments
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}{self.signature}: {error}") from None

    def _check(self, option: str, value: object) -> None:
        """Raise ValueError or TypeError if the value of an option is wrong."""
        what = f"{type(self).__name__}'s {option}"
        if option in _CHECKS:
            _CHECKS[option](what, value)
        elif type(self.signature.parameters[option].default) is bool:
            flag(what, value)
        elif type(self.signature.parameters[option].default) in (int, float):
            number(what, value)

    def update_state(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add a batch of targets and predictions, with weights of samples or of their outputs."""
        targets, predictions = rows(_numbers(y_true)), rows(_numbers(y_pred))
        weights = _broadcast_weights(self.name, sample_weight, predictions.shape)
        self._weighted |= sample_weight is not None
        self._batches.append((targets, predictions, weights))

    def result(self) -> Measured:
        """Return the metric of all batches that were added; 0 if there are none (as in Keras)."""
        if not self._batches:
            return 0.0
        targets, predictions, weights = map(np.concatenate, zip(*self._batches))
        if (weights == weights[:, :1]).all():
            weights = weights[:, 0]
        if self._weighted and not weights.any():
            return 0.0
        options = {**self.options, "sample_weight": weights} if self._weighted else self.options
        return self.function(targets, predictions, **options)

    def reset_state(self) -> None:
        """Forget all batches."""
        self._batches: list[tuple[Floats, Floats, Floats]] = []
        self._weighted = False

    reset_states = reset_state  # Keras's name of 2015

    def __call__(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Measured:
        """Add a batch and return the metric of all batches."""
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()

    def __repr__(self) -> str:
        options = "".join(f", {name}={option!r}" for name, option in self.options.items())
        return f"{type(self).__name__}(name={self.name!r}{options})"


def _numbers(given: ArrayLike) -> ArrayLike:
    array = np.asarray(given)
    if array.dtype != object:
        return array
    return np.array([*map(number_of, array.flat)]).reshape(array.shape)


def _broadcast_weights(
    name: str, sample_weight: ArrayLike | None, shape: tuple[int, ...]
) -> Floats:
    """Return the weight of each output of each sample, `shape`, from one for all or per sample."""
    weights = np.asarray(1.0 if sample_weight is None else sample_weight, np.float64)
    try:
        return np.broadcast_to(weights[:, None] if weights.ndim == 1 else weights, shape)
    except ValueError:
        raise ValueError(
            f"{name} wants {shape[0]} sample weights, one for each sample, or {shape} for each "
            f"output, got shape {weights.shape}"
        ) from None


class OfValues(KerasMetric):
    """A metric of plain numbers, such as the losses in a custom training loop."""

    of_values = True

    def update_state(  # type: ignore[override]  # as Keras has it
        self, values: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add numbers, with a weight for each."""
        table = rows(_numbers(values))
        weights = _broadcast_weights(self.name, sample_weight, table.shape)
        super().update_state(table.ravel(), table.ravel(), weights.ravel())

    def __call__(  # type: ignore[override]
        self, values: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Measured:
        """Add numbers and return the metric of all numbers."""
        self.update_state(values, sample_weight)
        return self.result()


def _metric_class(
    class_name: str,
    takes: str,
    plain: Measure,
    general: Measure | None = None,
    base: type[KerasMetric] = KerasMetric,
    default: str = "",
) -> type[KerasMetric]:
    """Return a class of metrics.

    Args:
        class_name: The name of the class.
        takes: The names of its options, in order; `name` and `dtype` come last by default. They
            have the defaults of the function's arguments, and are required if these are.
        plain: The function for no option but one threshold.
        general: The function for all options, by default the same.
        base: The base class.
        default: The default name of the metric, by default the class's in snake case.
    """
    default = default or re.sub("(?<!^)(?=[A-Z])", "_", class_name).lower()
    measure = general or plain
    known = inspect.signature(measure).parameters
    parameters = []
    for name in f"{takes} name dtype".split() if "name" not in takes else takes.split():
        argument = known.get("least" if name in _BOUNDED else name)
        parameter_default = None if argument is None else argument.default
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters.append(inspect.Parameter(name, kind, default=parameter_default))
    body = {
        "default": default,
        "plain": staticmethod(plain),
        "general": staticmethod(measure),
        "signature": inspect.Signature(parameters),
        "__signature__": inspect.Signature(parameters),
        "__doc__": f"`{default}` as an object, see `KerasMetric`.",
    }
    return type(class_name, (base,), body)


_ONE = "name dtype threshold"
_EACH = "thresholds top_k class_id"
_CURVE = "num_thresholds class_id"
_AREA = (
    "num_thresholds curve summation_method name dtype thresholds multi_label num_labels "
    "label_weights from_logits"
)
Accuracy = _metric_class("Accuracy", "", m.equality)  # not of classes, as "accuracy" is
BinaryAccuracy = _metric_class("BinaryAccuracy", _ONE, m.binary_accuracy)
CategoricalAccuracy = _metric_class("CategoricalAccuracy", _ONE, m.accuracy)
SparseCategoricalAccuracy = _metric_class("SparseCategoricalAccuracy", _ONE, m.accuracy)
TopKCategoricalAccuracy = _metric_class("TopKCategoricalAccuracy", "k", m.top_k_accuracy)
SparseTopKCategoricalAccuracy = _metric_class(
    "SparseTopKCategoricalAccuracy", "k", m.top_k_accuracy
)
MeanSquaredError = _metric_class("MeanSquaredError", "", m.mean_squared_error)
RootMeanSquaredError = _metric_class("RootMeanSquaredError", "", m.root_mean_squared_error)
MeanAbsoluteError = _metric_class("MeanAbsoluteError", "", m.mean_absolute_error)
CosineSimilarity = _metric_class("CosineSimilarity", "", m.cosine_similarity)
R2Score = _metric_class("R2Score", "", m.r2, default="r2_score")
Precision = _metric_class("Precision", _EACH, two.precision, t.precision_of_each)
Recall = _metric_class("Recall", _EACH, two.recall, t.recall_of_each)
F1Score = _metric_class("F1Score", "average threshold", t.f_beta, default="f1_score")
FBetaScore = _metric_class("FBetaScore", "average beta threshold", t.f_beta, default="fbeta_score")
AUC = _metric_class("AUC", _AREA, two.auc, c.area_under_curve, default="auc")
TruePositives = _metric_class("TruePositives", "thresholds", t.true_positives)
FalsePositives = _metric_class("FalsePositives", "thresholds", t.false_positives)
TrueNegatives = _metric_class("TrueNegatives", "thresholds", t.true_negatives)
FalseNegatives = _metric_class("FalseNegatives", "thresholds", t.false_negatives)
SensitivityAtSpecificity = _metric_class(
    "SensitivityAtSpecificity", f"specificity {_CURVE}", c.sensitivity_at_specificity
)
SpecificityAtSensitivity = _metric_class(
    "SpecificityAtSensitivity", f"sensitivity {_CURVE}", c.specificity_at_sensitivity
)
PrecisionAtRecall = _metric_class("PrecisionAtRecall", f"recall {_CURVE}", c.precision_at_recall)
RecallAtPrecision = _metric_class("RecallAtPrecision", f"precision {_CURVE}", c.recall_at_precision)
Mean = _metric_class("Mean", "", m.mean, base=OfValues)
Sum = _metric_class("Sum", "", m.total, base=OfValues)


def _of_loss(
    class_name: str, loss: type[losses.Loss], takes: str = "", default: str = ""
) -> type[KerasMetric]:
    return _metric_class(class_name, takes, partial(by_loss, loss=loss), default=default)


_LOGITS = "name dtype from_logits"
Hinge = _of_loss("Hinge", losses.Hinge)
SquaredHinge = _of_loss("SquaredHinge", losses.SquaredHinge)
CategoricalHinge = _of_loss("CategoricalHinge", losses.CategoricalHinge)
Poisson = _of_loss("Poisson", losses.Poisson)
KLDivergence = _of_loss("KLDivergence", losses.KLDivergence, default="kl_divergence")
LogCoshError = _of_loss("LogCoshError", losses.LogCosh, default="logcosh")
MeanAbsolutePercentageError = _of_loss(
    "MeanAbsolutePercentageError", losses.MeanAbsolutePercentageError
)
MeanSquaredLogarithmicError = _of_loss(
    "MeanSquaredLogarithmicError", losses.MeanSquaredLogarithmicError
)
BinaryCrossentropy = _of_loss(
    "BinaryCrossentropy", losses.BinaryCrossentropy, f"{_LOGITS} label_smoothing"
)
CategoricalCrossentropy = _of_loss(
    "CategoricalCrossentropy", losses.CategoricalCrossentropy, f"{_LOGITS} label_smoothing"
)
SparseCategoricalCrossentropy = _of_loss(
    "SparseCategoricalCrossentropy", losses.SparseCategoricalCrossentropy, _LOGITS
)
