"""JAX steps: training steps as pure functions, and the placement of arrays on devices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import Any, TypeAlias

import numpy as np

from autograd_core.compiler import Function, Nested, jax_kind
from nn.backends.one_call import Settings
from nn.basics import Floats
from nn.metrics.metric import Array, Totals
from nn.optimizers import clipped, shrink

Sharding: TypeAlias = Any  # of JAX, which is imported only where it is used; or a mesh, or None
States: TypeAlias = Sequence[dict[str, Array]]
# (numbers, states, others, columns, now) -> (table, numbers, states, gradients)
OneStep: TypeAlias = Callable[
    [Sequence[Array], States, Sequence[Array], Sequence[Array], Array],
    tuple[Array, list[Array], list[dict[str, Array]], list[Array]],
]
# The same for several steps, with the next step's `now` at the end.
ManySteps: TypeAlias = Callable[
    [Sequence[Array], States, Sequence[Array], Sequence[Array], Array],
    tuple[Array, list[Array], list[dict[str, Array]], list[Array], Array],
]


def table_of(computed: Nested) -> Array:
    """Return the table of losses and outputs that a `LossProgram` has computed."""
    table = computed[1]
    return table[0] if isinstance(table, tuple) else table  # a tuple has masks too


def step_of(gradients_of: Function, settings: Settings, sizes: Sequence[Sequence[int]]) -> OneStep:
    """Return `step(numbers, states, others, columns, now)`, a training step.

    It takes and returns parameters in pieces. It returns the table of losses and outputs, then the
    parameters and the optimizer's states after the step, and the gradients. `now` is `(groups, 2)`:
    the number of this step (from 1) and the learning rate.

    Args:
        gradients_of: `gradients_of(*groups, *others, *columns) -> (computed, gradients)`.
        settings: The optimizer's rule and options.
        sizes: The number of parameters in each piece, by group.
    """
    from jax import numpy as jnp

    m = jax_kind()
    ends = [*accumulate(map(len, sizes))]
    group_of_piece = [g for g, own in enumerate(sizes) for _ in own]
    rule, groups, maximize, clip_value, clip_norm = settings

    def step(
        numbers: Sequence[Array],
        states: States,
        others: Sequence[Array],
        columns: Sequence[Array],
        now: Array,
    ) -> tuple[Array, list[Array], list[dict[str, Array]], list[Array]]:
        joined = [jnp.concatenate(numbers[end - len(own) : end]) for end, own in zip(ends, sizes)]
        computed, gradients = gradients_of(*joined, *others, *columns)
        pieces_by_group = [
            jnp.split(g, [*accumulate(own)][:-1]) for g, own in zip(gradients, sizes)
        ]
        gradient_pieces = [piece for pieces in pieces_by_group for piece in pieces]
        clipped_gradients = [clipped(m, g, maximize, clip_value) for g in gradient_pieces]
        if clip_norm is not None:
            norm = m.sqrt(sum(g @ g for g in clipped_gradients))
            clipped_gradients = [g * shrink(m, norm, clip_norm) for g in clipped_gradients]
        moved, new_states = [], []
        for i, p, g, state in zip(group_of_piece, numbers, clipped_gradients, states):
            count, rate = now[i]
            p, new = rule(m, m, p, g, {**state, "step": count}, {**groups[i], "lr": rate})
            moved.append(p)
            new_states.append({**state, **new})
        return table_of(computed), moved, new_states, gradient_pieces

    return step


def steps_of(step: OneStep, totals: Totals | None) -> ManySteps:
    """Return a function of several consecutive steps; a further result is the next step's `now`.

    Its columns are `(steps, samples, ...)`: x; targets, weight and the columns for `totals` side by
    side; Dropout's factors. Its table has the rows of all steps, or is the sums of `totals` over
    them; its gradients are those of the last step.
    """
    end = -1 if totals is None else -1 - totals.width
    from jax import lax
    from jax import numpy as jnp

    def steps(
        numbers: Sequence[Array],
        states: States,
        others: Sequence[Array],
        columns: Sequence[Array],
        now: Array,
    ) -> tuple[Array, list[Array], list[dict[str, Array]], list[Array], Array]:
        def one(carried: Any, given: Any) -> tuple[Any, Array]:
            numbers, states, _, now = carried
            x, joined_columns, *masks = given
            columns = [x, joined_columns[:, :end], joined_columns[:, end], *masks]
            table, *moved = step(numbers, states, others, columns, now)
            if totals is not None:
                table = totals(jnp, table, joined_columns[:, end + 1 :])
            return (*moved, now.at[:, 0].add(1.0)), table

        start = numbers, states, [jnp.zeros_like(p) for p in numbers], now
        if len(columns[0]) == 1:
            moved, table = one(start, [column[0] for column in columns])
        else:
            moved, table = lax.scan(one, start, columns)
        if totals is None:
            return table.reshape(-1, table.shape[-1]), *moved
        return table.reshape(-1, table.shape[-1]).sum(0), *moved

    return steps


def shardings(mesh: Sharding) -> tuple[Sharding, Sharding, int]:
    """Return the sharding of rows, the replicating sharding, and the number of shards of rows.

    Raises:
        ImportError: If JAX is not installed.
    """
    try:
        import jax
        from jax.sharding import Mesh, NamedSharding, PartitionSpec
    except ImportError as error:
        raise ImportError('backend="jax" needs JAX: pip install "autograd-core[jax]"') from error
    if mesh is None:
        if len(jax.devices()) == 1:
            return None, None, 1
        mesh = Mesh(np.array(jax.devices()), ("rows",))
    rows = mesh
    if isinstance(mesh, Mesh):
        rows = NamedSharding(mesh, PartitionSpec(mesh.axis_names[0]))
    count = len(rows.mesh.devices.flat) // max(1, _devices_per_row(rows))
    return rows, NamedSharding(rows.mesh, PartitionSpec()), count


def _devices_per_row(rows: Sharding) -> int:
    """Return how many devices hold each row."""
    axis = rows.spec[0]
    axes = axis if isinstance(axis, tuple) else (axis,)
    shared = int(np.prod([rows.mesh.shape[name] for name in axes]))
    return len(rows.mesh.devices.flat) // shared


def on_devices(array: Floats, sharding: Sharding) -> Array:
    """Return a copy of an array on the devices; a jitted function may donate it."""
    import jax

    if sharding is None:
        return jax.numpy.array(array)
    return jax.make_array_from_callback(array.shape, sharding, lambda place: array[place])


@contextmanager
def double_precision() -> Iterator[None]:
    """Compute in 64 bits.

    Raises:
        RuntimeError: If JAX fails in a run of several processes: another one may have ended.
    """
    import jax

    try:
        with jax.enable_x64(True):
            yield
    except jax.errors.JaxRuntimeError as error:
        if jax.process_count() == 1:
            raise
        raise RuntimeError(
            f"process {jax.process_index()} of {jax.process_count()} gets no answer from another "
            "one, which has ended or cannot be reached; start all of them again and go on from the "
            f"last checkpoint with model.resume(path). JAX says: {str(error).splitlines()[0]:.200}"
        ) from error
