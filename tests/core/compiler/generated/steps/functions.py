"""Elementary functions that generated programs use: written once, for Values and for peers."""

# The functions that a namespace `m` must have.
NAMES = (
    "tanh", "sin", "cos", "exp", "log", "sqrt", "sigmoid", "relu", "softplus", "abs", "log1p",
    "erf", "arctan", "expm1", "square", "gelu", "silu", "elu", "maximum", "minimum", "hypot",
    "logaddexp", "arctan2", "where", "less", "greater", "softmax", "logsumexp", "log_softmax",
    "total", "mean", "dot", "norm", "product", "reciprocal", "softsign", "sinh", "arcsinh",
)  # fmt: skip

UNARY = (
    lambda m, v: m.tanh(v), lambda m, v: m.sin(v), lambda m, v: m.sigmoid(v),
    lambda m, v: v * v, lambda m, v: -v, lambda m, v: v - 0.3, lambda m, v: 0.5 * v,
    lambda m, v: m.relu(v), lambda m, v: m.softplus(v), lambda m, v: 1.0 / (v * v + 1.0),
    lambda m, v: m.exp(-(v * v)), lambda m, v: m.exp(0.3 * v), lambda m, v: m.abs(v),
    lambda m, v: m.sqrt(v * v + 0.5), lambda m, v: v**3, lambda m, v: m.log1p(v * v),
    lambda m, v: m.erf(v), lambda m, v: m.cos(v), lambda m, v: m.arctan(v),
    lambda m, v: m.log(v * v + 1.5), lambda m, v: m.gelu(v), lambda m, v: m.silu(v),
    lambda m, v: m.elu(v), lambda m, v: m.square(v), lambda m, v: m.softsign(v),
    lambda m, v: m.where(m.greater(v, 0.1), v * 2.0, m.tanh(v)), lambda m, v: 1.0 - v,
    lambda m, v: m.arcsinh(v), lambda m, v: m.minimum(v, 0.7), lambda m, v: v / 3.0,
    lambda m, v: m.expm1(0.1 * v), lambda m, v: 2.0 / (1.0 + m.exp(-v)) - 1.0,
    lambda m, v: (v * v + 0.1) ** 0.5, lambda m, v: (v * v + 0.7) ** -1.5, lambda m, v: v,
    lambda m, v: 0.5 * v * v - 0.25 * v + 1.0,
)  # fmt: skip

BINARY = (
    lambda m, a, b: a + b, lambda m, a, b: a * b, lambda m, a, b: a - b,
    lambda m, a, b: a / (b * b + 1.0), lambda m, a, b: m.maximum(a, b),
    lambda m, a, b: m.minimum(a, b), lambda m, a, b: m.hypot(a, b + 0.1),
    lambda m, a, b: m.logaddexp(a, b), lambda m, a, b: m.arctan2(a, b * b + 0.2),
    lambda m, a, b: a * m.sigmoid(b), lambda m, a, b: m.tanh(a + b), lambda m, a, b: (a - b) ** 2,
    lambda m, a, b: a * b + a, lambda m, a, b: m.where(m.less(a, b), a * 0.5, b),
    lambda m, a, b: m.exp(-m.abs(a - b)), lambda m, a, b: a - 0.5 * b,
    lambda m, a, b: 2.0 * a + 3.0 * b, lambda m, a, b: m.tanh(a) * b, lambda m, a, b: a,
    lambda m, a, b: (a * a + 0.5) / (b * b + 0.5), lambda m, a, b: m.sqrt(a * a + b * b + 0.01),
)  # fmt: skip


def chain(m, numbers, function):
    """Return the fold of the numbers, from the left."""
    result = numbers[0]
    for number in numbers[1:]:
        result = function(result, number)
    return result
