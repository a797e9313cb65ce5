"""Named: the optimizers by name, and `get`, which turns an argument of `compile` into one."""

from __future__ import annotations

from collections.abc import Callable

from nn.basics import resolve
from nn.optimizers.keras import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Nadam, RMSprop
from nn.optimizers.optimizer import Optimizer
from nn.optimizers.torch import ASGD, RAdam, Rprop

NAdam = Nadam  # PyTorch's spelling

NAMES: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
    "adamax": Adamax,
    "nadam": Nadam,
    "radam": RAdam,
    "adagrad": Adagrad,
    "adadelta": Adadelta,
    "rprop": Rprop,
    "asgd": ASGD,
}


def get(optimizer: str | Optimizer | Callable[[], Optimizer]) -> Optimizer:
    """Return the optimizer of that name with its default options, or the one given.

    Raises:
        ValueError: If the name is unknown.
        TypeError: If it is neither a name nor an optimizer.

    >>> get("sgd")
    SGD(lr=0.01, momentum=0.0, nesterov=False, weight_decay=0.0)
    """
    made = resolve("optimizer", optimizer, NAMES)
    if not isinstance(made, Optimizer):
        raise TypeError(
            f"an optimizer is a name or an Optimizer, got {made!r:.60}; use 'adam', say"
        )
    return made
