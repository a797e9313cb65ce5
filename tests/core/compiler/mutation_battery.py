"""Battery: small programs, each for one part of the compiler, compared with eager Values."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autograd_core import Value, functional
from autograd_core.compiler.arrays.verify import InvalidProgram
from autograd_core.compiler.compiled import Compiled

TOLERANCE = 1e-10  # relative to the largest number: sums are added in another order


class Case(NamedTuple):
    """A program.

    Attributes:
        function: Returns a Value, or a Value and a list of others.
        shapes: The shapes of its arguments.
        batch: As in `compile`.
        plan: As for `Compiled`; `stepwise` for scalars on the machine.
        low: The arguments are from `low` to `low + 1`.
    """

    function: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    batch: tuple[int | None, ...] | None = None
    plan: str = "arrays"
    low: float = 0.2


def dense(x, w, b):
    hidden = [(sum(w[i, j] * x[j] for j in range(4)) + b[i]).tanh() for i in range(4)]
    return sum((sum(w[j, i] * hidden[j] for j in range(4)) - x[i]) ** 2 for i in range(4))


def convolution(x, k):
    rows = [sum(k[j] * x[2 * i + j] for j in range(3)) - k[1] for i in range(4)]
    return sum(r.exp() * (i + 1) for i, r in enumerate(rows)) / (k[0] + 2.0)


def attention(q, k, v):
    total = 0.0
    for row in q:
        scores = [sum(a * b for a, b in zip(row, other)) * 0.7 for other in k]
        weights = functional.softmax(scores)
        mixed = [sum(w * r[c] for w, r in zip(weights, v)) for c in range(2)]
        total = total + mixed[0] / mixed[1] + functional.logsumexp(scores)
    return total


def recurrence(x, w):
    h = [w[0, 0] * 0.0, w[0, 1] * 0.5]
    for number in x:
        h = [(w[i, 0] * h[0] + w[i, 1] * h[1] + number).tanh() for i in range(2)]
    return h[0] - h[1] / 3.0


def product_and_bias(a, b, c):
    m = [[sum(a[i, t] * b[t, j] for t in range(3)) + c[j] for j in range(4)] for i in range(3)]
    read_again = sum(m[i][j] * m[i][j + 1] * (i - 2.0 * j) for i in range(3) for j in range(3))
    return read_again + sum(x.sin() for row in m for x in row)


def stencil(u, source):
    new = [[u[i, j] + 0.1 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4.0 * u[i, j])
            - source[i, j] for j in range(1, 5)] for i in range(1, 4)]  # fmt: skip
    return sum(x * x for row in new for x in row)


PERMUTED = [3, 0, 5, 1, 4, 2, 6, 6, 1]


def gather(x, y):
    picked = [x[p] / y[i] for i, p in enumerate(PERMUTED)]
    return sum(p.log() * (i + 1.5) for i, p in enumerate(picked)) + (y[0] - x[2]).sin()


def with_others(x, y):
    products = [a.exp() - b * 3.0 for a, b in zip(x, y)]
    loss = sum(products) + x[1] * y[0]
    return loss, [products[2], products[0], loss * loss, x[1], y[0] / x[0]]


def shared_weights(x, w, b):
    hidden = [(sum(w[i, j] * x[j] for j in range(3)) + b[i]).sigmoid() for i in range(5)]
    return sum(h * (w[i, 0] - x[1]) for i, h in enumerate(hidden))


def choices(x, y):
    parts = [functional.where(a > b, a * b, a - b) + functional.maximum(a, 2.0 * b)
             for a, b in zip(x, y)]  # fmt: skip
    return sum(parts) + sum((a - 0.8).relu().sqrt() for a in x)


def cdf(z):
    return 0.5 * ((z / 2.0**0.5).erf() + 1.0)


def black_scholes(s, k, r, v, t):
    width = v * t.sqrt()
    d1 = ((s / k).log() + (r + 0.5 * v * v) * t) / width
    return s * cdf(d1) - k * (-r * t).exp() * cdf(d1 - width)


def scaled(x, y):
    parts = [0.3 * (2.0 * a - b) + b / (a * 3.0) + (1.0 / a) / b - 0.3 * (b * a)
             for a, b in zip(x, y)]  # fmt: skip
    return sum(p.tanh() for p in parts) - 2.5 * sum(p * a for p, a in zip(parts, x))


def rounded(x, y):
    large = 1.5 * 2.0**52
    return sum((a + large + -large) * (i + 1.0) for i, a in enumerate(x)) + sum(
        (a * b - b) * (b - 2.0) for a, b in zip(x, y)
    )


def added(x, y):
    return sum(a.sin() for a in x) + sum((a + b) * 1.0 for a, b in zip(x, y))


def weighted(x, y, t):
    rows = [sum(0.3 * (a * b) for a, b in zip(x[i : i + 3], y)) for i in range(3)]
    same = t * sum(a - t for a in x)
    return sum(row.sin() for row in rows) + same + (-2.5 * sum(0.7 * (a * b) for a, b in zip(x, y)))


def shuffled_product(a, b):
    order = [5, 0, 7, 2, 8, 1, 3, 6, 4]
    m = {n: sum(a[n // 3, t] * b[t, n % 3] for t in range(4)) for n in order}
    return sum(m[n].sin() * (n + 1.0) for n in order)


def exponentials(x, y):
    parts = [b * (-a).exp() + (a * -2.0).exp() / b for a, b in zip(x, y)]
    apart = [((-a).exp() * (-b).exp()).tanh() + (-(a + b)).exp().sin() for a, b in zip(x, y)]
    return sum(p.tanh() for p in [*parts, *apart])


def common_factor(w, x, y):
    """The terms of each difference have a common factor."""
    return sum([(a * b - a * c).tanh() for a, b, c in zip(w, x, y)])


def gathered(x, p, q):
    parts = [(a * b + a * c + (2.0 * a) * c).sin() + (2.0 * b).cos() * (2.0 * (b * c)).tanh()
             for a, b, c in zip(x, p, q)]  # fmt: skip
    return sum(parts) - sum((1.0 / a) / b + b * (1.0 / c) for a, b, c in zip(x, p, q))


def put(s, k, r, v, t):
    width = v * t.sqrt()
    d1 = ((s / k).log() + (r + 0.5 * v * v) * t) / width
    return k * (-r * t).exp() * cdf(width - d1) - s * cdf(-d1)


def flat_image(x, p):
    corner = sum(x[3 * y + z + 1].exp() * (y + 2.0 * z) for y in range(2) for z in range(2))
    return corner + sum((p[0] * x[3 * y + z] + p[1] * x[3 * y + z + 1] + p[0] * x[3 * y + z + 3]
                + p[1] * x[3 * y + z + 4]) * (1 + 2 * y + z)
               for y in range(2) for z in range(2))  # fmt: skip


def one_factor(x, y):
    return 0.3 * (x * y.exp()), [0.3 * (y * y.exp()), 0.3 * y.exp()]


def spread(x, t):
    return t * sum(x) - t.sin()


def chain(x, w):
    y = w[0] * 0.5
    for step in range(450):
        x, y = x - 0.01 * (w[step % 3] / (y + 2.0)), y + (x * w[1]).sin() * 0.01
    return x - y * 0.3


SAMPLES = 5
CASES = {
    "dense layer, tied": Case(dense, ((4,), (4, 4), (4,))),
    "convolution": Case(convolution, ((10,), (3,))),
    "attention": Case(attention, ((3, 2), (3, 2), (3, 2))),
    "recurrence": Case(recurrence, ((6,), (2, 2))),
    "product and bias": Case(product_and_bias, ((3, 3), (3, 4), (4,))),
    "stencil": Case(stencil, ((5, 6), (5, 6))),
    "gather": Case(gather, ((7,), (9,))),
    "other outputs": Case(with_others, ((4,), (4,))),
    "batch": Case(shared_weights, ((3,), (5, 3), (5,)), (0, None, None)),
    "batch, other outputs": Case(with_others, ((4,), (4,)), (0, None)),
    "choices": Case(choices, ((6,), (6,))),
    "Black-Scholes": Case(black_scholes, ((),) * 5, (0,) * 5),
    "factors": Case(scaled, ((5,), (5,))),
    "batch of factors": Case(scaled, ((5,), (5,)), (0, 0)),
    "rounded": Case(rounded, ((6,), (6,)), None, "arrays", 3.3),
    "weighted": Case(weighted, ((5,), (5,), ())),
    "shuffled product": Case(shuffled_product, ((3, 4), (4, 3))),
    "exponentials": Case(exponentials, ((5,), (5,)), (0, 0)),
    "common factor": Case(common_factor, ((5,), (5,), (5,))),
    "gathered": Case(gathered, ((5,), (5,), (5,))),
    "put": Case(put, ((),) * 5, (0,) * 5),
    "flat image": Case(flat_image, ((9,), (2,))),
    "one factor": Case(one_factor, ((), ()), (0, 0)),
    "spread": Case(spread, ((4,), ())),
    "same gradient": Case(added, ((4,), (4,))),
    "scalar layer": Case(dense, ((4,), (4, 4), (4,)), None, "scalars"),
    "scalar choices": Case(choices, ((6,), (6,)), None, "scalars"),
    "scalar outputs": Case(with_others, ((4,), (4,)), None, "scalars"),
    "scalar chain": Case(chain, ((), (3,)), None, "scalars"),
    "machine's choices": Case(choices, ((60,), (60,)), None, "stepwise"),
    "machine's outputs": Case(with_others, ((90,), (90,)), None, "stepwise"),
    "machine's chain": Case(chain, ((), (3,)), None, "stepwise"),
}

_MADE_FOR = {
    "merge": ("exponentials", "Black-Scholes"),
    "shorten": ("common factor", "gathered"),
    "factors": ("gathered", "factors"),
    "in_place": ("stencil", "attention", "factors"),
    "results": ("other outputs", "batch, other outputs", "spread", "convolution"),
    "reroll": ("convolution", "weighted", "rounded"),
    "forward": ("attention", "shuffled product", "weighted"),
}


def _points(case, seed):
    rng = np.random.default_rng(seed)
    batch = case.batch or (None,) * len(case.shapes)
    shapes = [s if many is None else (SAMPLES, *s) for s, many in zip(case.shapes, batch)]
    return [case.low + rng.uniform(size=s) if s else case.low + rng.uniform() for s in shapes]


def _eager(case, arguments):
    """Return value, other outputs and gradients of one sample."""
    values = [np.vectorize(Value, otypes=[object])(a)[()] for a in arguments]
    found = case.function(*values)
    value, others = found if isinstance(found, tuple) else (found, [])
    value.backward()
    slopes = [np.vectorize(lambda v: v.grad, otypes=[float])(v) for v in values]
    return [value.data, [v.data for v in others], *slopes]


@cache
def wanted(name, seed):
    """Return the results on eager Values: value, other outputs, gradients."""
    case = CASES[name]
    arguments = _points(case, seed)
    if case.batch is None:
        return _eager(case, arguments)
    samples = [
        _eager(case, [a if many is None else a[i] for a, many in zip(arguments, case.batch)])
        for i in range(SAMPLES)
    ]
    value, others, *slopes = [list(part) for part in zip(*samples)]
    totals = [sum(s) if many is None else np.array(s) for s, many in zip(slopes, case.batch)]
    return [np.array(value), [np.array(o) for o in zip(*others)], *totals]


def _compiled(name, compiled, seed):
    case = CASES[name]
    found, slopes = compiled.value_and_grad(
        *_points(case, seed), wrt=tuple(range(len(case.shapes))), has_aux=_has_others(case)
    )
    value, others = found if _has_others(case) else (found, [])
    return [value, list(others), *slopes]


def _has_others(case):
    return case.function in (with_others, one_factor)


def _difference(got, want):
    others = zip(got[1], want[1], strict=True)
    parts = [*zip([got[0], *got[2:]], [want[0], *want[2:]], strict=True), *others]
    for one, other in parts:
        one, other = np.asarray(one, float), np.asarray(other, float)
        scale = np.abs(other).max(initial=1e-3)
        if one.shape != other.shape or not np.allclose(one, other, TOLERANCE, TOLERANCE * scale):
            return True
    return False


def programs_for(stage):
    """Return the programs that use a stage, those made for it first, to find faults sooner."""
    scalar = [name for name, case in CASES.items() if case.plan == "scalars"]
    stepwise = [name for name, case in CASES.items() if case.plan == "stepwise"]
    if stage in ("straight", "scalar"):
        return scalar
    if stage in ("steps", "words", "machine"):
        return stepwise
    others = [name for name in CASES if name not in (*scalar, *stepwise)]
    return [*_MADE_FOR.get(stage, ()), *[n for n in others if n not in _MADE_FOR.get(stage, ())]]


def fault(names):
    """Return how the compiler is seen to be broken; an empty string if no program shows it.

    Args:
        names: The names of the programs, each of which is compiled, called twice and compared.
    """
    for name in names:
        case = CASES[name]
        options = {} if case.batch is None else {"batch": case.batch}
        try:
            if case.plan == "stepwise":
                compiled = Compiled(case.function, plan="scalars", backend="native")
            else:
                compiled = Compiled(case.function, plan=case.plan, **options)
            first = _compiled(name, compiled, 0)
            second = _compiled(name, compiled, 1)
            alone = compiled(*_points(case, 1))
        except InvalidProgram as error:
            return f"verifier: {str(error).split(', in ')[0]}"
        except Exception as error:
            return f"{type(error).__name__} ({name})"
        if _difference(second, wanted(name, 1)):
            return f"numbers ({name})"
        if _difference(list(alone) if _has_others(case) else [alone, []], wanted(name, 1)[:2]):
            return f"numbers without gradient ({name})"
        if _difference(first, wanted(name, 0)):
            return f"numbers of an earlier call ({name})"
        arrays = [s for s in second[2:] if isinstance(s, np.ndarray)]
        if any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i]):
            return f"two gradients in one array ({name})"
    return ""
