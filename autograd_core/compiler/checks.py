"""Checks: whether a call fits the captured graph, and the errors if it does not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd_core.compiler.capture import Flat, Tree, tree


def check_result(name: str, returned: Tree, has_aux: bool) -> None:
    """Check that the function returns one number, or with `has_aux` a pair that begins with one.

    Raises:
        TypeError: If it does not.
    """
    if has_aux:
        items = () if isinstance(returned, str) or returned.keys else returned.items
        if len(items) != 2 or items[0] != tree.SCALAR:
            raise TypeError(
                f"{name} returns {returned}; with has_aux=True it must return a pair: one "
                "Value to differentiate, and anything else"
            )
    elif returned != tree.SCALAR:
        raise TypeError(
            f"{name} returns {returned}, and a gradient is that of one number; "
            "return one Value, or a pair with has_aux=True, or compile a function that takes "
            "the jacobian"
        )


def fit_to_graph(name: str, wanted: list[Tree], structures: list[Tree], flats: list[Flat]) -> None:
    """Check arguments against the inputs of the graph; reshape arrays in `flats` as these want.

    Raises:
        TypeError: If there are more or fewer.
        ValueError: If one has another shape.
    """
    if len(structures) != len(wanted):
        raise TypeError(f"{name} wants {len(wanted)} arguments, got {len(structures)}")
    for position, (want, got) in enumerate(zip(wanted, structures)):
        if want != got and (tree.shape(want) is None or tree.shape(want) != tree.shape(got)):
            raise ValueError(f"argument {position} of {name} wants {want}, got {got}")
        flat = flats[position]
        if isinstance(flat, np.ndarray):
            flats[position] = flat.reshape(tree.array_shape(want, False))


def too_many_paths(name: str, paths: Sequence[Sequence[str]]) -> RuntimeError:
    """Return the error for a function that takes ever new paths through its branches."""
    comparisons = sorted({guard for guards in paths for guard in guards})
    return RuntimeError(
        f"{name} took {len(paths)} different paths through its branches and now another one; use "
        f"where(condition, a, b) in place of branches on these comparisons: "
        f"{'; '.join(comparisons[:3])}"
    )
