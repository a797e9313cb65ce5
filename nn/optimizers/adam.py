"""Adam and its family: optimizers with moments of the gradient; formulas and names as in PyTorch.

Background in notebooks/06_gradient_descent.ipynb.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Unpack

import numpy as np

from nn.basics import Floats
from nn.optimizers.descent import decayed
from nn.optimizers.histories import State
from nn.optimizers.optimizer import Group, Optimizer, Parameters
from nn.optimizers.options import Shared


class _Moments(Optimizer):
    """What the family shares: `betas`, how slowly the means of g and of g^2 forget."""

    def check(self, options: Mapping[str, Any]) -> None:
        """Refuse options that make no sense."""
        super().check(options)
        if not all(0.0 <= beta < 1.0 for beta in options.get("betas", ())):
            raise ValueError(f"betas must be at least 0 and below 1, got {options['betas']}")


class Adam(_Moments):
    """Moments of the gradient, corrected for their start at 0 (Kingma & Ba 2015, algorithm 1).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9

    Explained in notebooks/06_gradient_descent.ipynb.
    """

    name = "adam"
    decoupled = False

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        **shared: Unpack[Shared],
    ) -> None:
        options = {"betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
        super().__init__(params, lr, options, **shared)

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step."""
        (beta1, beta2), t = group["betas"], state["step"]
        p, g = decayed(group, p, g, self.decoupled)
        if "mean" not in state:
            state["mean"], state["squares"] = np.zeros_like(p), np.zeros_like(p)
        mean, squares = state["mean"], state["squares"]
        mean *= beta1  # in place: 2 times as fast as new arrays (tests/benchmarks/training.py)
        mean += (1.0 - beta1) * g
        squares *= beta2
        squares += (1.0 - beta2) * g * g
        if group["amsgrad"]:
            squares = state["largest"] = np.maximum(state.get("largest", 0.0), squares)
        width = np.sqrt(squares)
        width /= math.sqrt(1.0 - beta2**t)
        width += group["eps"]
        move = group["lr"] / (1.0 - beta1**t) * mean
        move /= width
        p -= move
        return p


class AdamW(Adam):
    """Adam with the weight decay apart from the gradient (Loshchilov & Hutter 2019).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = AdamW([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.899

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name = "adamw"
    decoupled = True

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
        amsgrad: bool = False,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, **shared)


class Adamax(_Moments):
    """Adam with the largest |g|, forgetting, in place of the second moment (its section 7.1).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = Adamax([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name = "adamax"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.002,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        options = {"betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, lr, options, **shared)

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step."""
        p, g = decayed(group, p, g)
        beta1, beta2 = group["betas"]
        mean = state["mean"] = beta1 * state.get("mean", 0.0) + (1.0 - beta1) * g
        largest = np.maximum(beta2 * state.get("largest", 0.0), np.abs(g) + group["eps"])
        state["largest"] = largest
        moved: Floats = p - group["lr"] / (1.0 - beta1 ** state["step"]) * mean / largest
        return moved


class NAdam(_Moments):
    """Adam with Nesterov's look ahead, its momentum growing towards beta1 (Dozat 2016).

    Args:
        params: As for every optimizer.
        lr: Learning rate.
        betas: How slowly the means of g and of g^2 forget.
        eps: What keeps the division finite.
        weight_decay: An L2 penalty.
        momentum_decay: How fast the momentum grows: beta1 * (1 - 0.96^(t * momentum_decay) / 2).
        shared: What every optimizer takes by name.

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = NAdam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.894355

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name = "nadam"
    limits: ClassVar = {**Optimizer.limits, "momentum_decay": (0.0, math.inf)}

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.002,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 0.004,
        **shared: Unpack[Shared],
    ) -> None:
        options = {
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
        }
        super().__init__(params, lr, options, **shared)

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step."""
        p, g = decayed(group, p, g)
        (beta1, beta2), t = group["betas"], state["step"]
        mean = state["mean"] = beta1 * state.get("mean", 0.0) + (1.0 - beta1) * g
        squares = state["squares"] = beta2 * state.get("squares", 0.0) + (1.0 - beta2) * g * g
        now, ahead = (
            beta1 * (1.0 - 0.5 * 0.96 ** (i * group["momentum_decay"])) for i in (t, t + 1)
        )
        product = state["product"] = state.get("product", 1.0) * now
        move = (1.0 - now) / (1.0 - product) * g + ahead / (1.0 - product * ahead) * mean
        moved: Floats = p - group["lr"] * move / (
            np.sqrt(squares / (1.0 - beta2**t)) + group["eps"]
        )
        return moved


class RAdam(_Moments):
    """Adam, its second moment used only when it rests on enough gradients (Liu et al. 2020).

    Args:
        params: As for every optimizer.
        lr: Learning rate.
        betas: How slowly the means of g and of g^2 forget.
        eps: What keeps the division finite.
        weight_decay: An L2 penalty.
        decoupled_weight_decay: Whether the penalty is apart from the gradient, as in AdamW.
        shared: What every optimizer takes by name.

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = RAdam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.8

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name = "radam"

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        **shared: Unpack[Shared],
    ) -> None:
        options = {
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, lr, options, **shared)

    def rule(self, group: Group, state: State, p: Floats, g: Floats) -> Floats:
        """Return the parameters after one step."""
        lr, (beta1, beta2), t = group["lr"], group["betas"], state["step"]
        p, g = decayed(group, p, g, group["decoupled_weight_decay"])
        mean = state["mean"] = beta1 * state.get("mean", 0.0) + (1.0 - beta1) * g
        squares = state["squares"] = beta2 * state.get("squares", 0.0) + (1.0 - beta2) * g * g
        move = lr / (1.0 - beta1**t) * mean
        left = 1.0 - beta2**t
        longest = 2.0 / (1.0 - beta2) - 1.0  # over how many gradients the second mean goes
        length = longest - 2.0 * t * beta2**t / left
        if length > 5.0:
            here, there = (n / ((n - 4.0) * (n - 2.0)) for n in (length, longest))
            move = move * math.sqrt(there / here * left) / (np.sqrt(squares) + group["eps"])
        moved: Floats = p - move
        return moved
