"""Systems of equations in arrays of Values, by elimination; names and stacking are NumPy's.

Golub & Van Loan, Matrix Computations, 3.4: in each column the largest number left is the pivot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from autograd_core.graph.arrays.functions import Array

_BY_MINORS = 6  # rows; up to here by expansion, whose gradient exists at a singular matrix too
Row = list[Any]


def solve(a: Array, b: Array) -> Array:
    """Return x of a @ x = b, for one matrix or a stack of them.

    Raises:
        numpy.linalg.LinAlgError: If a matrix is not square, or singular.
    """
    a, b = _square(a), np.asarray(b, object)
    columns = b[:, None] if b.ndim == 1 else b
    if columns.ndim < 2 or columns.shape[-2] != a.shape[-1]:
        raise ValueError(f"solve wants {a.shape[-1]} rows on the right side, got shape {b.shape}")
    stack = np.broadcast_shapes(a.shape[:-2], columns.shape[:-2])
    a, columns = (np.broadcast_to(m, (*stack, *m.shape[-2:])) for m in (a, columns))
    found = np.empty(columns.shape, object)
    for place in np.ndindex(stack if found.size else (0,)):
        found[place] = _solved(a[place].tolist(), columns[place].tolist())
    return found[..., 0] if b.ndim == 1 else found


def inv(a: Array) -> Array:
    """Return the inverse of a matrix or of each in a stack; see `solve`."""
    return solve(a, np.eye(_square(a).shape[-1]))


def cholesky(a: Array, /, *, upper: bool = False) -> Array:
    """Return the lower triangle L of a = L @ L.T, or L.T if `upper`; reads one half of a, as NumPy.

    Raises:
        numpy.linalg.LinAlgError: If a matrix is not square, or not positive definite.
    """
    matrices = _square(a)
    matrices = np.swapaxes(matrices, -1, -2) if upper else matrices
    found = np.empty(matrices.shape, object)
    for place in np.ndindex(matrices.shape[:-2]):
        found[place] = _triangle(matrices[place].tolist())
    return np.swapaxes(found, -1, -2) if upper else found


def det(a: Array) -> Array:
    """Return the determinant of a matrix or of each in a stack."""
    return _of_matrices(_determinant, a)


def slogdet(a: Array) -> Array:
    """Return the sign of the determinant and the log of its absolute value, without overflow."""
    kind: Any = type(np.linalg.slogdet(np.eye(1)))
    return kind(*(_of_matrices(lambda m, part=part: _sign_and_log(m)[part], a) for part in (0, 1)))


def _square(a: Array) -> Array:
    matrices = np.asarray(a, object)
    if matrices.ndim < 2 or matrices.shape[-1] != matrices.shape[-2]:
        raise np.linalg.LinAlgError(
            f"wanted square matrices, the last two axes of an array, got shape {matrices.shape}"
        )
    return matrices


def _of_matrices(function: Callable[..., Array], a: Array) -> Array:
    matrices = _square(a)
    found = np.empty(matrices.shape[:-2], object)
    for place in np.ndindex(found.shape):
        found[place] = function(matrices[place].tolist())
    return found if found.ndim else found.item()


def _eliminated(rows: list[Row]) -> tuple[list[Row], float]:
    """Return the rows after elimination, and the sign of their permutation, 0 if it is singular.

    Entries below the diagonal, which would be 0, keep their old numbers and are not to be read.
    """
    rows, sign = list(rows), 1.0
    for k in range(len(rows)):
        best = max(range(k, len(rows)), key=lambda i: abs(rows[i][k]))
        if not rows[best][k]:
            return rows, 0.0
        if best != k:
            rows[k], rows[best], sign = rows[best], rows[k], -sign
        pivot = rows[k]
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / pivot[k]
            rest = [x - factor * p for x, p in zip(rows[i][k + 1 :], pivot[k + 1 :], strict=True)]
            rows[i] = [*rows[i][: k + 1], *rest]
    return rows, sign


def _solved(matrix: list[Row], right: list[Row]) -> list[Row]:
    size = len(matrix)
    rows, sign = _eliminated([[*row, *more] for row, more in zip(matrix, right, strict=True)])
    if not sign:
        raise np.linalg.LinAlgError("Singular matrix")  # NumPy's words
    found: list[Row] = [[]] * size
    for i in reversed(range(size)):
        found[i] = [
            (x - _dot(rows[i][i + 1 : size], [row[j] for row in found[i + 1 :]])) / rows[i][i]
            for j, x in enumerate(rows[i][size:])
        ]
    return found


def _triangle(matrix: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for i, row in enumerate(matrix):
        made: Row = []
        for j, above in enumerate(rows):
            made.append((row[j] - _dot(made, above[:j])) / above[j])
        rest = row[i] - _dot(made, made)
        if not rest > 0.0:
            raise np.linalg.LinAlgError("Matrix is not positive definite")  # NumPy's words
        rows.append([*made, rest**0.5, *[0.0] * (len(matrix) - 1 - i)])
    return rows


def _dot(xs: Sequence[Array], ys: Sequence[Array]) -> Array:
    return sum([x * y for x, y in zip(xs, ys, strict=True)])


def _determinant(matrix: list[Row]) -> Array:
    rows, sign = ([], 0.0) if len(matrix) <= _BY_MINORS else _eliminated(matrix)
    return sign * math.prod(row[i] for i, row in enumerate(rows)) if sign else _by_minors(matrix)


def _by_minors(matrix: list[Row]) -> Array:
    """Return the determinant by expansion along rows: the minors of k rows from those of k - 1."""
    minors: dict[tuple[int, ...], Any] = {(): 1.0}
    for count, row in enumerate(matrix, 1):
        minors = {
            columns: sum(
                (-1.0) ** (count - 1 - i) * row[c] * minors[(*columns[:i], *columns[i + 1 :])]
                for i, c in enumerate(columns)
            )
            for columns in combinations(range(len(matrix)), count)
        }
    return next(iter(minors.values()))


def _sign_and_log(matrix: list[Row]) -> tuple[float, Array]:
    rows, sign = _eliminated(matrix)
    if not sign:
        return 0.0, -math.inf
    pivots = [row[i] for i, row in enumerate(rows)]
    sign *= math.prod(-1.0 if pivot < 0.0 else 1.0 for pivot in pivots)
    return sign, sum([np.log(abs(pivot)) for pivot in pivots])
