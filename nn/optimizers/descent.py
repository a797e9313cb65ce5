"""Descent: SGD, and steps divided by a mean of squared gradients; formulas as in PyTorch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Unpack

import numpy as np

from nn.basics import Floats
from nn.optimizers.histories import State
from nn.optimizers.optimizer import Group, Optimizer, Parameters
from nn.optimizers.options import Shared


def decayed(group: Group, p: Floats, g: Floats, apart: bool = False) -> tuple[Floats, Floats]:
    """Return parameters and gradients with the weight decay in one of them.

    It is an L2 penalty, so part of the gradient, or `apart` from it: parameters shrink by it.
    """
    decay = group["weight_decay"]
    if not decay:
        return p, g
    return (p * (1.0 - group["lr"] * decay), g) if apart else (p, g + decay * p)


class SGD(Optimizer):
    """Gradient descent: p -= lr * g, with optional momentum.

    v = momentum * v + (1 - dampening) * g, and v (or, with `nesterov`, g + momentum * v) takes
    the place of g; the first v is g itself (Sutskever et al. 2013, as PyTorch writes it).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.8

    Explained in notebooks/06_gradient_descent.ipynb.
    """

    name = "sgd"
    limits: ClassVar = {**Optimizer.limits, "dampening": (-math.inf, math.inf)}

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        **shared: Unpack[Shared],
    ) -> None:
        options = {
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
        }
        super().__init__(params, lr, options, **shared)

    def check(self, options: Mapping[str, Any]) -> None:
        """Refuse options that make no sense."""
        super().check(options)
        if options.get("nesterov") and (options["momentum"] <= 0.0 or options["dampening"] != 0.0):
            raise ValueError("nesterov wants momentum above 0 and no dampening")

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return p - lr * v."""
        p, g = decayed(group, p, g)
        momentum = group["momentum"]
        if momentum:
            first = "momentum" not in state
            v = g if first else momentum * state["momentum"] + (1.0 - group["dampening"]) * g
            state["momentum"] = v
            g = g + momentum * v if group["nesterov"] else v
        p -= group["lr"] * g
        return p


class RMSprop(Optimizer):
    """p -= lr * g / (sqrt(mean of g^2) + eps), the mean forgetting with `alpha` (Hinton 2012).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = RMSprop([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.0

    Explained in notebooks/06_gradient_descent.ipynb.
    """

    name = "rmsprop"
    limits: ClassVar = {**Optimizer.limits, "alpha": (0.0, 1.0)}

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        **shared: Unpack[Shared],
    ) -> None:
        options = {
            "alpha": alpha,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "centered": centered,
        }
        super().__init__(params, lr, options, **shared)

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step."""
        p, g = decayed(group, p, g)
        alpha = group["alpha"]
        squares = alpha * state.get("squares", 0.0) + (1.0 - alpha) * g * g
        state["squares"] = spread = squares
        if group["centered"]:
            state["mean"] = alpha * state.get("mean", 0.0) + (1.0 - alpha) * g
            spread = squares - state["mean"] * state["mean"]
        move = g / (np.sqrt(spread) + group["eps"])
        if group["momentum"]:
            move = state["momentum"] = group["momentum"] * state.get("momentum", 0.0) + move
        moved: Floats = p - group["lr"] * move
        return moved


class Adagrad(Optimizer):
    """p -= lr * g / (sqrt(sum of all g^2 so far) + eps) (Duchi et al. 2011).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = Adagrad([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9

    Explained in notebooks/06_gradient_descent.ipynb.
    """

    name = "adagrad"
    limits: ClassVar = {
        **Optimizer.limits,
        "lr_decay": (0.0, math.inf),
        "initial_accumulator_value": (0.0, math.inf),
    }

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.01,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        **shared: Unpack[Shared],
    ) -> None:
        options = {
            "lr_decay": lr_decay,
            "weight_decay": weight_decay,
            "eps": eps,
            "initial_accumulator_value": initial_accumulator_value,
        }
        super().__init__(params, lr, options, **shared)

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step."""
        p, g = decayed(group, p, g)
        if "squares" not in state:
            state["squares"] = np.full_like(p, group["initial_accumulator_value"])
        squares = state["squares"] = state["squares"] + g * g
        rate = group["lr"] / (1.0 + (state["step"] - 1) * group["lr_decay"])
        moved: Floats = p - rate * g / (np.sqrt(squares) + group["eps"])
        return moved


class Adadelta(Optimizer):
    """Adagrad with a mean that forgets, in the unit of the parameters (Zeiler 2012, algorithm 1).

    p -= lr * d, d = g * sqrt(mean of d^2 + eps) / sqrt(mean of g^2 + eps).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = Adadelta([w])
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.996838

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name = "adadelta"
    limits: ClassVar = {**Optimizer.limits, "rho": (0.0, 1.0)}

    def __init__(  # type: ignore[misc]  # here rho is PyTorch's name, not Keras's for alpha
        self,
        params: Parameters | float | None = None,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        options = {"rho": rho, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, lr, options, **shared)

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step."""
        p, g = decayed(group, p, g)
        rho, eps = group["rho"], group["eps"]
        squares = state["squares"] = rho * state.get("squares", 0.0) + (1.0 - rho) * g * g
        moves = state.get("moves", 0.0)
        move = np.sqrt(moves + eps) / np.sqrt(squares + eps) * g
        state["moves"] = rho * moves + (1.0 - rho) * move * move
        moved: Floats = p - group["lr"] * move
        return moved
