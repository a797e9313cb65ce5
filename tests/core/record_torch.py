"""Record what PyTorch gives for every operation of the table, as tests/core/torch_2_13_0.csv.

Run once, where PyTorch is installed (`pip install torch==2.13.0`); the tests read the file only:

    python tests/core/record_torch.py > tests/core/torch_2_13_0.csv
"""

from math import inf, nan

import torch
from torch.nn import functional as F

ONE = [-1000.0, -30.0, -2.5, -1.0, -0.75, -1e-3, 0.0, 1e-3, 0.3, 0.5, 1.0, 1.5, 2.5, 10.0, 30.0,
       1000.0, inf, -inf, nan, -0.0, 1e-200, 1e200, -1e200]  # fmt: skip
TWO = [(0.5, 2.0), (-0.5, 2.0), (2.0, -3.0), (-2.0, 3.0), (1.0, 1.0), (0.0, 0.0), (0.0, 2.0),
       (2.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (inf, 1.0), (1.0, inf), (-inf, 2.0), (inf, inf),
       (nan, 1.0), (1.0, nan), (1000.0, -1000.0), (-7.5, 2.0), (7.5, -2.0), (-0.0, 0.0),
       (0.0, -0.0), (1e200, 1e200), (1e-200, 1e-200), (0.0, inf), (-inf, inf)]  # fmt: skip
CLIP = [(-2.0, -1.0, 1.0), (-1.0, -1.0, 1.0), (0.0, -1.0, 1.0), (1.0, -1.0, 1.0), (2.0, -1.0, 1.0),
        (nan, -1.0, 1.0), (0.0, 1.0, -1.0), (0.5, 0.5, 0.5), (inf, -1.0, 1.0)]  # fmt: skip
WHERE = [(1.0, 2.0, 3.0), (0.0, 2.0, 3.0), (1.0, 2.0, inf), (0.0, nan, 3.0)]
VECTORS = [(1.0, 2.0, 3.0), (1001.0, 1002.0, 1003.0), (-1000.0, 0.0, 1000.0), (0.0, 0.0, 0.0),
           (0.5, 0.5, -2.0), (0.0, 2.0, 3.0), (0.0, 0.0, 3.0), (-1.5, 2.5, 0.25),
           (inf, 1.0, 2.0), (-inf, 1.0, 2.0), (-inf, -inf, -inf), (nan, 1.0, 2.0),
           (1e200, 1e200, 1000.0), (-0.5,)]  # fmt: skip

UNARY = {
    "negative": torch.neg, "positive": torch.positive, "abs": torch.abs, "square": torch.square,
    "reciprocal": torch.reciprocal, "sqrt": torch.sqrt, "exp": torch.exp, "exp2": torch.exp2,
    "expm1": torch.expm1, "log": torch.log, "log2": torch.log2, "log10": torch.log10,
    "log1p": torch.log1p, "sin": torch.sin, "cos": torch.cos, "tan": torch.tan,
    "arcsin": torch.arcsin, "arccos": torch.arccos, "arctan": torch.arctan, "sinh": torch.sinh,
    "cosh": torch.cosh, "tanh": torch.tanh, "arcsinh": torch.arcsinh, "arccosh": torch.arccosh,
    "arctanh": torch.arctanh, "erf": torch.erf, "erfc": torch.erfc, "lgamma": torch.lgamma,
    "digamma": torch.digamma, "floor": torch.floor, "ceil": torch.ceil, "round": torch.round,
    "sign": torch.sign, "relu": torch.relu, "leaky_relu": F.leaky_relu, "elu": F.elu,
    "selu": F.selu, "sigmoid": torch.sigmoid, "softplus": F.softplus, "log_sigmoid": F.logsigmoid,
    "silu": F.silu, "gelu": F.gelu, "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "mish": F.mish, "softsign": F.softsign, "rsqrt": torch.rsqrt, "trunc": torch.trunc,
    "frac": torch.frac, "logit": torch.logit, "sinc": torch.sinc, "erfinv": torch.erfinv,
}  # fmt: skip
UNARY |= {f"**{n!r}": lambda x, n=n: x**n
          for n in (0.0, 1.0, 2.0, 3.0, -1.0, -2.0, 0.5, -0.5, 1 / 3)}  # fmt: skip
BINARY = {
    "add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div,
    "floor_divide": lambda a, b: torch.div(a, b, rounding_mode="floor"),
    "remainder": torch.remainder, "power": torch.pow, "maximum": torch.maximum,
    "minimum": torch.minimum, "arctan2": torch.arctan2, "hypot": torch.hypot,
    "logaddexp": torch.logaddexp, "logaddexp2": torch.logaddexp2, "fmod": torch.fmod,
    "xlogy": torch.xlogy,
}  # fmt: skip
VECTOR = {
    "total": torch.sum, "mean": torch.mean, "product": torch.prod, "norm": torch.linalg.norm,
    "amax": torch.amax, "amin": torch.amin,
    "logsumexp": lambda x: torch.logsumexp(x, 0), "softmax": lambda x: torch.softmax(x, 0)[0],
    "log_softmax": lambda x: torch.log_softmax(x, 0)[0],
}  # fmt: skip


def numbers(tensors):
    """Return them as text; a gradient that PyTorch does not track is 0."""
    return " ".join("0.0" if t is None else repr(t.item()) for t in tensors)


def record(name, function, operands):
    """Print one line: operation, operands, value, gradients, second derivative by the first."""
    xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in operands]
    y = function(torch.stack(xs)) if name in VECTOR else function(*xs)
    gradients, second = [None] * len(xs), [None]
    if y.requires_grad:
        gradients = torch.autograd.grad(y, xs, create_graph=True, allow_unused=True)
        if gradients[0] is not None and gradients[0].requires_grad:
            second = torch.autograd.grad(gradients[0], xs[0], allow_unused=True)
    written = " ".join(map(repr, operands))
    print(f"{name},{written},{y.item()!r},{numbers(gradients)},{numbers(second)}")


if __name__ == "__main__":
    print(f"# torch {torch.__version__}, float64: op,operands,value,gradients,second derivative")
    print("op,operands,value,gradients,second")
    for name, function in UNARY.items():
        for x in ONE:
            record(name, function, (x,))
    for name, function in BINARY.items():
        for operands in TWO:
            record(name, function, operands)
    for operands in CLIP:
        record("clip", torch.clamp, operands)
    for operands in WHERE:
        record("where", lambda c, a, b: torch.where(c != 0, a, b), operands)
    for name, function in VECTOR.items():
        for operands in VECTORS:
            record(name, function, operands)
