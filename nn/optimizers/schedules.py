"""Schedules of Keras: a rate for each step, as in `Adam(learning_rate=ExponentialDecay(...))`.

Background in notebooks/11_coming_from_and_going_to.ipynb.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from nn.basics import CheckedConstructor as _CheckedConstructor
from nn.basics import in_range, number
from nn.optimizers.options import LearningRateSchedule


class _Decay(LearningRateSchedule):
    def __init__(self, initial_learning_rate: float, decay_steps: float, name: str | None) -> None:
        what, rate = type(self).__name__, initial_learning_rate
        self.initial_learning_rate = number(f"{what}'s initial_learning_rate", rate)
        self.decay_steps = in_range(f"{what}'s decay_steps", decay_steps, math.nextafter(0.0, 1.0))
        self.name = name or what


class ExponentialDecay(_Decay, _CheckedConstructor):
    """initial * decay_rate^(step / decay_steps), the exponent rounded down if `staircase`.

    >>> ExponentialDecay(0.1, decay_steps=100, decay_rate=0.5)(200)
    0.025
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str | None = None,
    ) -> None:
        super().__init__(initial_learning_rate, decay_steps, name)
        self.decay_rate = number(f"{type(self).__name__}'s decay_rate", decay_rate)
        self.staircase = staircase

    def _passed(self, step: int) -> float:
        passed = step / self.decay_steps
        return math.floor(passed) if self.staircase else passed

    def __call__(self, step: int) -> float:
        """Return the rate after `step` steps."""
        return float(self.initial_learning_rate * self.decay_rate ** self._passed(step))


class InverseTimeDecay(ExponentialDecay):
    """initial / (1 + decay_rate * step / decay_steps), step / decay_steps floored if `staircase`.

    >>> InverseTimeDecay(0.1, decay_steps=100, decay_rate=0.5)(200)
    0.05
    """

    def __call__(self, step: int) -> float:
        """Return the rate after `step` steps."""
        return self.initial_learning_rate / (1.0 + self.decay_rate * self._passed(step))


class PiecewiseConstantDecay(LearningRateSchedule):
    """The first of `values` up to and including the first of `boundaries`, and so on.

    >>> schedule = PiecewiseConstantDecay([100, 200], [1.0, 0.5, 0.1])
    >>> schedule(100), schedule(101), schedule(201)
    (1.0, 0.5, 0.1)
    """

    def __init__(
        self, boundaries: Sequence[float], values: Sequence[float], name: str | None = None
    ) -> None:
        self.boundaries, self.values = tuple(boundaries), tuple(values)
        if len(self.values) != len(self.boundaries) + 1:
            raise ValueError(
                f"PiecewiseConstantDecay wants one value more than boundaries, got "
                f"{len(self.values)} values and {len(self.boundaries)} boundaries"
            )
        self.name = name or "PiecewiseConstant"

    def __call__(self, step: int) -> float:
        """Return the rate after `step` steps."""
        return float(self.values[bisect_left(self.boundaries, step)])


class PolynomialDecay(_Decay):
    """From `initial` to `end` by (1 - step / decay_steps)^power.

    With `cycle`, decay_steps is replaced by its smallest multiple that is at least step.

    >>> PolynomialDecay(0.1, decay_steps=100, end_learning_rate=0.0)(50)
    0.05
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str | None = None,
    ) -> None:
        super().__init__(initial_learning_rate, decay_steps, name)
        self.end_learning_rate = number("PolynomialDecay's end_learning_rate", end_learning_rate)
        self.power, self.cycle = number("PolynomialDecay's power", power), cycle

    def __call__(self, step: int) -> float:
        """Return the rate after `step` steps."""
        end, steps = self.end_learning_rate, self.decay_steps
        if self.cycle:
            steps *= max(1, math.ceil(step / steps))
        left = 1.0 - min(step, steps) / steps
        return float((self.initial_learning_rate - end) * left**self.power + end)


class CosineDecay(_Decay):
    """From `initial` down to alpha * initial along half a cosine (Loshchilov & Hutter 2017).

    With `warmup_target` the rate first rises to it in `warmup_steps`, and decays from there.

    >>> CosineDecay(0.1, decay_steps=100)(100)
    0.0
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        super().__init__(initial_learning_rate, decay_steps, name)
        self.alpha = number("CosineDecay's alpha", alpha)
        self.warmup_target = warmup_target
        self.warmup_steps = number("CosineDecay's warmup_steps", warmup_steps)

    def __call__(self, step: int) -> float:
        """Return the rate after `step` steps."""
        top, first, warmup = self.warmup_target, self.initial_learning_rate, self.warmup_steps
        if top is None:
            top, warmup = first, 0
        elif step < warmup:
            return first + (top - first) * step / warmup
        passed = min(step - warmup, self.decay_steps) / self.decay_steps
        return top * _cosine(passed, self.alpha)


class CosineDecayRestarts(LearningRateSchedule):
    """Half cosines, each `t_mul` times as long and `m_mul` times as high as the last.

    >>> CosineDecayRestarts(0.1, first_decay_steps=10)(10)
    0.1
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = number("initial_learning_rate", initial_learning_rate)
        self.first_decay_steps = in_range("first_decay_steps", first_decay_steps, 1e-300)
        self.t_mul, self.m_mul = in_range("t_mul", t_mul, 1.0), number("m_mul", m_mul)
        self.alpha, self.name = number("CosineDecayRestarts' alpha", alpha), name

    def __call__(self, step: int) -> float:
        """Return the rate after `step` steps."""
        left, length, height = float(step), self.first_decay_steps, 1.0
        if self.t_mul == 1.0:
            turns, left = divmod(left, length)
            height = self.m_mul**turns
        while left >= length:
            left, length, height = left - length, length * self.t_mul, height * self.m_mul
        return self.initial_learning_rate * _cosine(left / length, self.alpha, height)


def _cosine(passed: float, alpha: float, height: float = 1.0) -> float:
    return (1.0 - alpha) * 0.5 * height * (1.0 + math.cos(math.pi * passed)) + alpha


__all__ = [
    "CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay",
    "LearningRateSchedule", "PiecewiseConstantDecay", "PolynomialDecay",
]  # fmt: skip
