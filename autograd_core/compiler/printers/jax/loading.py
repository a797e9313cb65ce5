"""Loading: an array program as source for JAX, and the source as a function."""

from __future__ import annotations

import math

from autograd_core.compiler.arrays import Program
from autograd_core.compiler.capture.tree import Function
from autograd_core.compiler.printers.jax.emit import emit_jax
from autograd_core.compiler.printers.jax.names import CALLED, OPERATORS
from autograd_core.compiler.printers.numpy import Text
from autograd_core.compiler.printers.refusal import NoCompiler, refuse_unknown


def jax_text(program: Program) -> Text:
    """Return the source of a program.

    Raises:
        NoCompiler: If JAX lacks a function that it calls.
    """
    refuse_unknown([step.name for step in program.instructions], {*OPERATORS, *CALLED}, "JAX")
    return emit_jax(program)


def loaded(text: Text, dtype: str) -> Function:
    """Return the function `program(arguments..., live)` of a source, on arrays of JAX.

    Raises:
        NoCompiler: If JAX is not installed.
    """
    try:
        import jax.numpy as jnp
        from jax.scipy import special
    except ImportError as error:
        raise NoCompiler(f"JAX is not installed ({error}); pip install jax") from None
    from autograd_core.compiler.printers.jax import helpers

    kind = jnp.dtype(dtype)
    tables = {
        name: table if table.dtype.kind in "iub" else table.astype(kind)
        for name, table in text.tables.items()
    }
    namespace = {"jnp": jnp, "special": special, "h": helpers, "dtype": kind, "inf": math.inf,
                 "nan": math.nan, **tables}  # fmt: skip
    exec(compile(text.source, "<compiled by autograd_core>", "exec"), namespace)
    return namespace["program"]  # type: ignore[no-any-return]
