"""Steps: piecewise constant, decaying and linear schedules, and functions; as in PyTorch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from nn.basics import CheckedConstructor, function, number
from nn.optimizers.optimizer import Optimizer
from nn.schedules.schedule import Schedule, positive_epochs


class ConstantLR(Schedule):
    """`factor` for the first `total_iters` epochs, then 1.

    >>> [ConstantLR(factor=0.5, total_iters=2)(epoch) for epoch in range(3)]
    [0.5, 0.5, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        factor: float = 1.0 / 3.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self.factor = number("ConstantLR's factor", factor)
        self.total_iters = number("ConstantLR's total_iters", total_iters)
        super().__init__(optimizer, last_epoch)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the initial rate in that epoch."""
        return self.factor if epoch < self.total_iters else 1.0


class StepLR(Schedule):
    """The rate is multiplied by `gamma` every `step_size` epochs.

    >>> StepLR(step_size=30, gamma=0.1)(60)
    0.010000000000000002
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        step_size: int = 30,
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.step_size = positive_epochs("StepLR's step_size", step_size)
        self.gamma = number("StepLR's gamma", gamma)
        super().__init__(optimizer, last_epoch)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the initial rate in that epoch."""
        return self.gamma ** (epoch // self.step_size)


class MultiStepLR(Schedule):
    """The rate is multiplied by `gamma` at each of the epochs in `milestones`.

    >>> [MultiStepLR(milestones=[1, 3], gamma=0.5)(epoch) for epoch in range(4)]
    [1.0, 0.5, 0.5, 0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        milestones: Sequence[int] = (30, 80),
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        if not isinstance(milestones, Iterable):
            raise TypeError(f"MultiStepLR's milestones must be epochs, got {milestones!r:.60}")
        self.milestones = sorted(number("each of MultiStepLR's milestones", m) for m in milestones)
        self.gamma = number("MultiStepLR's gamma", gamma)
        super().__init__(optimizer, last_epoch)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the initial rate in that epoch."""
        return self.gamma ** sum(epoch >= milestone for milestone in self.milestones)


class ExponentialLR(Schedule):
    """The rate is multiplied by `gamma` every epoch.

    >>> ExponentialLR(gamma=0.5)(2)
    0.25
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        gamma: float = 0.95,
        last_epoch: int = -1,
    ) -> None:
        self.gamma = number("ExponentialLR's gamma", gamma)
        super().__init__(optimizer, last_epoch)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the initial rate in that epoch."""
        return self.gamma**epoch


class LinearLR(Schedule):
    """From `start_factor` to `end_factor` in `total_iters` epochs: a warm-up, or a cool-down.

    >>> [LinearLR(start_factor=0.5, total_iters=2)(epoch) for epoch in range(4)]
    [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        start_factor: float = 1.0 / 3.0,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self.start_factor = number("LinearLR's start_factor", start_factor)
        self.end_factor = number("LinearLR's end_factor", end_factor)
        self.total_iters = positive_epochs("LinearLR's total_iters", total_iters)
        super().__init__(optimizer, last_epoch)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the initial rate in that epoch."""
        share = min(epoch, self.total_iters) / self.total_iters
        return self.start_factor + (self.end_factor - self.start_factor) * share


class PolynomialLR(Schedule):
    """(1 - epoch / total_iters) ** power, and 0 from `total_iters` on.

    >>> [PolynomialLR(total_iters=2, power=2.0)(epoch) for epoch in range(4)]
    [1.0, 0.25, 0.0, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ) -> None:
        self.total_iters = positive_epochs("PolynomialLR's total_iters", total_iters)
        self.power = number("PolynomialLR's power", power)
        super().__init__(optimizer, last_epoch)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the initial rate in that epoch."""
        return math.pow(1.0 - min(epoch, self.total_iters) / self.total_iters, self.power)


class _OfFunctions(Schedule, CheckedConstructor):
    """Base of schedules by a user's function, one for all groups, or a list of one for each."""

    def __init__(
        self,
        optimizer: Optimizer | None = None,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]] = lambda epoch: 1.0,
        last_epoch: int = -1,
    ) -> None:
        each = lr_lambda if isinstance(lr_lambda, list | tuple) else [lr_lambda]
        for one in each:
            function(f"{type(self).__name__}'s lr_lambda", one, "lambda epoch: 0.9**epoch")
        self.lr_lambda = lr_lambda
        super().__init__(optimizer, last_epoch)

    def __call__(self, epoch: int) -> float:
        """Return the factor of the initial rate in that epoch."""
        return self.factor_of(0, epoch)

    def _function(self, group: int) -> Callable[[int], float]:
        """Return the function of a group.

        Raises:
            ValueError: If there is a list, but not one function for each group.
        """
        given = self.lr_lambda
        groups = len(self.optimizer.param_groups) if self.optimizer else 0
        if not isinstance(given, Sequence):
            return given
        if groups and len(given) != groups:
            name = type(self).__name__
            raise ValueError(
                f"{name} got {len(given)} functions for {groups} groups; pass one for each, or one "
                "for all"
            )
        return given[group]


class LambdaLR(_OfFunctions):
    """Any function `lr_lambda(epoch) -> factor`, or a list of one for each group.

    As in PyTorch a step starts from the initial rate, so it overwrites changes by others.

    >>> LambdaLR(lr_lambda=lambda epoch: 0.5**epoch)(3)
    0.125
    """

    chains = False

    def factor_of(self, group: int, epoch: int) -> float:
        """Return the factor of that group's initial rate in that epoch."""
        return self._function(group)(epoch)


class MultiplicativeLR(_OfFunctions):
    """The rate is multiplied by `lr_lambda(epoch)` in every epoch but the first.

    `lr_lambda` may be a list with a function for each group.

    >>> [MultiplicativeLR(lr_lambda=lambda epoch: 0.5)(epoch) for epoch in range(3)]
    [1.0, 0.5, 0.25]
    """

    restarts = False

    def factor_of(self, group: int, epoch: int) -> float:
        """Return the factor of that group's initial rate: the product up to that epoch."""
        function = self._function(group)
        return math.prod((function(i) for i in range(1, epoch + 1)), start=1.0)
