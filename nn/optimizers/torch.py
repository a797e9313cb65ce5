"""PyTorch's optimizers, as `nn.optim` has them: its names, defaults and formulas.

Explained in notebooks/06_gradient_descent.ipynb.
"""

from __future__ import annotations

from typing import Unpack

from nn.optimizers import rules
from nn.optimizers.optimizer import Optimizer
from nn.optimizers.options import Parameters, Shared, arguments


class SGD(Optimizer):
    """Gradient descent: p -= lr * g, with optional momentum.

    v = momentum * v + (1 - dampening) * g, and v (or, with `nesterov`, g + momentum * v) replaces
    g; the first v is g (Sutskever et al. 2013, as PyTorch writes it).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.8

    Explained in notebooks/06_gradient_descent.ipynb.
    """

    name, update = "sgd", rules.SGD

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
        super().__init__(**arguments(locals()))


class RMSprop(Optimizer):
    """p -= lr * g / (sqrt(moving mean of g^2) + eps), which decays by `alpha` (Hinton 2012).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = RMSprop([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.0

    Explained in notebooks/06_gradient_descent.ipynb.
    """

    name, update = "rmsprop", rules.RMSPROP

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
        super().__init__(**arguments(locals()))


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

    name, update = "adagrad", rules.ADAGRAD

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
        super().__init__(**arguments(locals()))


class Adadelta(Optimizer):
    """Adagrad with a moving mean, and steps in the unit of the parameters (Zeiler 2012).

    p -= lr * d, d = g * sqrt(moving mean of d^2 + eps) / sqrt(moving mean of g^2 + eps), which
    decay by `rho` (algorithm 1).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = Adadelta([w])
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.996838

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name, update = "adadelta", rules.ADADELTA

    def __init__(  # type: ignore[misc]  # `rho` is also in Shared, as Keras's name for alpha
        self,
        params: Parameters | float | None = None,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(**arguments(locals()))


class Adam(Optimizer):
    """p -= lr * m / (sqrt(v) + eps), with bias-corrected moving means m of g and v of g^2.

    (Kingma & Ba 2015, algorithm 1.)

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9

    Explained in notebooks/06_gradient_descent.ipynb.
    """

    name, update = "adam", rules.ADAM

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
        super().__init__(**arguments(locals()))


class AdamW(Adam):
    """Adam with decoupled weight decay: p is scaled by 1 - lr * weight_decay.

    (Loshchilov & Hutter 2019.)

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = AdamW([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.899

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name, update = "adamw", rules.ADAMW

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


class Adamax(Optimizer):
    """Adam with a decaying maximum of |g| as second moment (Kingma & Ba 2015, section 7.1).

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = Adamax([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.9

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name, update = "adamax", rules.ADAMAX

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.002,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(**arguments(locals()))


class NAdam(Optimizer):
    """Adam with Nesterov momentum, which grows towards beta1 (Dozat 2016).

    Args:
        params: As for every optimizer.
        lr: Learning rate.
        betas: Decay rates of the moving means of g and of g^2.
        eps: A number added to the denominator.
        weight_decay: The factor of an L2 penalty.
        momentum_decay: How fast the momentum grows: beta1 * (1 - 0.96^(t * momentum_decay) / 2).
        decoupled_weight_decay: Whether weight decay scales the parameters, as in AdamW.
        shared: The options of every optimizer.

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = NAdam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.894355

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name, update = "nadam", rules.NADAM

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.002,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 0.004,
        decoupled_weight_decay: bool = False,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(**arguments(locals()))


class RAdam(Optimizer):
    """Adam that uses the second moment only after enough steps (Liu et al. 2020).

    Args:
        params: As for every optimizer.
        lr: Learning rate.
        betas: Decay rates of the moving means of g and of g^2.
        eps: A number added to the denominator.
        weight_decay: The factor of an L2 penalty.
        decoupled_weight_decay: Whether weight decay scales the parameters, as in AdamW.
        shared: The options of every optimizer.

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = RAdam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    0.8

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name, update = "radam", rules.RADAM

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
        super().__init__(**arguments(locals()))


class Rprop(Optimizer):
    """p -= step * sign(g), with a step for each parameter that grows while g keeps its sign.

    (Riedmiller 1993.) It is meant for full batches: signs change at random between minibatches.

    Args:
        params: As for every optimizer.
        lr: The first step.
        etas: The factors of a step where the sign has changed, below 1, and where it has not,
            above 1.
        step_sizes: The smallest and the largest step.
        shared: The options of every optimizer.

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

    name, update = "rprop", rules.RPROP

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.01,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50.0),
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(**arguments(locals()))


class ASGD(Optimizer):
    """Gradient descent with a decaying rate, and the mean of the parameters.

    p = p * (1 - lambd * eta) - eta * g, eta = lr / (1 + lambd * lr * t)^alpha. The mean of the
    parameters since step `t0` is "average" in the optimizer's state, PyTorch's "ax" (Polyak &
    Juditsky 1992).

    Args:
        params: As for every optimizer.
        lr: Learning rate.
        lambd: The decay of the rate and of the parameters, see the formula.
        alpha: The exponent, see the formula.
        t0: The step from which on parameters are averaged.
        weight_decay: The factor of an L2 penalty.
        shared: The options of every optimizer.

    >>> from autograd_core import Value
    >>> w = Value(1.0)
    >>> optimizer = ASGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    0.79999

    Background in notebooks/06_gradient_descent.ipynb.
    """

    name, update = "asgd", rules.ASGD

    def __init__(
        self,
        params: Parameters | float | None = None,
        lr: float = 0.01,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        super().__init__(**arguments(locals()))


__all__ = [
    "ASGD", "SGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSprop",
    "Rprop",
]  # fmt: skip
