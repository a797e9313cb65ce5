"""Penalty: what regularizers add to the loss, and its gradient, from a program of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd_core import Value, compile
from autograd_core.graph import reached
from nn.basics import Floats, Mask
from nn.modules import Tree


class Penalty:
    """The sum of all penalties of a model's parts; it depends on parameters alone.

    Attributes:
        masks: Which parameters of each group it depends on.

    Args:
        modules: All modules of the model, itself first.
        groups: The parameters that the optimizer moves.
    """

    def __init__(self, modules: Sequence[Tree], groups: Sequence[Sequence[Value]]) -> None:
        self.modules = modules
        self._count = len(groups)
        there = reached(self._sum())
        moved = {parameter for group in groups for parameter in group}
        self._others = [p for p in modules[0].parameters() if p in there and p not in moved]
        held = [*map(list, groups), *([self._others] if self._others else [])]
        self.masks: list[Mask] = [np.array([p in there for p in group]) for group in groups]
        self._program = compile(lambda *given: self._sum(), inputs=dict(enumerate(held)))

    def _sum(self) -> Value:
        total = Value(0.0)
        for penalty in _penalties(self.modules):
            total = total + penalty
        return total

    def value(self, numbers: Sequence[Floats]) -> float:
        """Return the penalty for these parameters, one array a group."""
        return float(self._program(*self._all(numbers)))

    def gradients(self, numbers: Sequence[Floats]) -> tuple[float, Sequence[Floats]]:
        """Return the penalty and its gradients, one array a group."""
        wrt = tuple(range(self._count))
        value, found = self._program.value_and_grad(*self._all(numbers), wrt=wrt)
        return float(value), [np.asarray(gradient, np.float64) for gradient in found]

    def _all(self, numbers: Sequence[Floats]) -> list[Floats]:
        others = [np.array([value.data for value in self._others])] if self._others else []
        return [*numbers, *others]


def penalty_of(modules: Sequence[Tree], groups: Sequence[Sequence[Value]]) -> Penalty | None:
    """Return the penalty of a model; None if it has no regularizers."""
    return Penalty(modules, groups) if _penalties(modules) else None


def _penalties(modules: Sequence[Tree]) -> list[Value]:
    return [penalty for module in modules for penalty in module.penalties()]
