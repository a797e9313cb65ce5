"""Cross-entropy: losses on classes, computed from the logits wherever these are known."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from typing import ClassVar, Unpack

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Value, functional, ops
from autograd_core.table import Op
from nn.basics import Floats, Mask, Number, Path, flag, number, numeric, whole
from nn.losses.loss import Common, Loss, Numbers, class_rows

_EPSILON = 1e-7  # Keras's; probabilities are clipped to eps..1-eps before a logarithm


class _ProbabilityLoss(Loss):
    """Base of both: predictions are probabilities or logits; targets can be smoothed.

    Attributes:
        squashing: The operation from logits to probabilities.
        of_logits: Attributes that a loss from logits has instead of its class's.
    """

    squashing: ClassVar[Op]
    of_logits: ClassVar[dict[str, str | float]]

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        **common: Unpack[Common],
    ) -> None:
        super().__init__(**common)
        if not 0.0 <= number("label_smoothing", label_smoothing) <= 1.0:
            raise ValueError(f"label_smoothing must be from 0 to 1, got {label_smoothing}")
        self.from_logits = flag(f"{type(self).__name__}'s from_logits", from_logits)
        self.label_smoothing = label_smoothing
        if self.from_logits:
            vars(self).update({**self.of_logits, **vars(self)})

    def logits(self, outputs: Numbers) -> Numbers:
        """Return the logits, if the predictions are logits or were computed from them; else ()."""
        if not self.from_logits:
            return _logits_before(self.squashing, outputs)
        self._warn_if_squashed(outputs)
        return outputs

    def _warn_if_squashed(self, outputs: Numbers) -> None:
        """Warn if a loss from logits, which applies `squashing` itself, gets its outputs."""
        if getattr(outputs[0], "op", None) is self.squashing or (
            self.squashing is ops.SOFTMAX and _logits_before(self.squashing, outputs)
        ):
            name = self.squashing.name
            warnings.warn(
                f"{self.name} takes logits and applies {name} itself, and these outputs have been "
                f"through {name} already: it trains, but badly; leave the activation out",
                stacklevel=2,
            )

    def check(self, outputs: Floats) -> None:
        """Raise ValueError if the outputs should be probabilities and are not."""
        wrong = (outputs < 0.0) | (outputs > 1.0)
        if not self.from_logits and wrong.any():
            raise ValueError(
                f"{self.name} wants probabilities, the model's outputs reach {outputs[wrong][0]:g};"
                f" end the model with {self.squashing.name!r}, or use the loss "
                f"{self.of_logits['name']!r}"
            )


class BinaryCrossentropy(_ProbabilityLoss):
    """-t*log(p) - (1-t)*log(1-p), in nats, for targets from 0 to 1.

    If a sigmoid has computed the prediction from a logit z, the loss is computed as
    softplus(z) - t*z, which has a gradient also where p is rounded to 0 or 1.

    Args:
        from_logits: Whether the predictions are logits (before a sigmoid).
        label_smoothing: The s of targets t * (1 - s) + s / 2, 0 to 1, as in Keras.

    Raises:
        ValueError: If `label_smoothing` is not from 0 to 1.

    >>> round(BinaryCrossentropy()([0.9, 0.1], [1, 0]).data, 6)
    0.105361

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "binary_crossentropy"
    each_output = True
    squashing = ops.SIGMOID
    of_logits: ClassVar = {"name": "binary_crossentropy_from_logits", "threshold": 0.0}

    def element(self, output: Number, target: Number) -> Number:
        """Return the loss of one output."""
        if self.label_smoothing:
            target = target * (1.0 - self.label_smoothing) + 0.5 * self.label_smoothing
        if logits := self.logits([output]):
            return functional.call(ops.SOFTPLUS, logits[0]) - target * logits[0]
        log, log_of_rest = self.logs(output)
        return -(target * log + (1.0 - target) * log_of_rest)

    def logs(self, p: Number) -> tuple[Number, Number]:
        """Return log(p) and log(1 - p), finite also where p is 0 or 1."""
        p = functional.call(ops.CLIP, p, _EPSILON, 1.0 - _EPSILON)
        return functional.call(ops.LOG, p), functional.call(ops.LOG, 1.0 - p)

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


