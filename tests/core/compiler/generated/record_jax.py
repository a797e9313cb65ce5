"""Record the value and gradient of a thousand generated programs in JAX, as jax_0_10_2.npz.

Run once from the top of the project, where JAX is installed; the tests read the file only:

    python -m tests.core.compiler.generated.record_jax
"""

import math

import jax
import numpy as np
from jax import nn
from jax import numpy as jnp
from jax.scipy import special

from .arguments import leaves, mapped
from .build import function_of
from .recorded import COUNT, FILE, LARGEST, candidate, digest

jax.config.update("jax_enable_x64", True)


class JAX:
    """Elementary functions on JAX's scalars."""

    tanh, sin, cos, exp, log, sqrt = jnp.tanh, jnp.sin, jnp.cos, jnp.exp, jnp.log, jnp.sqrt
    sinh, arcsinh, arctan, abs, square = jnp.sinh, jnp.arcsinh, jnp.arctan, jnp.abs, jnp.square
    log1p, expm1, reciprocal, erf = jnp.log1p, jnp.expm1, jnp.reciprocal, special.erf
    maximum, minimum, hypot, arctan2 = jnp.maximum, jnp.minimum, jnp.hypot, jnp.arctan2
    logaddexp = jnp.logaddexp
    sigmoid, relu, softplus, silu, elu = nn.sigmoid, nn.relu, nn.softplus, nn.silu, nn.elu
    gelu = staticmethod(lambda v: nn.gelu(v, approximate=False))
    softsign = nn.soft_sign
    where = staticmethod(lambda condition, a, b: jnp.where(condition != 0.0, a, b))
    less = staticmethod(lambda a, b: jnp.where(a < b, 1.0, 0.0))
    greater = staticmethod(lambda a, b: jnp.where(a > b, 1.0, 0.0))
    softmax = staticmethod(lambda xs: list(nn.softmax(jnp.stack(xs))))
    log_softmax = staticmethod(lambda xs: list(nn.log_softmax(jnp.stack(xs))))
    logsumexp = staticmethod(lambda xs: nn.logsumexp(jnp.stack(xs)))
    total = staticmethod(lambda xs: jnp.sum(jnp.stack(xs)))
    mean = staticmethod(lambda xs: jnp.mean(jnp.stack(xs)))
    product = staticmethod(lambda xs: jnp.prod(jnp.stack(xs)))
    norm = staticmethod(lambda xs: jnp.linalg.norm(jnp.stack(xs)))
    dot = staticmethod(lambda xs, ys: jnp.dot(jnp.stack(xs), jnp.stack(ys)))


def computed(program, arguments):
    """Return value and gradient of a program."""

    def function(given):
        left = iter(given)
        trees = [mapped(lambda _: next(left), argument) for argument in arguments]
        return jnp.asarray(function_of(program, JAX)(*trees), dtype=float)

    value, gradient = jax.value_and_grad(function)([float(v) for v in leaves(arguments)])
    return float(value), [float(g) for g in gradient]


if __name__ == "__main__":
    rows, seed = [], 0
    while len(rows) < COUNT:
        found = candidate(seed)
        if found:
            value, gradient = computed(*found)
            if all(math.isfinite(v) and abs(v) < LARGEST for v in (value, *gradient)):
                rows.append((seed, digest(*found), value, gradient))
        seed += 1
        if seed % 100 == 0:
            print(seed, len(rows), flush=True)
    seeds, digests, values, gradients = zip(*rows)
    np.savez_compressed(
        FILE,
        seeds=np.array(seeds, np.uint16),
        digests=np.array(digests, np.uint32),
        values=np.array(values),
        sizes=np.array([len(g) for g in gradients], np.uint8),
        gradients=np.concatenate([np.array(g) for g in gradients]),
    )
