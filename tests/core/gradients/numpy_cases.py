"""NumPy functions with gradients by hand: 24 with a planted fault each, 24 right ones."""

import numpy as np
from case import Case

rng = np.random.default_rng(7)
A, B = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
X, W, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
x = np.array([-1.3, -0.4, 0.7, 1.9, 0.2])
LARGE = rng.normal(size=(60, 40))
noise = np.random.default_rng(0)


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def linear(x, w, b):
    return x @ w + b


def leaky(x):
    return np.where(x > 0.0, x, 0.01 * x)


def centred(x):
    return x - x.mean(axis=1, keepdims=True)


def tanh_sum(w):
    return np.tanh(w).sum()


def last_forgotten(x, g):
    found = 2.0 * x * g
    found[-1] = 0.0
    return found


def column_forgotten(w):
    found = 1.0 - np.tanh(w) ** 2
    found[:, 7] = 0.0
    return found


def changes_x(x, g):
    x *= 2.0
    return x * g


FAULTS = [
    Case("sign", lambda x: np.sin(x).sum(), (x,), "wrong sign",
         {"gradient": lambda x: -np.cos(x)}),
    Case("square, half", lambda x: x * x, (x,), "half", {"vjp": lambda x, g: x * g}),
    Case("mean as a sum", lambda x: x.mean(axis=0), (X,), "5 times too large.*axis 0",
         {"vjp": lambda x, g: np.broadcast_to(g, x.shape)}),
    Case("matrix product transposed", lambda a, b: a @ b, (A, B), "d_a is transposed",
         {"vjp": lambda a, b, g: (b @ g.T, a.T @ g)}),
    Case("matrix product of another shape", linear, (X, W, b), "d_w .*transposed",
         {"vjp": lambda x, w, b, g: (g @ w.T, g.T @ x, g.sum(axis=0))}),
    Case("bias not summed", linear, (X, W, b), "d_b .*forgotten broadcasting.*axis 0",
         {"vjp": lambda x, w, b, g: (g @ w.T, x.T @ g, g)}),
    Case("summed over an axis", lambda x, y: x * y, (X, X + 1.0),
         "d_y is the sum over axis 0",
         {"vjp": lambda x, y, g: (g * y, np.broadcast_to((g * x).sum(axis=0), y.shape))}),
    Case("softmax, own entry only", softmax, (x,), "misses the terms through other entries",
         {"vjp": lambda x, g: softmax(x) * (1.0 - softmax(x)) * g}),
    Case("centred, mean constant", centred, (X,), "misses the terms|along axis 1",
         {"vjp": lambda x, g: g}),
    Case("leaky relu, other slope", leaky, (x,), "only where x < 0",
         {"vjp": lambda x, g: np.where(x > 0.0, g, 0.1 * g)}),
    Case("relu without its mask", lambda x: np.maximum(x, 0.0), (x,), "only where x < 0",
         {"vjp": lambda x, g: g}),
    Case("power, a factor x", lambda x: x**3, (x,), "multiplied by 1 / x",
         {"vjp": lambda x, g: 3.0 * x * g}),
    Case("product rule, half of it", lambda x: (x * np.exp(x)).sum(), (x,),
         "wrong|missing", {"gradient": lambda x: np.exp(x)}),
    Case("cotangent ignored", np.sin, (x,), "ignores the cotangent",
         {"vjp": lambda x, g: np.cos(x)}),
    Case("reversed", lambda x: x[::-1] ** 2, (x,), "reversed along axis 0",
         {"vjp": lambda x, g: (2.0 * x[::-1] * g)}),
    Case("rolled the other way", lambda x: np.roll(x, 1), (x,), "shifted along axis 0|one off",
         {"vjp": lambda x, g: np.roll(g, 0)}),
    Case("jacobian transposed", lambda x: A @ x, (A[0],), "Jacobian that is transposed",
         {"jacobian": lambda x: A.T}),
    Case("jacobian on its side", lambda x: W @ x, (b,), "jacobian.*transposed",
         {"jacobian": lambda x: W.T}),
    Case("jvp, half of the product rule", lambda a, b: a * b, (x, x + 3.0), "tangent of y",
         {"jvp": lambda a, b, da, db: da * b}),
    Case("through float32", lambda x: np.sin(3e3 * x), (x,), "digits only",
         {"vjp": lambda x, g: 3e3 * np.cos(np.float32(3e3) * x.astype(np.float32)) * g}),
    Case("two gradients exchanged", lambda a, b: a * b**2, (x, x + 3.0), "exchanged",
         {"vjp": lambda a, b, g: (2.0 * a * b * g, b**2 * g)}),
    Case("random", np.sin, (x,), "not deterministic",
         {"vjp": lambda x, g: np.cos(x) * g * (1.0 + 1e-3 * noise.normal())}),
    Case("last entry forgotten", lambda x: x * x, (x,), "index 4, the last of axis 0.*zero",
         {"vjp": last_forgotten}),
    Case("one column of 2,400 entries", tanh_sum, (LARGE,), "index 7.* of axis 1",
         {"gradient": column_forgotten}),
]  # fmt: skip


def solve_vjp(a, y, g):
    z = np.linalg.solve(a, y)
    back = np.linalg.solve(a.T, g)
    return -np.outer(back, z), back


