"""Objects: what Keras's metrics share: options, batches that are added up, a result."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from autograd_core.graph import number_of
from nn.basics import Floats, number
from nn.metrics.class_numbers import rows

Measure = Callable[..., Any]
ONE = "a metric is one number, so make one for each threshold"
AT = {"precision", "recall", "sensitivity", "specificity"}  # what is held above `least`


class KerasMetric:
    """A metric by Keras's class name, as in `compile(metrics=[metrics.AUC(name="area")])`.

    In a loop of one's own `update_state(targets, predictions)` adds a batch, `result()` is the
    metric of all that was added, and `reset_state()` forgets it; called, it adds and returns the
    result (as in Keras).

    Args:
        arguments: Options in Keras's order; see the signature of each class.
        options: Options by name; `threshold` and `thresholds` are one thing, from where on an
            output is a yes, by default what the loss says. `name` is what it is called in the
            history. `dtype` changes nothing: numbers have 64 bits.

    Raises:
        TypeError: If an option is unknown or missing, or the name is no text.

    >>> from nn.metrics import Precision
    >>> metric = Precision(thresholds=0.7)
    >>> metric.update_state([0, 1], [0.6, 0.8])
    >>> metric.update_state([1, 0], [0.3, 0.9], sample_weight=[1.0, 3.0])
    >>> metric.result()
    0.25
    """

    default: ClassVar[str]
    plain: ClassVar[Measure]  # without options, but for one threshold
    general: ClassVar[Measure]
    signature: ClassVar[inspect.Signature]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        for one, other in (("threshold", "thresholds"), ("thresholds", "threshold")):
            known = self.signature.parameters
            if one in options and one not in known and other in known:
                options.setdefault(other, options.pop(one))
        try:
            given = self.signature.bind(*arguments, **options).arguments
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}{self.signature}: {error}") from None
        name = given.pop("name", None)
        given.pop("dtype", None)
        if not isinstance(name, str | None):
            raise TypeError(f"a metric's name is text, got {name!r:.60}; say what it is by name")
        self.name = self.__name__ = name or self.default
        options = {k: v for k, v in given.items() if v is not None}
        self.options = {"least" if k in AT else k: v for k, v in options.items()}
        for option, value in options.items():
            what = f"{type(self).__name__}'s {option.removesuffix('s')}"
            if option == "thresholds":
                for limit in np.ravel(np.asarray(value, object)).tolist():
                    number(what, limit, ONE)
            elif type(self.signature.parameters[option].default) in (int, float):
                number(what, value, ONE if option == "threshold" else "")
        self.function = self.general
        limit = self.options.get("thresholds", self.options.get("threshold"))
        plain = self.options.keys() <= {"threshold", "thresholds"} and (
            limit is None or np.ndim(limit) == 0
        )
        if plain and self.plain is not self.general:
            self.function = self.plain
            self.options = {} if limit is None else {"threshold": limit}
        self.reset_state()

    def update_state(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add a batch of targets and predictions, and what each sample counts."""
        targets, predictions = rows(_numbers(y_true)), rows(_numbers(y_pred))
        weights = np.broadcast_to(
            np.asarray(1.0 if sample_weight is None else sample_weight, np.float64).reshape(-1),
            (len(targets),),
        )
        self._weighted |= sample_weight is not None
        self._batches.append((targets, predictions, weights))

    def result(self) -> Any:
        """Return the metric of all batches that were added; 0 without any (as in Keras)."""
        if not self._batches:
            return 0.0
        targets, predictions, weights = map(np.concatenate, zip(*self._batches))
        if self._weighted and not weights.any():
            return 0.0
        options = {**self.options, "sample_weight": weights} if self._weighted else self.options
        return self.function(targets, predictions, **options)

    def reset_state(self) -> None:
        """Forget what was added."""
        self._batches: list[tuple[Floats, Floats, Floats]] = []
        self._weighted = False

    reset_states = reset_state  # as it was called in 2015

    def __call__(
        self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Add a batch and return the metric of all that was added."""
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


class OfValues(KerasMetric):
    """A metric of numbers by themselves, such as the losses of a loop of one's own."""

    def update_state(  # type: ignore[override]  # as Keras has it
        self, values: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add numbers, and what each counts."""
        super().update_state(
            np.ravel(np.asarray(values)), np.ravel(np.asarray(values)), sample_weight
        )

    def __call__(  # type: ignore[override]
        self, values: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Add numbers and return the metric of all that were added."""
        self.update_state(values, sample_weight)
        return self.result()
