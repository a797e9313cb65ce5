"""Checks: whether a call fits the program that was captured, and messages for when it does not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd_core.compiler.capture import Flat, Tree, tree


def check_result(name: str, returned: Tree, has_aux: bool) -> None:
    """Check that there is one number to differentiate.

    Raises:
        TypeError: If there is not.
    """
    if has_aux:
        items = () if isinstance(returned, str) or returned.keys else returned.items
        if len(items) != 2 or items[0] != tree.SCALAR:
            raise TypeError(
                f"{name} returns {returned}; with has_aux=True it returns a pair: one "
                "Value to differentiate, and what is to be returned with it"
            )
    elif returned != tree.SCALAR:
        raise TypeError(
            f"{name} returns {returned}, and a gradient is that of one number; "
            "return one Value, or a pair with has_aux=True, or compile a function that takes "
            "the jacobian"
        )


def fit_to_graph(name: str, wanted: list[Tree], structures: list[Tree], flats: list[Flat]) -> None:
    """Compare arguments with the inputs of the graph; put arrays in their shape.

    Raises:
        TypeError: If there are more or fewer.
        ValueError: If one has another shape.
    """
    if len(structures) != len(wanted):
        raise TypeError(f"{name} has {len(wanted)} inputs, got {len(structures)} arguments")
    for position, (want, got) in enumerate(zip(wanted, structures)):
        if want != got and (tree.shape(want) is None or tree.shape(want) != tree.shape(got)):
            raise ValueError(f"argument {position} of {name}: wanted {want}, got {got}")
        flat = flats[position]
        if isinstance(flat, np.ndarray):
            flats[position] = flat.reshape(tree.array_shape(want, False))


def too_many_ways(name: str, ways: Sequence[Sequence[str]]) -> RuntimeError:
    """Return the error for a function whose branches go a new way again and again."""
    flips = sorted({guard for guards in ways for guard in guards})
    return RuntimeError(
        f"{name} took {len(ways)} different ways through its branches and a new one again; use "
        f"where(condition, a, b) instead of these comparisons: {'; '.join(flips[:3])}"
    )
