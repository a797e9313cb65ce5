"""JAX's functions, custom_vjp and custom_jvp: 16 with a planted fault each, 16 right ones."""

import jax
import numpy as np
from case import Case
from jax import numpy as jnp

rng = np.random.default_rng(7)


def single(*shape):
    return jnp.asarray(rng.normal(size=shape), jnp.float32)


A, B = single(3, 3), single(3, 3)
X, W, b = single(5, 3), single(3, 4), single(4)
x = jnp.array([-1.3, -0.4, 0.7, 1.9, 0.2], jnp.float32)
LARGE = single(40, 25)


def by_vjp(forward, backward):
    """Return a function with a custom_vjp; backward takes the inputs, then the cotangent."""
    made = jax.custom_vjp(forward)
    made.defvjp(lambda *inputs: (forward(*inputs), inputs), lambda saved, g: backward(*saved, g))
    return made


def by_jvp(forward, push):
    """Return a function with a custom_jvp; push takes the inputs, then their tangents."""
    made = jax.custom_jvp(forward)
    made.defjvp(lambda primals, tangents: (forward(*primals), push(*primals, *tangents)))
    return made


def softmax(z):
    return jax.nn.softmax(z)


def relu(x):
    return jnp.maximum(x, 0.0)


def norm_detached(x):
    return x / jax.lax.stop_gradient(jnp.linalg.norm(x))


def where_sqrt(x):
    return jnp.where(x > 0.0, jnp.sqrt(x), 0.0 * x)


FAULTS = [
    Case("sign", by_vjp(jnp.cos, lambda x, g: (g * jnp.sin(x),)), (x,), "wrong sign"),
    Case("square, half", by_vjp(jnp.square, lambda x, g: (g * x,)), (x,), "half"),
    Case("mean as a sum", by_vjp(lambda x: x.mean(0), lambda x, g: (g + 0.0 * x,)), (X,),
         "5 times too large"),
    Case("matrix product transposed", by_vjp(jnp.matmul, lambda a, b, g: (b @ g.T, a.T @ g)),
         (A, B), "is transposed"),
    Case("matrix product of another shape",
         by_vjp(jnp.matmul, lambda a, b, g: (g @ b.T, g.T @ a)), (X, W), "transposed"),
    Case("bias not summed", by_vjp(jnp.add, lambda x, b, g: (g, g)), (X, X[0]),
         "forgotten broadcasting"),
    Case("summed over an axis",
         by_vjp(jnp.multiply, lambda x, y, g: (g * y, 0.0 * y + (g * x).sum(0))), (X, X + 1.0),
         "sum over axis 0"),
    Case("softmax, own entry only",
         by_vjp(softmax, lambda z, g: (g * softmax(z) * (1.0 - softmax(z)),)), (x,),
         "misses the terms"),
    Case("norm, stop_gradient", norm_detached, (x,), "misses the terms"),
    Case("relu without its mask", by_vjp(relu, lambda x, g: (g,)), (x,), "only where x0? < 0"),
    Case("custom_jvp, sign", by_jvp(jnp.sin, lambda x, d: -d * jnp.cos(x)), (x,), "wrong sign"),
    Case("custom_jvp, half of the product rule",
         by_jvp(jnp.multiply, lambda a, b, da, db: da * b), (x, x + 3.0), "zero"),
    Case("cotangent ignored", by_vjp(jnp.sin, lambda x, g: (jnp.cos(x),)), (x,), "ignores"),
    Case("sqrt behind where", where_sqrt, (jnp.array([0.0, 1.0, 4.0]) - 1.0,), "nan"),
    Case("factor of a percent",
         by_vjp(jnp.tanh, lambda x, g: (1.01 * g * (1.0 - jnp.tanh(x) ** 2),)), (x,),
         "1.01"),
    Case("one row of 1,000 entries",
         by_vjp(jnp.tanh, lambda w, g: ((g * (1.0 - jnp.tanh(w) ** 2)).at[3].multiply(1.5),)),
         (LARGE,), "index 3 of axis 0"),
]  # fmt: skip


def network(parameters, x):
    for w, b in parameters:
        x = jnp.tanh(x @ w + b)
    return x.sum()


ZEROS = jnp.array([0.0, -0.5, 0.0, 2.0])

RIGHT = [
    Case("matrix product", by_vjp(jnp.matmul, lambda a, b, g: (g @ b.T, a.T @ g)), (A, B)),
    Case("custom_jvp", by_jvp(jnp.sin, lambda x, d: d * jnp.cos(x)), (x,)),
    Case("network of a pytree", network, ([(A, A[0]), (W, b)], X)),
    Case("softmax", jax.nn.softmax, (X,)),
    Case("layer normalisation", lambda x: jax.nn.standardize(x, axis=1), (X,)),
    Case("relu at its kink", jax.nn.relu, (ZEROS,)),
    Case("abs at its kink", jnp.abs, (ZEROS,)),
    Case("maximum of a tie", lambda x: x.max(1), (jnp.ones((2, 3)),)),
    Case("steps", lambda x: jnp.floor(4.0 * x), (x,)),
    Case("logsumexp of thousands", jax.nn.logsumexp, (1e3 * x,)),
    Case("solve", jnp.linalg.solve, (A + 3.0 * jnp.eye(3), A[0])),
    Case("scan", lambda x: jax.lax.scan(lambda c, y: (jnp.tanh(c + y), c * y), 0.0, x)[1], (x,)),
    Case(
        "labels",
        lambda z, y: -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1).mean(),
        (X, jnp.array([0, 2, 1, 1, 0])),
    ),
    Case("cumprod with a 0", jnp.cumprod, (jnp.array([1.5, 0.5, -2.0]),)),
    Case("exp of 80", jnp.exp, (jnp.array([80.0, -80.0, 0.0]),)),
    Case("1,000 entries", lambda w: jnp.tanh(w @ w.T), (LARGE,)),
]
