"""Device step: what one step of training does to arrays of JAX, as a pure function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_core.compiler import jax_kind
from nn.backends.one_call import Settings
from nn.optimizers import clipped, shrink

Array = Any  # a jax.Array
State = dict[str, Array]


def step_of(
    gradients_of: Callable[..., Any], table_of: Callable[[Any], Array], settings: Settings
) -> Callable[..., Any]:
    """Return `step(numbers, states, others, columns, now)`.

    It returns the table of losses and outputs, the parameters of each group and their states after
    the step, and the gradients. `now` is `(groups, 2)`: how many steps, this one included, and the
    learning rate.

    Args:
        gradients_of: Takes numbers, others and columns; returns what is computed, and gradients.
        table_of: Takes the table out of what is computed.
        settings: What the optimizer does.
    """
    m = jax_kind()
    rule, groups, maximize, largest, longest = settings

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
