"""of_values: gradients of Values in an existing graph, as `torch.autograd.grad`."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_core.graph import (
    VALUE,
    Number,
    Value,
    chain_rule,
    gradient_or_zero,
    number_of,
    topological_order,
)
from autograd_core.table import FLOAT


def gradients_of(
    outputs: Value | Sequence[Value],
    inputs: Value | Sequence[Value],
    grad_outputs: Number | Sequence[Number] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> tuple[Number | None, ...]:
    """Return d (weighted sum of outputs) / d input for each input, without changing any `.grad`.

    Args:
        outputs: One Value, or several.
        inputs: The Values to differentiate by: leaves or intermediate results.
        grad_outputs: The weight of each output; None is 1.
        retain_graph: Accepted as in PyTorch and ignored: a graph here is always kept.
        create_graph: Return Values that can be differentiated again.
        allow_unused: Return None for an input that the outputs do not depend on, not an error.

    Raises:
        TypeError: If outputs or inputs are not Values.
        ValueError: If there are not as many `grad_outputs` as outputs, or an input is unused.

    >>> x = Value(3.0)
    >>> gradients_of(x * x, [x])
    (6.0,)
    """
    roots, wanted = _several(outputs, "outputs"), _several(inputs, "inputs")
    found: dict[Value, Number] = {}
    for root, weight in zip(roots, _weights(grad_outputs, len(roots))):
        adjoint = weight if isinstance(weight, Value) and create_graph else _plain(weight)
        found[root] = found.get(root, 0.0) + adjoint
    for _ in chain_rule(topological_order(*roots), found, VALUE if create_graph else FLOAT):
        pass
    for i, node in enumerate(wanted):
        if not allow_unused and not (node in found and node.requires_grad):
            raise ValueError(
                f"the outputs do not depend on input {i} ({node!r:.60}), or it is frozen; "
                "allow_unused=True gives None for it"
            )
    gradients = [found.get(node) if node.requires_grad else None for node in wanted]
    return tuple([Value.operand(g) if create_graph and g is not None else g for g in gradients])


def _several(values: Value | Sequence[Value], what: str) -> list[Value]:
    several = [values] if isinstance(values, Value) else values
    if not isinstance(several, Sequence) or not all(isinstance(v, Value) for v in several):
        got = f"{type(values).__name__} {values!r:.60}"
        raise TypeError(f"{what} are a Value or a sequence of them, got {got}")
    return [*several]


def _weights(grad_outputs: Number | Sequence[Number] | None, count: int) -> Sequence[Number | None]:
    if grad_outputs is None:
        return [None] * count
    weights = grad_outputs if isinstance(grad_outputs, Sequence) else [grad_outputs]
    if len(weights) != count:
        raise ValueError(f"grad_outputs wants {count} numbers, got {len(weights)}")
    return weights


def _plain(weight: Number | None) -> float:
    return 1.0 if weight is None else float(gradient_or_zero(number_of(weight)))
