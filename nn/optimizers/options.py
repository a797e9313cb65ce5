"""Options: types of optimizers' options, names that they share, ranges of numbers."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping
from typing import Any, Protocol, TypeAlias, TypedDict, runtime_checkable

import numpy as np

from autograd_core import Value


@runtime_checkable
class HasParameters(Protocol):
    """The interface of a module that an optimizer uses."""

    def trainable_parameters(self) -> list[Value]:
        """Return the parameters to train."""
        ...


# A group is {"params": [...], "lr": 0.1, ...} as in PyTorch, or the options alone: each optimizer
# has its own.
Group: TypeAlias = dict[str, Any]
Parameters: TypeAlias = (
    HasParameters | Iterable[Value] | Iterable[tuple[str, Value]] | Iterable[Mapping[str, object]]
)


class LearningRateSchedule:
    """A learning rate for each step, as in Keras; a subclass defines `__call__(self, step)`.

    >>> class Halves(LearningRateSchedule):
    ...     def __call__(self, step):
    ...         return 0.5**step
    >>> import nn
    >>> w = nn.Value(1.0)
    >>> optimizer = nn.optimizers.SGD([w], learning_rate=Halves())
    >>> for _ in range(3):
    ...     w.grad = 0.1
    ...     optimizer.step()
    >>> round(w.data, 6), optimizer.learning_rate
    (0.825, 0.125)
    """

    def __call__(self, step: int) -> float:
        """Return the rate after `step` steps."""
        raise NotImplementedError

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({options})"


Rate: TypeAlias = float | LearningRateSchedule


class Shared(TypedDict, total=False):
    """The keyword arguments of every optimizer, besides its own options."""

    clip_norm: float | None
    """Scale all gradients so that their joint Euclidean norm is at most this."""
    clip_value: float | None
    """Limit every gradient to +- this."""
    maximize: bool | None
    """Maximize instead of minimize."""
    # Keras's names of clip_norm, clip_value, lr, eps, alpha and betas; `clipnorm` is refused.
    global_clipnorm: float | None
    clipvalue: float | None
    learning_rate: Rate | None
    epsilon: float | None
    rho: float | None
    beta_1: float | None
    beta_2: float | None
    clipnorm: float | None


class Arguments(Shared):
    """The arguments of `Optimizer.__init__`, which a subclass passes on."""

    params: Parameters | Rate | None
    lr: Rate
    options: Group


KERAS_NAMES = {
    "learning_rate": "lr",
    "epsilon": "eps",
    "rho": "alpha",
    "global_clipnorm": "clip_norm",
    "clipvalue": "clip_value",
}

_IGNORED = {"name", "decay", "use_ema"}  # Keras's, ignored: any name, `decay` and `use_ema` if 0

# The range of each number: at least the first, below the second.
LIMITS = {
    "lr": (0.0, math.inf),
    "weight_decay": (0.0, math.inf),
    "eps": (0.0, math.inf),
    "momentum": (0.0, math.inf),
    "dampening": (-math.inf, math.inf),
    "alpha": (0.0, 1.0),
    "rho": (0.0, 1.0),
    "lr_decay": (0.0, math.inf),
    "initial_accumulator_value": (0.0, math.inf),
    "momentum_decay": (0.0, math.inf),
    "lambd": (0.0, math.inf),
    "t0": (0.0, math.inf),
    "max_iter": (1, math.inf),
    "max_eval": (1, math.inf),
    "tolerance_grad": (0.0, math.inf),
    "tolerance_change": (0.0, math.inf),
    "history_size": (1, math.inf),
}


def arguments(given: Group) -> Arguments:
    """Return the arguments of `Optimizer.__init__`, from `locals()` in a subclass's `__init__`."""
    options = {k: v for k, v in given.items() if k not in ("self", "__class__")}
    if options.get("weight_decay", 0.0) is None:  # Keras's default
        options["weight_decay"] = 0.0
    params, lr = options.pop("params"), options.pop("lr")
    shared: Shared = options.pop("shared")
    return {"params": params, "lr": lr, "options": options, **shared}


def check(options: Group) -> None:
    """Check options that are pairs of numbers or flags, and combinations of options.

    Raises:
        ValueError: If a value or a combination is wrong.
        TypeError: If a pair or a flag is of another type.
    """
    for name in options.keys() & {"betas", "etas", "step_sizes"}:
        pair = options[name]
        is_pair = isinstance(pair, tuple | list | np.ndarray) and len(pair) == 2
        if not is_pair or not all(isinstance(each, int | float | np.number) for each in pair):
            raise TypeError(f"{name} must be two numbers, as (0.9, 0.999), got {pair!r:.60}")
    for name in options.keys() & {"amsgrad", "nesterov", "centered", "decoupled_weight_decay"}:
        if not isinstance(options[name], bool | np.bool_ | int):
            raise TypeError(f"{name} must be True or False, got {options[name]!r:.60}")
    if not all(0.0 <= beta < 1.0 for beta in options.get("betas", ())):
        raise ValueError(f"betas must be at least 0 and below 1, got {options['betas']}")
    down, up = options.get("etas", (0.5, 1.2))
    if not 0.0 < down < 1.0 < up:
        raise ValueError(f"etas must be one below 1 and one above, got {options['etas']}")
    # Keras, which has no dampening, allows nesterov=True without momentum
    torch_nesterov = options.get("nesterov") and "dampening" in options
    if torch_nesterov and not options["momentum"] > options["dampening"] == 0.0:
        raise ValueError(
            "nesterov wants momentum above 0 and no dampening, got "
            f"momentum={options['momentum']} and dampening={options['dampening']}"
        )


def renamed(options: Mapping[str, object], own: Container[str] = ()) -> Group:
    """Return the options that are not None, under PyTorch's names; names in `own` are kept.

    Raises:
        ValueError: If `clipnorm` is among them.

    >>> renamed({"learning_rate": 0.1, "clipvalue": None})
    {'lr': 0.1}
    """
    named = {k: k if k in own else KERAS_NAMES.get(k, k) for k in options}
    given = {named[k]: v for k, v in options.items() if v is not None}
    for name in _IGNORED & given.keys():
        if name not in own and (name == "name" or not given[name]):
            del given[name]
    if "clipnorm" in given:  # it is a norm per array, and a parameter here is a single number
        raise ValueError(
            "Keras's clipnorm shrinks the gradient of each weight array by itself; here each "
            "weight is a number: use clip_norm (Keras's global_clipnorm) or clip_value"
        )
    return given
