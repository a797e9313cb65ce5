"""Combinations: a matrix product, an addition to it, and a later use of the sum: 2,376 programs.

python -m tests.core.compiler.generated.combinations [EVERY]     # prints those that differ
"""

import sys
from collections import Counter
from itertools import pairwise, product

import numpy as np

from autograd_core.functional import maximum, tanh

from .eager import described, match

SHAPES = ((8, 8, 3), (4, 4, 4), (5, 7, 6), (2, 3, 1), (6, 1, 2), (1, 5, 3))  # rows, columns, inner

# the addend of element (i, j) of a product with n columns; c is a vector, d a matrix
ADDED = {
    "constant": lambda c, d, i, j, n: 0.5,
    "a constant for each": lambda c, d, i, j, n: 0.1 * (i * n + j),
    "row": lambda c, d, i, j, n: c[i],
    "column": lambda c, d, i, j, n: c[j],
    "row and column": lambda c, d, i, j, n: c[i] + c[j + 1],
    "c[j // 2]": lambda c, d, i, j, n: c[j // 2],
    "c[j % 3]": lambda c, d, i, j, n: c[j % 3],
    "c[(i * n + j) // 3]": lambda c, d, i, j, n: c[(i * n + j) // 3],
    "c[(i * n + j) % 5]": lambda c, d, i, j, n: c[(i * n + j) % 5],
    "matrix": lambda c, d, i, j, n: d[i][j],
    "product": lambda c, d, i, j, n: sum(d[i][q] * d[j][q] for q in range(2)),
}

# from the elements of an m x n matrix in order to the numbers whose sum is the result
USES = {
    "whole": lambda v, m, n: [tanh(y) for y in v],
    "with its neighbour": lambda v, m, n: [y * z for y, z in pairwise(v)],
    "shifted by 2": lambda v, m, n: [maximum(y, v[(t + 2) % len(v)]) for t, y in enumerate(v)],
    "shifted by a row": lambda v, m, n: [y * v[(t + n) % len(v)] for t, y in enumerate(v)],
    "sliced": lambda v, m, n: [tanh(y) * t for t, y in enumerate(v[1:-1])] or v,
    "every second": lambda v, m, n: [tanh(y) for y in v[::2]],
    "rows from 1": lambda v, m, n: [tanh(y) for y in v[n:]] or v,
    "columns from 1": lambda v, m, n: [tanh(y) for t, y in enumerate(v) if t % n] or v,
    "reversed": lambda v, m, n: [tanh(y) * z for y, z in zip(v[::-1], v)],
    "rows reversed": lambda v, m, n: [tanh(v[(m - 1 - i) * n + j]) * (i + 0.5 * j)
                                      for i in range(m) for j in range(n)],
    "columns reversed": lambda v, m, n: [tanh(v[i * n + n - 1 - j]) * (i + 0.5 * j)
                                         for i in range(m) for j in range(n)],
    "summed by row": lambda v, m, n: [tanh(sum(v[i * n : i * n + n])) for i in range(m)],
    "summed by column": lambda v, m, n: [tanh(sum(v[j::n])) for j in range(n)],
    "summed": lambda v, m, n: [tanh(sum(v))],
    "transposed": lambda v, m, n: [tanh(v[i * n + j]) * (m * j + i)
                                   for j in range(n) for i in range(m)],
    "multiplied": lambda v, m, n: [tanh(sum(v[i * n + j] * v[r * n + j] for j in range(n)))
                                   for i in range(m) for r in range(m)],
    "largest of pairs": lambda v, m, n: [maximum(y, z) for y, z in zip(v[::2], v[1::2])] or v,
    "twice": lambda v, m, n: [tanh(y) for y in v] + [y * y for y in v[: n + 1]],
}  # fmt: skip

EVERY = tuple(product(ADDED, USES, SHAPES, (False, True)))


def made(added, use, shape):
    """Return the function of a left and a right matrix, a vector and a matrix."""
    rows, columns, inner = shape

    def function(w, b, c, d):
        v = [sum(w[i][q] * b[q][j] for q in range(inner)) + ADDED[added](c, d, i, j, columns)
             for i in range(rows) for j in range(columns)]  # fmt: skip
        return sum(USES[use](v, rows, columns))

    return function


def check(added, use, shape, batch):
    """Compare value and gradients by all arguments; raise Differs, or the compiler's error."""
    rows, columns, inner = shape
    rng = np.random.default_rng(0)
    sizes = [
        (rows, inner),
        (inner, columns),
        (rows * columns + 2,),
        (max(rows, columns), columns + 1),
    ]
    arguments = [rng.normal(size=size) * 0.5 for size in sizes]
    match(made(added, use, shape), arguments, (True, False, True, False) if batch else None)


if __name__ == "__main__":
    counts, chosen = Counter(), EVERY[:: int(sys.argv[1]) if len(sys.argv) > 1 else 1]
    for combination in chosen:
        found = described(lambda combination=combination: check(*combination))
        counts[found[:70]] += 1
        if found != "ok":
            print(*combination, found, flush=True)
    print(dict(counts), len(chosen))
