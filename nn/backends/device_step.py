"""Device step: what one step of training does to arrays of JAX, as a pure function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_core.compiler import jax_kind
from nn.optimizers import Optimizer, Rule, clipped, shrink

Array = Any  # a jax.Array
State = dict[str, Array]


def is_plain(optimizer: Optimizer) -> bool:
    """Say whether a step is a rule of ours, on whole groups."""
    kind = type(optimizer)
    own = kind.rule is not Optimizer.rule or kind.updated is not Optimizer.updated
    return optimizer.update is not None and not own and all(len(h) == 1 for h in optimizer.state)


def options_of(optimizer: Optimizer) -> list[dict[str, Any]]:
    """Return the options that are part of a program: all but the rates, which a schedule sets."""
    return [
        {name: option for name, option in group.items() if name not in ("params", "lr")}
        for group in optimizer.param_groups
    ]


def step_of(
    gradients_of: Callable[..., Any], table_of: Callable[[Any], Array], optimizer: Optimizer
) -> Callable[..., Any]:
    """Return `step(numbers, states, others, columns, counts, rates)`.

    It returns the table of losses and outputs, the parameters of each group and their states after
    the step, and the gradients. `counts` are those of steps, this one included.

    Args:
        gradients_of: Takes numbers, others and columns; returns what is computed, and gradients.
        table_of: Takes the table out of what is computed.
        optimizer: Whose rule it is, with the options that it has now.
    """
    m, rule = jax_kind(), optimizer.update
    assert isinstance(rule, Rule)
    options = options_of(optimizer)
    limits = optimizer.maximize, optimizer.clip_value
    longest = optimizer.clip_norm

    def step(
        numbers: Sequence[Array],
        states: Sequence[State],
        others: Sequence[Array],
        columns: Sequence[Array],
        counts: Sequence[Array],
        rates: Sequence[Array],
    ) -> tuple[Array, list[Array], list[State], list[Array]]:
        computed, found = gradients_of(*numbers, *others, *columns)
        slopes = [clipped(m, g, *limits) for g in found]
        if longest is not None:
            norm = m.sqrt(sum(g @ g for g in slopes))
            slopes = [g * shrink(m, norm, longest) for g in slopes]
        moved, kept = [], []
        for p, g, state, count, rate, chosen in zip(
            numbers, slopes, states, counts, rates, options
        ):
            p, new = rule(m, m, p, g, {**state, "step": count}, {**chosen, "lr": rate})
            moved.append(p)
            kept.append({**state, **new})
        return table_of(computed), moved, kept, list(found)

    return step
