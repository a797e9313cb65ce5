"""Device step: what one step of training does to arrays of JAX, as a pure function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_core.compiler import jax_kind
from nn.optimizers import Optimizer, Rule, clipped, shrink

Array = Any  # a jax.Array
State = dict[str, Array]
Options = tuple[
    Rule | None, list[dict[str, Any]], tuple[bool, float | None, float | None]
]  # of groups; maximize, and the limits of a gradient and of the norm


def is_plain(optimizer: Optimizer) -> bool:
    """Say whether a step is a rule of ours, on whole groups."""
    kind = type(optimizer)
    own = kind.rule is not Optimizer.rule or kind.updated is not Optimizer.updated
    return optimizer.update is not None and not own and all(len(h) == 1 for h in optimizer.state)


def options_of(optimizer: Optimizer) -> Options:
    """Return what is part of a program: all options but the rates, which a schedule sets."""
    groups = [
        {name: option for name, option in group.items() if name not in ("params", "lr")}
        for group in optimizer.param_groups
    ]
    limits = optimizer.maximize, optimizer.clip_value, optimizer.clip_norm
    return optimizer.update, groups, limits


def step_of(
    gradients_of: Callable[..., Any], table_of: Callable[[Any], Array], optimizer: Optimizer
) -> Callable[..., Any]:
    """Return `step(numbers, states, others, columns, now)`.

    It returns the table of losses and outputs, the parameters of each group and their states after
    the step, and the gradients. `now` is `(groups, 2)`: how many steps, this one included, and the
    learning rate.

    Args:
        gradients_of: Takes numbers, others and columns; returns what is computed, and gradients.
        table_of: Takes the table out of what is computed.
        optimizer: Whose rule it is, with the options that it has now.
    """
    m = jax_kind()
    rule, groups, (maximize, largest, longest) = options_of(optimizer)
    assert rule is not None

    def step(
        numbers: Sequence[Array],
        states: Sequence[State],
        others: Sequence[Array],
        columns: Sequence[Array],
        now: Array,
    ) -> tuple[Array, list[Array], list[State], list[Array]]:
        computed, found = gradients_of(*numbers, *others, *columns)
        slopes = [clipped(m, g, maximize, largest) for g in found]
        if longest is not None:
            norm = m.sqrt(sum(g @ g for g in slopes))
            slopes = [g * shrink(m, norm, longest) for g in slopes]
        moved, kept = [], []
        for i, (p, g, state) in enumerate(zip(numbers, slopes, states)):
            count, rate = now[i]
            p, new = rule(m, m, p, g, {**state, "step": count}, {**groups[i], "lr": rate})
            moved.append(p)
            kept.append({**state, **new})
        return table_of(computed), moved, kept, list(found)

    return step
