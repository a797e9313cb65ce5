"""L-BFGS: quasi-Newton steps from the last changes of the gradient, with a line search.

Nocedal & Wright, Numerical Optimization (2006), algorithms 7.4 (direction), 3.5 and 3.6 (line
search), with PyTorch's variations, names and constants.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd_core import Value
from autograd_core.graph import plain_gradient
from nn.basics import Floats
from nn.optimizers.optimizer import Optimizer
from nn.optimizers.options import Group, Parameters
from nn.optimizers.rule import State

_DECREASE, _CURVATURE = 1e-4, 0.9  # of the strong Wolfe conditions
_NO_CLOSURE = (
    "LBFGS computes the loss several times in a step: call optimizer.step(closure), where "
    "closure() clears the gradients, computes the loss, calls backward and returns the loss; "
    "fit has gradients only: give it 'adam' or another optimizer"
)
_ONE_GROUP = "LBFGS wants one group of parameters, got {}; pass it model.parameters()"


class _Point(NamedTuple):
    """A point on the line: its step t, and the loss, gradient and slope along the line there."""

    t: float
    loss: float
    gradient: Floats
    slope: float


class LBFGS(Optimizer):
    """Limited-memory BFGS: each step has several iterations, which compute the loss again.

    Args:
        params: Parameters, in one group.
        lr: The step along each direction, or the first step of the line search.
        max_iter: The largest number of iterations per step.
        max_eval: The largest number of losses per step; None is max_iter * 1.25.
        tolerance_grad: A step ends when no |gradient| is larger.
        tolerance_change: A step ends when the loss, or every parameter, changes by less.
        history_size: How many changes of the gradient are kept.
        line_search_fn: "strong_wolfe" or None.

    Raises:
        ValueError: If there are several groups, or an unknown line search.

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure() -> Value:
    ...     optimizer.zero_grad()
    ...     loss = (w - 3.0) ** 2
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure).data, w.data
    (4.0, 3.0)

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name = "lbfgs"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        if line_search_fn not in (None, "strong_wolfe"):
            raise ValueError(f"line_search_fn is 'strong_wolfe' or None, got {line_search_fn!r}")
        self.check({"max_iter": max_iter})
        options = {
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, lr, options)
        if len(self.param_groups) > 1:
            raise ValueError(_ONE_GROUP.format(len(self.param_groups)))

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Raise TypeError: a step needs the loss, not only gradients.

        Raises:
            TypeError: Always.
        """
        raise TypeError(_NO_CLOSURE)

    def step(self, closure: Callable[[], Value] | None = None) -> Value:
        """Run up to `max_iter` iterations.

        Args:
            closure: Clears the gradients, computes the loss, calls backward, returns the loss.

        Returns:
            The loss before the step.

        Raises:
            TypeError: If there is no closure.
            ValueError: If there are no parameters, or several groups.
        """
        if closure is None:
            raise TypeError(_NO_CLOSURE)
        if len(self.param_groups) != 1:
            raise ValueError(_ONE_GROUP.format(len(self.param_groups)))
        group, ((_, state),) = self.param_groups[0], self.state[0]
        first = closure()
        x, loss, gradient, count = self._numbers(), first.data, self._gradient(), 1
        if np.abs(gradient).max() <= group["tolerance_grad"]:
            return first
        for iteration in range(1, group["max_iter"] + 1):
            state["step"] = state.get("step", 0) + 1
            direction = _direction(state, gradient, group["history_size"])
            first_ever = state["step"] == 1
            t = group["lr"] * (min(1.0, 1.0 / float(np.abs(gradient).sum())) if first_ever else 1.0)
            state.update(gradient=gradient)
            start = _Point(0.0, loss, gradient, float(gradient @ direction))
            if start.slope > -group["tolerance_change"]:
                break

            def at(t: float, x: Floats = x, along: Floats = direction) -> _Point:
                return self._evaluate_at(closure, t, x, along)

            before = loss
            if group["line_search_fn"]:
                search = _Search(at, start, group["max_eval"] - count)
                size = float(np.abs(direction).max())
                t, loss, gradient, _ = search.run(t, size, group["tolerance_change"])
                count += search.evaluations
            elif iteration < group["max_iter"]:  # after the last, the loss is not needed
                _, loss, gradient, _ = at(t)
                count += 1
            moved = t * direction
            x = x + moved
            self._set_numbers(x)
            state.update(moved=moved)
            if (
                count >= group["max_eval"]
                or np.abs(gradient).max() <= group["tolerance_grad"]
                or np.abs(moved).max() <= group["tolerance_change"]
                or abs(loss - before) < group["tolerance_change"]
            ):
                break
        return first

    def _numbers(self) -> Floats:
        return np.array([parameter.data for parameter in self.param_groups[0]["params"]])

    def _gradient(self) -> Floats:
        return np.array([plain_gradient(p.grad) for p in self.param_groups[0]["params"]])

    def _set_numbers(self, x: Floats) -> None:
        for parameter, number in zip(self.param_groups[0]["params"], x.tolist(), strict=True):
            parameter.data = number

    def _evaluate_at(
        self, closure: Callable[[], Any], t: float, x: Floats, along: Floats
    ) -> _Point:
        self._set_numbers(x + t * along)
        loss = closure().data
        gradient = self._gradient()
        return _Point(t, loss, gradient, float(gradient @ along))


def _direction(state: State, gradient: Floats, history_size: int) -> Floats:
    """Return -gradient times the inverse Hessian that the kept changes approximate (7.4)."""
    if "moved" not in state:
        return -gradient
    changes = state.setdefault("changes", [])  # (s, y), of the parameters and of the gradient
    s, y = state["moved"], gradient - state["gradient"]
    if s @ y > 1e-10:
        changes.append((s, y))
        del changes[:-history_size]
        state["scale"] = (s @ y) / (y @ y)
    q: Floats = -gradient
    shares = []
    for s, y in reversed(changes):
        shares.append((s @ q) / (s @ y))
        q = q - shares[-1] * y
    q = q * state.get("scale", 1.0)
    for (s, y), share in zip(changes, reversed(shares), strict=True):
        q = q + (share - (y @ q) / (s @ y)) * s
    return q


class _Search:
    """A line search for a point that satisfies the strong Wolfe conditions (3.5 and 3.6).

    Args:
        at: Returns the point on the line at a step.
        start: The point at step 0.
        max_evaluations: How many points to evaluate, besides the first.

    Attributes:
        evaluations: How many points have been evaluated.
    """

    def __init__(self, at: Callable[[float], _Point], start: _Point, max_evaluations: int) -> None:
        self.at, self.start, self.max_evaluations, self.evaluations = at, start, max_evaluations, 0

    def run(self, t: float, size: float, tolerance: float) -> _Point:
        """Return a point that satisfies the conditions, or the best point found.

        Args:
            t: The first step to try.
            size: The largest absolute component of the direction.
            tolerance: The search ends when no parameter differs by more within the bracket.
        """
        ends = self._bracket(t)
        return ends[0] if len(ends) == 1 else self._zoom(ends, size, tolerance)

    def _evaluate(self, t: float) -> _Point:
        self.evaluations += 1
        return self.at(t)

    def _too_little_decrease(self, point: _Point) -> bool:
        return point.loss > self.start.loss + _DECREASE * point.t * self.start.slope

    def _is_flat(self, point: _Point) -> bool:
        return abs(point.slope) <= -_CURVATURE * self.start.slope

    def _bracket(self, t: float) -> list[_Point]:
        """Return two points that bracket a minimum, or one that satisfies the conditions."""
        before, new = self.start, self._evaluate(t)
        while self.evaluations <= self.max_evaluations:
            if self._too_little_decrease(new) or (self.evaluations > 2 and new.loss >= before.loss):
                return [before, new]
            if self._is_flat(new):
                return [new]
            if new.slope >= 0.0:
                return [before, new]
            t = _cubic(before, new, new.t + 0.01 * (new.t - before.t), 10.0 * new.t)
            before, new = new, self._evaluate(t)
        return [self.start, new]

    def _zoom(self, ends: list[_Point], size: float, tolerance: float) -> _Point:
        low = int(ends[0].loss > ends[1].loss)
        close_to_an_end = False
        while (
            self.evaluations <= self.max_evaluations
            and not abs(ends[1].t - ends[0].t) * size < tolerance
        ):
            left, right = sorted((ends[0].t, ends[1].t))
            t, margin = _cubic(ends[0], ends[1], left, right), 0.1 * (right - left)
            close = min(right - t, t - left) < margin
            if close and (close_to_an_end or not left < t < right):
                t = right - margin if abs(t - right) < abs(t - left) else left + margin
                close = False
            close_to_an_end = close
            new = self._evaluate(t)
            if self._too_little_decrease(new) or new.loss >= ends[low].loss:
                ends[1 - low] = new
                low = int(ends[0].loss > ends[1].loss)
            else:
                if self._is_flat(new):
                    return new
                if new.slope * (ends[1 - low].t - ends[low].t) >= 0.0:
                    ends[1 - low] = ends[low]
                ends[low] = new
        return ends[low]


def _cubic(a: _Point, b: _Point, low: float, high: float) -> float:
    """Return the minimum, within bounds, of the cubic through two points with their slopes."""
    if a.t > b.t:
        a, b = b, a
    first = a.slope + b.slope - 3.0 * (a.loss - b.loss) / (a.t - b.t)
    square = first * first - a.slope * b.slope
    if not square >= 0.0:
        return (low + high) / 2.0
    second = math.sqrt(square)
    share = (b.slope + second - first) / (b.slope - a.slope + 2.0 * second)
    return min(max(b.t - (b.t - a.t) * share, low), high)
