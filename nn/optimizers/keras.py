"""Keras's optimizers: its defaults, and its formulas where they differ from PyTorch's (rules.py).

Names such as "adam" and `nn.optimizers.Adam` mean these; `nn.optim` has PyTorch's.
"""

from __future__ import annotations

from typing import Any, Unpack

from nn.optimizers import rules, torch
from nn.optimizers.optimizer import Optimizer
from nn.optimizers.options import Parameters, Rate, Shared, arguments


class _Keras(Optimizer):
    def __setstate__(self, pickled: dict[str, Any]) -> None:
        super().__setstate__(pickled)
        if "chosen" not in pickled:  # by 0.1.0, in which the class at this path was PyTorch's
            torch_class: Any = next(c for c in type(self).__mro__ if not issubclass(c, _Keras))
            self.__class__ = torch_class


class SGD(_Keras, torch.SGD):
    """Gradient descent: v = momentum * v - lr * g, p += v, or momentum * v - lr * g (Nesterov)."""

    name, update = "keras_sgd", rules.KERAS_SGD

    def __init__(
        self,
        params: Parameters | Rate | None = None,
        lr: Rate = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        Optimizer.__init__(self, **arguments(locals()))


class RMSprop(_Keras, torch.RMSprop):
    """p -= lr * g / sqrt(moving mean of g^2 + eps), which decays by `alpha`, Keras's rho."""

    name, update = "keras_rmsprop", rules.KERAS_RMSPROP

    def __init__(
        self,
        params: Parameters | Rate | None = None,
        lr: Rate = 0.001,
        alpha: float = 0.9,
        momentum: float = 0.0,
        eps: float = 1e-7,
        centered: bool = False,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        Optimizer.__init__(self, **arguments(locals()))


class Adagrad(_Keras, torch.Adagrad):
    """p -= lr * g / sqrt(sum of all g^2 so far + eps), where the sum starts at 0.1."""

    name, update = "keras_adagrad", rules.KERAS_ADAGRAD

    def __init__(
        self,
        params: Parameters | Rate | None = None,
        lr: Rate = 0.001,
        initial_accumulator_value: float = 0.1,
        eps: float = 1e-7,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        Optimizer.__init__(self, **arguments(locals()))


class Adadelta(_Keras, torch.Adadelta):
    """Adagrad with a moving mean, and steps in the unit of the parameters (Zeiler 2012)."""

    name, update = "keras_adadelta", rules.KERAS_ADADELTA

    def __init__(  # type: ignore[misc]  # `rho` is also in Shared, as Keras's name for alpha
        self,
        params: Parameters | Rate | None = None,
        lr: Rate = 0.001,
        rho: float = 0.95,
        eps: float = 1e-7,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        Optimizer.__init__(self, **arguments(locals()))


class Adam(_Keras, torch.Adam):
    """Adam (Kingma & Ba 2015, section 2); epsilon is the paper's "epsilon hat"."""

    name, update = "keras_adam", rules.KERAS_ADAM

    def __init__(
        self,
        params: Parameters | Rate | None = None,
        lr: Rate = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-7,
        amsgrad: bool = False,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        Optimizer.__init__(self, **arguments(locals()))


class AdamW(Adam):
    """Adam with a weight decay of 0.004 (Loshchilov & Hutter 2019)."""

    name = "keras_adamw"

    def __init__(
        self,
        params: Parameters | Rate | None = None,
        lr: Rate = 0.001,
        weight_decay: float = 0.004,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-7,
        amsgrad: bool = False,
        **shared: Unpack[Shared],
    ) -> None:
        Optimizer.__init__(self, **arguments(locals()))


class _WithBetas(_Keras):
    def __init__(
        self,
        params: Parameters | Rate | None = None,
        lr: Rate = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-7,
        weight_decay: float = 0.0,
        **shared: Unpack[Shared],
    ) -> None:
        Optimizer.__init__(self, **arguments(locals()))


class Adamax(_WithBetas, torch.Adamax):
    """Adam with a decaying maximum of |g| as second moment (Kingma & Ba 2015, section 7.1)."""

    name, update = "keras_adamax", rules.KERAS_ADAMAX


class Nadam(_WithBetas, torch.NAdam):
    """Adam with Nesterov momentum, which grows towards beta1 (Dozat 2016)."""

    name, update = "keras_nadam", rules.KERAS_NADAM
