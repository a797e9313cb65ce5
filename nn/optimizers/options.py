"""Options of optimizers: groups of parameters, what all take by name, the range of a number."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping
from typing import Any, Protocol, TypeAlias, TypedDict, runtime_checkable

import numpy as np

from autograd_core import Value


@runtime_checkable
class HasParameters(Protocol):
    """A module, as an optimizer sees it."""

    def trainable_parameters(self) -> list[Value]:
        """Return the parameters that may move."""
        ...


# A group is {"params": [...], "lr": 0.1, ...} as in PyTorch: each optimizer has its own options.
Group: TypeAlias = dict[str, Any]
Parameters: TypeAlias = (
    "HasParameters | Iterable[Value] | Iterable[tuple[str, Value]] | Iterable[Mapping[str, object]]"
)


class LearningRateSchedule:
    """Keras's: a rate for each step; one of your own writes `__call__(self, step)`.

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
        """Return the rate of the step after so many."""
        raise NotImplementedError

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({options})"


Rate: TypeAlias = float | LearningRateSchedule


class Shared(TypedDict, total=False):
    """What every optimizer takes by name, after its own options."""

    clip_norm: float | None
    """Shrink all gradients together to this Euclidean norm, if they are longer."""
    clip_value: float | None
    """Limit every gradient to +- this."""
    maximize: bool | None
    """Go up the gradient instead of down."""
    # Keras's names: for the two above, then for lr, eps, alpha and betas.
    global_clipnorm: float | None
    clipvalue: float | None
    learning_rate: Rate | None
    epsilon: float | None
    rho: float | None
    beta_1: float | None
    beta_2: float | None
    clipnorm: float | None


KERAS_NAMES = {
    "learning_rate": "lr",
    "epsilon": "eps",
    "rho": "alpha",
    "global_clipnorm": "clip_norm",
    "clipvalue": "clip_value",
}

_IGNORED = {
    "name",
    "decay",
    "use_ema",
}  # as Keras has had them: a name, and what is 0, change nothing

# The range of each number, from the first to below the second.
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


def arguments(given: dict[str, Any]) -> dict[str, Any]:
    """Return what `Optimizer` is made of, from the `locals()` of the `__init__` of one of them."""
    options = {k: v for k, v in given.items() if k not in ("self", "__class__")}
    if options.get("weight_decay", 0.0) is None:  # Keras's default
        options["weight_decay"] = 0.0
    params, lr, shared = (options.pop(name) for name in ("params", "lr", "shared"))
    return {"params": params, "lr": lr, "options": options, **shared}


def check(options: Mapping[str, Any]) -> None:
    """Refuse pairs of numbers, flags, and options that do not go together.

    Raises:
        ValueError: If there is one.
        TypeError: If a pair or a flag is something else.
    """
    for name in options.keys() & {"betas", "etas", "step_sizes"}:
        pair = options[name]
        two = isinstance(pair, tuple | list) and len(pair) == 2
        if not two or not all(isinstance(each, int | float | np.number) for each in pair):
            raise TypeError(f"{name} must be two numbers, as (0.9, 0.999), got {pair!r:.60}")
    for name in options.keys() & {"amsgrad", "nesterov", "centered", "decoupled_weight_decay"}:
        if not isinstance(options[name], bool | np.bool_ | int):
            raise TypeError(f"{name} must be True or False, got {options[name]!r:.60}")
    if not all(0.0 <= beta < 1.0 for beta in options.get("betas", ())):
        raise ValueError(f"betas must be at least 0 and below 1, got {options['betas']}")
    down, up = options.get("etas", (0.5, 1.2))
    if not 0.0 < down < 1.0 < up:
        raise ValueError(f"etas must be one below 1 and one above, got {options['etas']}")
    # Keras has no dampening; there nesterov=True without momentum is plain descent
    torch_only = options.get("nesterov") and "dampening" in options
    if torch_only and not options["momentum"] > options["dampening"] == 0.0:
        raise ValueError("nesterov wants momentum above 0 and no dampening")


def renamed(options: Mapping[str, Any], own: Container[str] = ()) -> dict[str, Any]:
    """Return the options that are not None, by PyTorch's names; those in `own` stay as they are.

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
    if "clipnorm" in given:  # each weight is a parameter here, so there are no arrays to shrink
        raise ValueError(
            "Keras's clipnorm shrinks the gradient of each weight array by itself; here each "
            "weight is a number: use clip_norm (Keras's global_clipnorm) or clip_value"
        )
    return given