def norm_rows(x):
    return np.sqrt((x * x).sum(axis=1))


def logsumexp(x):
    return x.max() + np.log(np.exp(x - x.max()).sum())


def layer_norm(x):
    d = x - x.mean(axis=1, keepdims=True)
    return d / np.sqrt((d * d).mean(axis=1, keepdims=True) + 1e-5)


def layer_norm_vjp(x, g):
    d = x - x.mean(axis=1, keepdims=True)
    s = np.sqrt((d * d).mean(axis=1, keepdims=True) + 1e-5)
    y = d / s
    return (g - g.mean(axis=1, keepdims=True) - y * (g * y).mean(axis=1, keepdims=True)) / s


def max_rows_vjp(x, g):
    found = np.zeros_like(x)
    found[np.arange(len(x)), x.argmax(axis=1)] = g
    return found


def sinc_vjp(x, g):
    safe = np.where(x == 0.0, 1.0, x)
    return g * np.where(x == 0.0, 0.0, (np.cos(safe) - np.sin(safe) / safe) / safe)


def sinc(x):
    return np.where(x == 0.0, 1.0, np.sin(np.where(x == 0.0, 1.0, x)) / np.where(x == 0.0, 1.0, x))


ZEROS = np.array([0.0, -0.5, 0.0, 2.0])

RIGHT = [
    Case("matrix product", lambda a, b: a @ b, (A, B), "",
         {"vjp": lambda a, b, g: (g @ b.T, a.T @ g)}),
    Case("linear layer", linear, (X, W, b), "",
         {"vjp": lambda x, w, b, g: (g @ w.T, x.T @ g, g.sum(axis=0))}),
    Case("softmax", softmax, (X,), "",
         {"vjp": lambda x, g: softmax(x) * (g - (g * softmax(x)).sum(axis=1, keepdims=True))}),
    Case("softmax of thousands", softmax, (1e3 * x,), "",
         {"vjp": lambda x, g: softmax(x) * (g - (g * softmax(x)).sum())}),
    Case("layer normalisation", layer_norm, (X,), "", {"vjp": layer_norm_vjp}),
    Case("relu at its kink", lambda x: np.maximum(x, 0.0), (ZEROS,), "",
         {"vjp": lambda x, g: g * (x > 0.0)}),
    Case("relu at its kink, the other way", lambda x: np.maximum(x, 0.0), (ZEROS,), "",
         {"vjp": lambda x, g: g * (x >= 0.0)}),
    Case("abs at its kink", lambda x: np.abs(x), (ZEROS,), "",
         {"vjp": lambda x, g: g * np.sign(x)}),
    Case("sum of relus at kinks", lambda x: np.maximum(A @ x, 0.0).sum(), (np.zeros(3),), "",
         {"gradient": lambda x: A.T @ (A @ x > 0.0)}),
    Case("maximum of rows", lambda x: x.max(axis=1), (X,), "", {"vjp": max_rows_vjp}),
    Case("maximum of a tie", lambda x: x.max(axis=1), (np.ones((2, 3)),), "",
         {"vjp": max_rows_vjp}),
    Case("steps", lambda x: np.floor(4.0 * x), (x,), "", {"vjp": lambda x, g: 0.0 * g}),
    Case("logsumexp of thousands", logsumexp, (np.array([1e3, 999.0, -1e3]),), "",
         {"gradient": softmax}),
    Case("exp of 700", np.exp, (np.array([700.0, -700.0]),), "",
         {"vjp": lambda x, g: g * np.exp(x)}),
    Case("log of 1e-300", np.log, (np.array([1e-300, 1e300]),), "", {"vjp": lambda x, g: g / x}),
    Case("sinc at 0", sinc, (np.array([0.0, 1e-3, 2.0]),), "", {"vjp": sinc_vjp}),
    Case("solve", lambda a, y: np.linalg.solve(a, y), (A + 3.0 * np.eye(3), A[0]), "",
         {"vjp": solve_vjp}),
    Case("norms of rows", norm_rows, (X,), "",
         {"vjp": lambda x, g: g[:, None] * x / norm_rows(x)[:, None]}),
    Case("jacobian", lambda x: np.tanh(W @ x), (b,), "",
         {"jacobian": lambda x: (1.0 - np.tanh(W @ x) ** 2)[:, None] * W}),
    Case("jvp and vjp", lambda a, b: a * b, (x, x + 3.0), "",
         {"jvp": lambda a, b, da, db: da * b + a * db, "vjp": lambda a, b, g: (g * b, g * a)}),
    Case("float32", np.sin, (x.astype(np.float32),), "", {"vjp": lambda x, g: np.cos(x) * g}),
    Case("float32 matrix product", lambda a, b: a @ b,
         (LARGE[:20].astype(np.float32), LARGE[20:].T.astype(np.float32)), "",
         {"vjp": lambda a, b, g: (g @ b.T, a.T @ g)}),
    Case("2,400 entries", tanh_sum, (LARGE,), "", {"gradient": lambda w: 1.0 - np.tanh(w) ** 2}),
    Case("scales apart", lambda a, b: a.sum() * b.sum(), (1e-8 * x, 1e8 * x), "",
         {"gradient": lambda a, b: (np.full_like(a, b.sum()), np.full_like(b, a.sum()))}),
]  # fmt: skip
