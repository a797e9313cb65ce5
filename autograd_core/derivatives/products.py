"""Products of a Hessian and a vector, without computing the Hessian: hvp and vhp."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_core.derivatives.containers import Function, Tree
from autograd_core.derivatives.derive import grad, vjp
from autograd_core.derivatives.forward import check_arguments, jvp


def hvp(f: Function, primals: Sequence[Tree], tangents: Sequence[Tree]) -> Tree:
    """Return the Hessian of f times a vector, by forward over reverse mode.

    Args:
        f: Returns one number.
        primals: Its arguments, in a tuple or list.
        tangents: The vector, in the shape of `primals`.

    One argument gives one tree; several give a tuple of them.

    Raises:
        TypeError: If primals or tangents is not a tuple or list, or f returns more than one number.
        ValueError: If tangents and primals do not have the same shape.

    >>> hvp(lambda x: x[0] ** 2 * x[1], ([3.0, 2.0],), ([1.0, 0.0],))
    [4.0, 6.0]

    Explained in notebooks/09_higher_derivatives.ipynb.
    """
    check_arguments("primals", primals)
    argnums = 0 if len(primals) == 1 else tuple(range(len(primals)))
    return jvp(grad(f, argnums), primals, tangents)[1]


def vhp(f: Function, primals: Sequence[Tree], cotangents: Sequence[Tree]) -> Tree:
    """Return a vector times the Hessian of f, by reverse over reverse mode.

    The Hessian is symmetric, so the result is that of `hvp`; arguments and errors too.
    `torch.autograd.functional.vhp` returns f's value before it.

    >>> vhp(lambda x: x[0] ** 2 * x[1], ([3.0, 2.0],), ([1.0, 0.0],))
    [4.0, 6.0]

    Background in notebooks/09_higher_derivatives.ipynb.
    """
    check_arguments("primals", primals)
    check_arguments("cotangents", cotangents)
    several = len(primals) != 1
    _, pull = vjp(grad(f, tuple(range(len(primals))) if several else 0), *primals)
    products = pull(tuple(cotangents) if several else cotangents[0])
    return products if several else products[0]


__all__ = ["hvp", "vhp"]
