"""custom_op: adds an operation of the user's own to the table."""

from __future__ import annotations

from collections.abc import Callable

from autograd_core.derivatives.containers import Function
from autograd_core.functional import function
from autograd_core.table import FLOAT, REAL, TABLE, Dialect, Interval, Op, Rule, Text, row


def custom_op(
    name: str,
    value: Rule,
    partials: Rule,
    *,
    arity: int | None = 1,
    symbol: str = "",
    domain: tuple[Interval, ...] = (REAL,),
    doc: str = "",
) -> Function:  # returns a Value if an operand is one, else a float
    """Add an operation of your own to the table, and return its function.

    Both rules take a namespace `m` of elementary functions (`m.exp`, `m.log`, `m.divide`,
    `m.where`, ...) first; use it instead of `math` and `if`, and the operation has higher
    derivatives, gradcheck, pictures and a compiled form like any other. `+ - * / **` and `abs`
    may be written as in Python; but `a / 0.0` then raises, where `m.divide` gives inf or nan.

    Args:
        name: Its name: an identifier that is not yet in the table.
        value: `value(m, *operands)`.
        partials: `partials(m, output, *operands)`: a tuple, one local partial per operand.
        arity: How many operands; None for any number.
        symbol: What pictures show; the name if empty.
        domain: One open interval per operand where the function is defined.
        doc: One sentence about it.

    Raises:
        TypeError: If a rule compares, branches, calls `math` or a function that `m` lacks, takes a
            number of operands other than `arity`, or does not return one partial per operand.
        ValueError: If the name is taken or not an identifier.

    >>> from autograd_core import grad
    >>> cube = custom_op("cube_example", lambda m, a: a * a * a, lambda m, y, a: (3.0 * a * a,))
    >>> cube(2.0), grad(cube)(2.0), grad(grad(cube))(2.0)
    (8.0, 12.0, 12.0)
    >>> del TABLE["cube_example"]

    Explained in notebooks/03_is_it_right.ipynb.
    """
    op = row(name, value, partials, arity=arity, symbol=symbol, domain=domain, doc=doc)
    try:
        _try_on_text(op)
        return function(op)
    except Exception:
        del TABLE[name]
        raise


class _Elementary(Dialect):
    """The kind of number for text, restricted to the functions that floats and arrays have."""

    def __getattr__(self, name: str) -> Callable[..., Text]:
        if not hasattr(FLOAT, name):
            known = ", ".join(sorted(n for n in vars(FLOAT) if not n.startswith("_")))
            raise TypeError(f"a rule's m has no function {name!r}; it has {known}")
        return super().__getattr__(name)


def _try_on_text(op: Op) -> None:
    """Raise if the rules do not fit the operation or do not run on every kind of number."""
    names = op.operand_names or ("a", "b")
    if op.arity is not None and len(names) != op.arity:
        raise TypeError(
            f"{op.name}'s value rule takes {len(names)} operands ({', '.join(names)}), got "
            f"arity={op.arity}; pass arity={len(names)}"
        )
    m = _Elementary()
    operands = [m.name(name) for name in names]
    m.text(op.value(m, *operands))
    partials = op.partials(m, m.name("y"), *operands)
    if not isinstance(partials, tuple | list) or len(partials) != len(operands):
        got = f"{len(partials)}" if isinstance(partials, tuple | list) else f"{partials}"
        raise TypeError(
            f"{op.name}'s partials are a tuple of {len(operands)}, one per operand "
            f"({', '.join(names)}), got {got}; one partial is written (..., ) with a comma"
        )