class CategoricalCrossentropy(_ProbabilityLoss):
    """-log of the probability of the true class, in nats; targets are class numbers or one-hot.

    If a softmax has computed the predictions from logits z, the loss is computed as
    logsumexp(z) - z[class], without loss to rounding (Goodfellow et al. 2016, 6.2.2.3).

    Args:
        from_logits: Whether the predictions are logits (before a softmax).
        label_smoothing: The s of targets t * (1 - s) + s / K for K classes, 0 to 1 (Szegedy et al.
            2016, section 7).

    Raises:
        ValueError: If a class number is out of range, one-hot rows do not sum to 1, or
            `label_smoothing` is not from 0 to 1.

    >>> round(CategoricalCrossentropy(from_logits=True)([1.0, 2.0, 3.0], 2).data, 6)
    0.407606

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    name = "categorical_crossentropy"
    whole_row = True
    squashing = ops.SOFTMAX
    of_logits: ClassVar = {"name": "cross_entropy"}

    def sample(self, outputs: Numbers, target: Numbers) -> Number:
        """Return the loss of one sample; `target` is one-hot (or probabilities)."""
        target = self.smooth(target)
        if logits := self.logits(outputs):
            return functional.logsumexp(logits) - functional.dot(target, logits)
        total = functional.total(outputs)
        logs = [
            functional.call(ops.LOG, functional.call(ops.CLIP, p / total, _EPSILON, 1.0 - _EPSILON))
            for p in outputs
        ]
        return -functional.dot(target, logs)

    def smooth(self, target: Numbers) -> Numbers:
        """Return a sample's target probabilities, `label_smoothing` applied."""
        if not self.label_smoothing:
            return target
        factor, share = 1.0 - self.label_smoothing, self.label_smoothing / len(target)
        return [t * factor + share for t in target]

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return the targets as one-hot rows.

        Raises:
            ValueError: If a class number is out of range, or rows do not sum to 1.
        """
        return class_rows(self.name, targets, outputs)


class SparseCategoricalCrossentropy(CategoricalCrossentropy):
    """Categorical cross-entropy, by Keras's name for targets that are class numbers.

    Args:
        from_logits: Whether the predictions are logits (before a softmax).
        ignore_class: The number of a class whose samples have no weight: the mean is over the
            others. If the model has no output for it, as for -1, metrics ignore its samples, too
            (Keras's count them as wrong).
        label_smoothing: As in `CategoricalCrossentropy`; Keras has it for one-hot targets only.

    >>> loss = SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    >>> round(loss([[1.0, 2.0, 3.0], [9.0, 0.0, 0.0]], [2, -1]).data, 6)
    0.407606

    Background in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        label_smoothing: float = 0.0,
        **common: Unpack[Common],
    ) -> None:
        super().__init__(from_logits, label_smoothing, **common)
        if ignore_class is not None:
            self.ignore_class = whole("ignore_class", ignore_class, -sys.maxsize)

    def prepare(self, targets: ArrayLike, outputs: int) -> Floats:
        """Return the targets as one-hot rows, zeros for the class to ignore.

        Raises:
            ValueError: As in `CategoricalCrossentropy`.
        """
        labels = numeric(targets, self.name)
        if self.ignore_class is None or (labels.ndim == 2 and labels.shape[1] == outputs > 1):
            return super().prepare(targets, outputs)
        if 0 <= self.ignore_class < outputs:
            return super().prepare(labels, outputs)
        ignored = labels == self.ignore_class
        rows = super().prepare(np.where(ignored, 0.0, labels), outputs)
        rows[ignored.ravel()] = 0.0
        return rows

    def counted(self, targets: Floats) -> Mask | None:
        """Return which samples are not of the class to ignore; None without such a class."""
        ignored = self.ignore_class
        if ignored is None:
            return None
        known = 0 <= ignored < targets.shape[1]
        return np.asarray(targets[:, ignored] != 1.0 if known else targets.any(axis=1))

    def known(self, targets: Floats) -> Mask | None:
        """Return which samples are of a class that the model has an output for, or None."""
        return None if self.ignore_class is None else np.asarray(targets.any(axis=1))

    def _weights(self, sample_weight: ArrayLike, wanted: Sequence[Numbers]) -> list[float]:
        weights = super()._weights(sample_weight, wanted)
        mask = self.counted(np.array(wanted, np.float64)) if self.ignore_class is not None else None
        if mask is None:
            return weights
        # the mean divides by all samples, so those that count are weighted up
        factor = len(mask) / max(mask.sum(), 1) if self.reduction == "mean" else 1.0
        found: list[float] = (np.array(weights) * mask * factor).tolist()
        return found


def _logits_before(squashing: Op, outputs: Numbers) -> tuple[Value, ...]:
    """Return the logits if `squashing` has computed all outputs from them; else ().

    It depends on the structure of the graph, not on numbers, so it is the same for every sample.
    """
    nodes = [output for output in outputs if isinstance(output, Value)]
    if len(nodes) != len(outputs):
        return ()
    if squashing is ops.SOFTMAX:
        logits = functional.before_softmax(nodes)
    else:
        logits = tuple([node.parents[0] for node in nodes if node.op is squashing])
    if len(logits) != len(nodes):
        return ()
    for logit, node in zip(logits, nodes, strict=True):
        if isinstance(node.label, Path) and not logit.label:  # a label that a neuron has set
            logit.label = node.label  # pictures of the loss show the logit in place of the node
    return logits
