"""Rule: the type of an update rule, clipping before it, and how it runs on arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from autograd_core.table import ARRAY, FLOAT, Floats, Functions

Number: TypeAlias = Any  # float, array, Value or text: no single type fits, as in table/op.py
State: TypeAlias = dict[str, Any]  # such numbers by name
Settings: TypeAlias = Mapping[str, Any]  # a group's options: each optimizer has its own
Update: TypeAlias = Callable[
    [Functions, Functions, Number, Number, State, Settings], tuple[Number, State]
]

# Names of state that all parameters share; any other is a number for each parameter. The caller
# sets "step", the number of the current step, counted from 1.
SHARED = frozenset({"step", "begun", "product", "eta", "mu"})
BLOCK = 16384  # Adam on 100,000 parameters: 0.8 ms; in one piece, without the cache, 7 ms


@dataclass(frozen=True)
class Rule:
    """An update rule: one step of an optimizer, and its initial state.

    Attributes:
        update: The step, without weight decay and the count of steps.
        start: Returns the initial state by name, for a group's options.
        decoupled: Whether weight decay scales the parameters, as it does if the option
            `decoupled_weight_decay` is on; else it is an L2 penalty, added to the gradients.

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
        self, m: Functions, n: Functions, p: Number, g: Number, state: State, s: Settings
    ) -> tuple[Number, State]:
        """Return the parameter after a step, and the state for the next one.

        Args:
            m: Elementary functions for the parameter, its gradient and its own state.
            n: Elementary functions for numbers that all parameters share.
            p: The parameter.
            g: Its gradient, clipped.
            state: The state that the last step returned, at first `start(s)`, and "step".
            s: The options of a group; `lr` may be a number for the functions of `n`.
        """
        if decay := s.get("weight_decay"):
            if self.decoupled or s.get("decoupled_weight_decay"):
                p = p * (1.0 - s["lr"] * decay)
            else:
                g = g + decay * p
        return self.update(m, n, p, g, state, s)


def clipped(m: Functions, g: Number, maximize: bool, limit: float | None) -> Number:
    """Return a gradient, negated if `maximize`, limited to +-`limit`; see `shrink` for norms."""
    g = -g if maximize else g
    return g if limit is None else m.minimum(m.maximum(g, -limit), limit)


def shrink(n: Functions, norm: Number, limit: float) -> Number:
    """Return the factor, at most 1, that scales gradients of that joint norm to the limit."""
    return n.minimum(n.divide(limit, norm + 1e-6), 1.0)  # 1e-6 as in PyTorch, for a norm of 0


def advance(rule: Rule, p: Floats, g: Floats, state: State, settings: Settings) -> Floats:
    """Return the parameters after a step, and update the state; `p` may be changed in place.

    Args:
        rule: The update rule.
        p: The parameters.
        g: Their gradients.
        state: The state after the last step, with "step" already increased.
        settings: The options of their group.
    """
    try:
        if len(p) <= BLOCK:
            p, new = rule(ARRAY, FLOAT, p, g, state, settings)
            state.update(new)
            return p
        return _in_blocks(rule, p, g, state, settings)
    except KeyError:  # the first step, or an option has been switched on since
        missing = [name for name in rule.start(settings) if name not in state]
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
