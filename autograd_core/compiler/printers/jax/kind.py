"""Kind: the elementary functions on arrays of JAX, for rules that are written for any number."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from autograd_core.compiler.arrays import COMPARISONS
from autograd_core.compiler.printers.jax.names import CALLED


def jax_kind() -> Any:
    """Return a namespace with the names of `autograd_core.table.ARRAY`; it needs JAX."""
    import jax.numpy as jnp
    from jax.scipy import special

    from autograd_core.compiler.printers.jax import helpers

    rooms = {"jnp": jnp, "special": special, "h": helpers}
    found = {name: getattr(jnp, name) for name in COMPARISONS}
    for name, called in CALLED.items():
        room, _, function = called.partition(".")
        found[name] = getattr(rooms[room], function)
    return SimpleNamespace(**found)
