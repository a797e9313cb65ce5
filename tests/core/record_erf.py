"""Compute the coefficients of autograd_core/table/error_functions.py with mpmath, and print them.

Run once, where mpmath is installed (`pip install mpmath==1.3.0`); takes half a minute:

    python tests/core/record_erf.py

Both are rational functions whose relative error is as small as it can be at its largest (Remez's
exchange; Ralston and Rabinowitz, A First Course in Numerical Analysis, 7.9).
"""

from collections.abc import Callable

from mpmath import cos, erf, erfc, exp, lu_solve, matrix, mp, mpf, pi, sqrt

mp.dps = 80
POINTS = 1500


def value(coefficients: list[mpf], x: mpf) -> mpf:
    return sum(c * x**k for k, c in enumerate(coefficients))


def minimax(
    f: Callable[[mpf], mpf], weight: Callable[[mpf], mpf], points: list[mpf], m: int, n: int
) -> tuple[list[mpf], list[mpf], mpf]:
    """Return P of degree m, Q of degree n with Q(0) = 1, and the largest |P / (Q f) - 1| / weight.

    At m + n + 2 points the errors are to be equal with alternating signs; these points move to
    where the errors found are largest, until they are equal.
    """
    wanted, weights = [f(x) for x in points], [weight(x) for x in points]
    count, last = m + n + 2, len(points) - 1
    places = [round(last * float(1 - cos(pi * i / (count - 1))) / 2) for i in range(count)]
    level, q = mpf(0), [mpf(1)]
    for _ in range(30):
        for _ in range(8):  # P - f Q (1 + sign weight level) = 0 by Newton's method in the level
            rows, right = [], []
            for row, place in enumerate(places):
                x, y, sign = points[place], wanted[place], (-1) ** row * weights[place]
                now = y * (1 + sign * level)
                rows.append(
                    [x**k for k in range(m + 1)]
                    + [-now * x**k for k in range(1, n + 1)]
                    + [-y * sign * value(q, x)]
                )
                right.append(now)
            *found, change = lu_solve(matrix(rows), matrix(right))
            p, q, level = found[: m + 1], [mpf(1), *found[m + 1 :]], level + change
        errors = [
            (value(p, x) / value(q, x) / y - 1) / w for x, y, w in zip(points, wanted, weights)
        ]
        largest = max(abs(error) for error in errors)
        if largest < abs(level) * mpf("1.001"):
            return p, q, largest
        places = [0]  # the largest error between two changes of sign
        for place, error in enumerate(errors):
            if error * errors[places[-1]] < 0:
                places.append(place)
            elif abs(error) > abs(errors[places[-1]]):
                places[-1] = place
        assert len(places) == count
    raise ArithmeticError("the exchange did not converge; try more points or other degrees")


def show(name: str, p: list[mpf], q: list[mpf], largest: mpf) -> None:
    print(f"# largest error {mp.nstr(largest, 3)}")
    for letter, coefficients in (("P", p), ("Q", q)):
        print(f"_{name}_{letter} = {tuple(float(c) for c in coefficients)}")


if __name__ == "__main__":
    unit = [(1 - cos(pi * i / (POINTS - 1))) / 2 for i in range(POINTS)]
    # dense near 0, where the function turns: (x - 2) / (x + 2) runs over Chebyshev's points
    to_28 = [2 * u * 28 / (30 - u * 28) for u in unit]
    show("ERFC", *minimax(lambda x: exp(x * x) * erfc(x), lambda x: 1 + x * x / 4, to_28, 9, 10))
    squares = [mpf("5.93") ** 2 * u + mpf(10) ** -20 for u in unit]
    show("ERF", *minimax(lambda s: erf(sqrt(s)) / sqrt(s), lambda s: mpf(1), squares, 12, 12))
