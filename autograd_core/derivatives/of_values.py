"""of_values: the gradient of numbers that are there already, as `torch.autograd.grad` has it."""

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
    """Return d (sum of outputs) / d input for each input, and touch no `.grad`.

    Args:
        outputs: One Value, or several.
        inputs: Those to differentiate by: leaves, or results on the way.
        grad_outputs: What each output counts; 1 if left out.
        retain_graph: For PyTorch's sake; a graph here is always kept.
        create_graph: Return Values that can be differentiated again.
        allow_unused: None for an input that has no part in the outputs, instead of an error.

    Raises:
        TypeError: If outputs or inputs are no Values.
        ValueError: If there are not as many `grad_outputs` as outputs, or an input is unused.

    >>> x = Value(3.0)
    >>> gradients_of(x * x, [x])
    (6.0,)
    """
    roots, wanted = _several(outputs, "outputs"), _several(inputs, "inputs")
    found: dict[Value, Number] = {}
    for root, weight in zip(roots, _weights(grad_outputs, len(roots))):
        given = weight if isinstance(weight, Value) and create_graph else _plain(weight)
        found[root] = found.get(root, 0.0) + given
    for _ in chain_rule(topological_order(*roots), found, VALUE if create_graph else FLOAT):
        pass
    for i, node in enumerate(wanted):
        if not allow_unused and not (node in found and node.requires_grad):
            raise ValueError(
                f"input {i} ({node!r:.60}) has no part in the outputs, or is frozen; "
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
