"""Rprop: steps by the sign of the gradient alone; formula and names as in PyTorch.

Background in notebooks/06_gradient_descent.ipynb.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import numpy as np

from nn.basics import Floats
from nn.optimizers.histories import State
from nn.optimizers.optimizer import Group, Optimizer, Parameters
from nn.optimizers.options import Shared


class Rprop(Optimizer):
    """p -= step * sign(g), each parameter's step growing while g keeps its sign (Riedmiller 1993).

    For full batches: from batch to batch a sign may change by chance.

    Args:
        params: As for every optimizer.
        lr: The first step.
        etas: What a step is multiplied with where the sign has changed, and where it has not.
        step_sizes: The smallest step and the largest.
        shared: What every optimizer takes by name.

    Raises:
        ValueError: If `etas` are not below and above 1, or a number is out of range.

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = Rprop([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.9

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name = "rprop"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.01,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50.0),
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(params, lr, {"etas": etas, "step_sizes": step_sizes}, **shared)

    def check(self, options: Mapping[str, Any]) -> None:
        """Refuse options that make no sense."""
        super().check(options)
        down, up = options.get("etas", (0.5, 1.2))
        if not 0.0 < down < 1.0 < up:
            raise ValueError(f"etas must be one below 1 and one above, got {options['etas']}")

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step; where a sign has changed they wait for the next."""
        if "steps" not in state:
            state["steps"], state["gradient"] = np.full_like(p, group["lr"]), np.zeros_like(p)
        agreement = np.sign(g * state["gradient"])
        down, up = group["etas"]
        factors = np.where(agreement > 0.0, up, np.where(agreement < 0.0, down, 1.0))
        steps = state["steps"] = np.clip(state["steps"] * factors, *group["step_sizes"])
        state["gradient"] = g = np.where(agreement < 0.0, 0.0, g)
        moved: Floats = p - np.sign(g) * steps
        return moved
