"""Rule: one row of rules.py, what may come before it, and how it runs on arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from autograd_core.table import ARRAY, FLOAT, Floats

Number: TypeAlias = Any  # float, array, Value or text: no single type fits, as in table/op.py
State: TypeAlias = dict[str, Any]  # such a number by its name
Settings: TypeAlias = Mapping[str, Any]
Update: TypeAlias = Callable[[Any, Any, Number, Number, State, Settings], tuple[Number, State]]

# What is carried once for all parameters; the other numbers once for each of them. "step" counts
# the steps, the present one included; the caller counts.
SHARED = frozenset({"step", "begun", "product", "eta", "mu"})
BLOCK = 16384  # Adam on 100,000 parameters: 0.8 ms; in one piece, without the cache, 7 ms


@dataclass(frozen=True)
class Rule:
    """A row: one step of an optimizer, and where it starts from.

    Attributes:
        update: The step, but for weight decay and the count of steps.
        start: What is carried before the first step, by name, with settings like these.
        decoupled: Whether weight decay shrinks the parameters, or it is an L2 penalty in the
            gradients; a setting `decoupled_weight_decay` says the same.

    >>> from autograd_core.table import FLOAT
    >>> from nn.optimizers.rules import SGD
    >>> settings = {"lr": 0.1, "momentum": 0.5, "dampening": 0.0, "nesterov": False}
    >>> state = {"step": 1, **SGD.start(settings)}
    >>> SGD(FLOAT, FLOAT, 1.0, 2.0, state, settings)
    (0.8, {'momentum': 2.0, 'begun': 1.0})
    """

    update: Update
    start: Callable[[Settings], State] = lambda s: {}
    decoupled: bool = False

    def __call__(
        self, m: Any, n: Any, p: Number, g: Number, state: State, s: Settings
    ) -> tuple[Number, State]:
        """Return the parameter after a step, and what is carried to the next one.

        Args:
            m: Elementary functions for numbers of which each parameter has its own.
            n: Elementary functions for numbers that all parameters share.
            p: The parameter.
            g: Its gradient, clipped.
            state: What the last step has returned, at first `start(s)`, and "step".
            s: The options of a group; `lr` may be a number of the kind of `n`.
        """
        if decay := s.get("weight_decay"):
            if self.decoupled or s.get("decoupled_weight_decay"):
                p = p * (1.0 - s["lr"] * decay)
            else:
                g = g + decay * p
        return self.update(m, n, p, g, state, s)


def clipped(m: Any, g: Number, maximize: bool, limit: float | None) -> Number:
    """Return a gradient as the rules take it, but for its share in a norm (see `shrink`)."""
    g = -g if maximize else g
    return g if limit is None else m.minimum(m.maximum(g, -limit), limit)


def shrink(n: Any, norm: Number, limit: float) -> Number:
    """Return what to multiply gradients of that norm with, to shorten them to the limit."""
    return n.minimum(n.divide(limit, norm + 1e-6), 1.0)  # PyTorch's guard against a norm of 0


def advance(rule: Rule, p: Floats, g: Floats, state: State, settings: Settings) -> Floats:
    """Return the parameters after a step and move the state on; both may be changed in place.

    Args:
        rule: What each parameter does.
        p: The parameters.
        g: Their gradients.
        state: What the step before has left, and this step counted.
        settings: The options of their group.
    """
    try:
        if len(p) <= BLOCK:
            p, new = rule(ARRAY, FLOAT, p, g, state, settings)
            state.update(new)
            return p
        return _in_blocks(rule, p, g, state, settings)
    except KeyError:  # the first step, or a setting has been switched on
        missing = [name for name in rule.start(settings) if name not in state]  # in its order
        if not missing:
            raise
    for name in missing:
        number = rule.start(settings)[name]
        state[name] = number if name in SHARED else np.full(len(p), number)
    return advance(rule, p, g, state, settings)


def _in_blocks(rule: Rule, p: Floats, g: Floats, state: State, settings: Settings) -> Floats:
    new: State = {}
    for start in range(0, len(p), BLOCK):
        part = slice(start, start + BLOCK)
        here = {k: v if k in SHARED else v[part] for k, v in state.items()}
        p[part], new = rule(ARRAY, FLOAT, p[part], g[part], here, settings)
        for name in new.keys() - SHARED:
            state[name][part] = new[name]
    state.update({name: new[name] for name in new.keys() & SHARED})
    return p
