"""Compute the coefficients of autograd_core/table/special.py with mpmath, and print them.

    python tests/core/record_gamma.py   # where mpmath is installed

Polynomials through Chebyshev's points, which are as good as the best within a factor of 4
(Trefethen, Approximation Theory and Approximation Practice, theorem 16.1).
"""

from collections.abc import Callable

from mpmath import cos, digamma, findroot, loggamma, lu_solve, matrix, mp, mpf, pi

mp.dps = 60


def polynomial(f: Callable[[mpf], mpf], terms: int) -> list[float]:
    """Return the coefficients in t, constant first, of f for |t| <= 1/2."""
    points = [cos(pi * (2 * k + 1) / (2 * terms)) / 2 for k in range(terms)]
    powers = matrix([[t**j for j in range(terms)] for t in points])
    return [float(c) for c in lu_solve(powers, matrix([f(t) for t in points]))]


if __name__ == "__main__":
    root = findroot(digamma, mpf("1.46"))
    print("root", float(root), float(root - float(root)))
    print("DIGAMMA", polynomial(lambda t: digamma(t + 1.5) / (t + 1.5 - root), 24))
    print("LGAMMA", polynomial(lambda t: loggamma(t + 1.5) / ((t + 0.5) * (t - 0.5)), 24))
