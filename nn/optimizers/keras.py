"""Keras's optimizers: its defaults and its formulas where they differ from PyTorch's.

They are what strings and `nn.optimizers` mean; `nn.optim` has PyTorch's. What differs: weight decay
is taken off the parameters, not added to the gradient; a momentum keeps the rate that each gradient
had; epsilon stands inside the root, or is not scaled by the correction of the moments.
"""

from __future__ import annotations

import math
from typing import Any, Unpack

import numpy as np

from nn.basics import Floats
from nn.optimizers import adam, descent
from nn.optimizers.histories import State
from nn.optimizers.optimizer import Group, Optimizer, Parameters
from nn.optimizers.options import Shared


class _Keras(Optimizer):
    def __setstate__(self, pickled: dict[str, Any]) -> None:
        super().__setstate__(pickled)
        if "chosen" not in pickled:  # by 0.1.0, where a class of this path was PyTorch's
            theirs: Any = next(c for c in type(self).__mro__ if not issubclass(c, _Keras))
            self.__class__ = theirs

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step."""
        if group["weight_decay"]:
            p = p * (1.0 - group["lr"] * group["weight_decay"])
        return self.moved({**group, "weight_decay": 0.0}, state, p, g)

    def moved(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step without decay."""
        return super().rule(group, state, p, g)


class SGD(_Keras, descent.SGD):
    """Gradient descent: v = momentum * v - lr * g, p += v, or momentum * v - lr * g (Nesterov)."""

    name = "keras_sgd"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(params, lr, momentum, 0.0, weight_decay, nesterov, **shared)

    def moved(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step without decay."""
        step = group["lr"] * g
        move: Floats = -step
        if group["momentum"]:
            v = state["velocity"] = group["momentum"] * state.get("velocity", 0.0) - step
            move = group["momentum"] * v - step if group["nesterov"] else v
        return p + move


class RMSprop(_Keras, descent.RMSprop):
    """p -= lr * g / sqrt(mean of g^2 + eps), the mean forgetting with `alpha`, Keras's rho."""

    name = "keras_rmsprop"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        alpha: float = 0.9,
        momentum: float = 0.0,
        eps: float = 1e-7,
        centered: bool = False,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(params, lr, alpha, eps, weight_decay, momentum, centered, **shared)

    def moved(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step without decay."""
        alpha = group["alpha"]
        spread = state["squares"] = alpha * state.get("squares", 0.0) + (1.0 - alpha) * g * g
        if group["centered"]:
            mean = state["mean"] = alpha * state.get("mean", 0.0) + (1.0 - alpha) * g
            spread = spread - mean * mean
        move = group["lr"] * g / np.sqrt(spread + group["eps"])
        if group["momentum"]:
            move = state["momentum"] = group["momentum"] * state.get("momentum", 0.0) + move
        after: Floats = p - move
        return after


class Adagrad(_Keras, descent.Adagrad):
    """p -= lr * g / sqrt(sum of all g^2 so far + eps), the sum starting at 0.1."""

    name = "keras_adagrad"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        initial_accumulator_value: float = 0.1,
        eps: float = 1e-7,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(params, lr, 0.0, weight_decay, initial_accumulator_value, eps, **shared)

    def moved(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step without decay."""
        start = np.full_like(p, group["initial_accumulator_value"])
        squares = state["squares"] = state.get("squares", start) + g * g
        after: Floats = p - group["lr"] * g / np.sqrt(squares + group["eps"])
        return after


class Adadelta(_Keras, descent.Adadelta):
    """Adagrad with a mean that forgets, in the unit of the parameters (Zeiler 2012)."""

    name = "keras_adadelta"

    def __init__(  # type: ignore[misc]  # rho is its own name here, and Keras's for alpha elsewhere
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        rho: float = 0.95,
        eps: float = 1e-7,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(params, lr, rho, eps, weight_decay, **shared)


class Adam(_Keras, adam.Adam):
    """Moments of the gradient (Kingma & Ba 2015, section 2: epsilon is its "epsilon hat")."""

    name = "keras_adam"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-7,
        amsgrad: bool = False,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, **shared)

    def moved(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step without decay."""
        scale = math.sqrt(1.0 - group["betas"][1] ** state["step"])
        return super().moved({**group, "eps": group["eps"] / scale}, state, p, g)


class AdamW(Adam):
    """Adam with a weight decay of 0.004 (Loshchilov & Hutter 2019)."""

    name = "keras_adamw"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        weight_decay: float = 0.004,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-7,
        amsgrad: bool = False,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(params, lr, betas, eps, amsgrad, weight_decay, **shared)


class Adamax(_Keras, adam.Adamax):
    """Adam with the largest |g|, forgetting, in place of the second moment (its section 7.1)."""

    name = "keras_adamax"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-7,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, **shared)

    def moved(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step without decay."""
        beta1, beta2 = group["betas"]
        mean = state["mean"] = beta1 * state.get("mean", 0.0) + (1.0 - beta1) * g
        largest = state["largest"] = np.maximum(beta2 * state.get("largest", 0.0), np.abs(g))
        rate = group["lr"] / (1.0 - beta1 ** state["step"])
        after: Floats = p - rate * mean / (largest + group["eps"])
        return after


class Nadam(_Keras, adam.NAdam):
    """Adam with Nesterov's look ahead, its momentum growing as in Dozat 2016."""

    name = "keras_nadam"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-7,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, 1.0, **shared)
