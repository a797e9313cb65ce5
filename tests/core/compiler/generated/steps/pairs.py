"""Steps on pairs of numbers or rows: distances, kernels, solvers, sorting."""

from .context import Context, Number, Tensor, branching, matrix, step, vector
from .functions import BINARY, UNARY
from .products import dot, times


def distance(a: list[Number], b: list[Number]) -> Number:
    """Return the squared distance."""
    return sum((x - y) ** 2 for x, y in zip(a, b))


@step
def pairs(c: Context) -> Tensor:
    numbers, function = c.vector(8), c.of(BINARY)
    how, size = c.of(("below", "all", "others", "neighbours")), len(numbers)
    chosen = {"below": [(i, j) for i in range(size) for j in range(i)],
              "all": [(i, j) for i in range(size) for j in range(size)],
              "others": [(i, j) for i in range(size) for j in range(size) if i != j],
              "neighbours": [(i, i + 1) for i in range(size - 1)]}[how]  # fmt: skip
    return vector([function(c.m, numbers[i], numbers[j]) for i, j in chosen] or numbers)


@step
def sums_over_pairs(c: Context) -> Tensor:
    numbers, function = c.vector(8), c.of(BINARY)
    size = len(numbers)
    if size == 1:
        return vector(numbers)
    return vector([sum(function(c.m, a, numbers[j]) for j in range(size) if j != i)
                   for i, a in enumerate(numbers)])  # fmt: skip


@step
def lennard_jones(c: Context) -> Tensor:
    points = [row[:3] for row in c.table(5)]
    energies = []
    for i, a in enumerate(points):
        for b in points[:i]:
            inverse = 1.0 / (distance(a, b) + 0.8)
            cube = inverse**3
            energies.append(4.0 * (cube * cube - cube))
    return vector([sum(energies), *energies] if energies else points[0])


@step
def distances_of_groups(c: Context) -> Tensor:
    points = c.table(5)
    others = c.take_matrix(1 + c.below(4), len(points[0]))
    function = c.of(UNARY)
    return matrix([[function(c.m, distance(a, b)) for b in others] for a in points])


def kernel_matrix(c: Context, points: list[list[Number]]) -> list[list[Number]]:
    """Return exp(-|a - b|^2 / 2) of all pairs, with 1.5 on the diagonal."""
    return [[c.m.exp(-0.5 * distance(a, b)) + (0.5 if i == j else 0.0)
             for j, b in enumerate(points)] for i, a in enumerate(points)]  # fmt: skip


@step
def rbf_kernel(c: Context) -> Tensor:
    return matrix(kernel_matrix(c, c.table(5)))


def cholesky(c: Context, a: list[list[Number]]) -> list[list[Number]]:
    """Return the lower factor, row by row (Golub & Van Loan, 4.2)."""
    lower: list[list[Number]] = []
    for i, row in enumerate(a):
        new: list[Number] = []
        for j in range(i):
            new.append((row[j] - dot(new, lower[j])) / lower[j][j] if j else row[0] / lower[0][0])
        squares = sum(v * v for v in new)
        new.append(c.m.sqrt(row[i] - squares))
        lower.append(new)
    return lower


@step
def gaussian_process(c: Context) -> Tensor:
    points = c.table(4)
    targets = c.take_vector(len(points))
    lower = cholesky(c, kernel_matrix(c, points))
    solved: list[Number] = []
    for row, target in zip(lower, targets):
        solved.append((target - sum((w * v for w, v in zip(row, solved)), 0.0)) / row[-1])
    fit = 0.5 * sum(v * v for v in solved)
    return vector([fit, sum(c.m.log(row[-1]) for row in lower), *solved])


@step
def cholesky_factor(c: Context) -> Tensor:
    rows = c.square(4)
    spd = [[v + (1.0 if i == j else 0.0) for j, v in enumerate(row)]
           for i, row in enumerate(times(rows, [list(t) for t in zip(*rows)]))]  # fmt: skip
    return vector([v for row in cholesky(c, spd) for v in row])


@step
def gaussian_elimination(c: Context) -> Tensor:
    rows = c.square(4)
    size = len(rows)
    right = c.take_vector(size)
    a = [[0.1 * v + (1.0 if i == j else 0.0) for j, v in enumerate(row)]
         for i, row in enumerate(rows)]  # fmt: skip
    for i in range(size):
        for k in range(i + 1, size):
            factor = a[k][i] / a[i][i]
            a[k] = [v - factor * w if j > i else v for j, (v, w) in enumerate(zip(a[k], a[i]))]
            right[k] = right[k] - factor * right[i]
    solved: list[Number] = []
    for i in reversed(range(size)):
        known = sum((a[i][size - 1 - j] * v for j, v in enumerate(solved)), 0.0)
        solved.append((right[i] - known) / a[i][i])
    return vector(solved[::-1])


@step
def thomas(c: Context) -> Tensor:
    right = c.vector(12)
    size = len(right)
    lower, upper = c.take_vector(size), c.take_vector(size)
    lower, upper = [0.3 * c.m.tanh(v) for v in lower], [0.3 * c.m.tanh(v) for v in upper]
    primes, solved = [upper[0] / 2.0], [right[0] / 2.0]
    for i in range(1, size):
        pivot = 2.0 - lower[i] * primes[-1]
        primes.append(upper[i] / pivot)
        solved.append((right[i] - lower[i] * solved[-1]) / pivot)
    for i in reversed(range(size - 1)):
        solved[i] = solved[i] - primes[i] * solved[i + 1]
    return vector(solved)


@step
def determinant(c: Context) -> Tensor:
    rows = [row[:3] for row in c.square(3)]
    if len(rows) < 3:
        return vector([rows[0][0], rows[-1][-1]])
    (a, b, d), (e, f, g), (h, i, j) = rows
    return vector([a * (f * j - g * i) - b * (e * j - g * h) + d * (e * i - f * h)])


@step
def sorting_network(c: Context) -> Tensor:
    numbers = c.vector(8)
    size, rounds = len(numbers), 1 + c.below(len(numbers))
    for turn in range(rounds):  # odd-even transposition sort
        for i in range(turn % 2, size - 1, 2):
            a, b = numbers[i], numbers[i + 1]
            numbers = [*numbers[:i], c.m.minimum(a, b), c.m.maximum(a, b), *numbers[i + 2 :]]
    return vector(numbers)


@step
def bitonic(c: Context) -> Tensor:
    numbers = c.vector(8)
    size = 1 << (len(numbers).bit_length() - 1)
    numbers, span = numbers[:size], 2
    while span <= size:
        gap = span // 2
        while gap:
            new = list(numbers)
            for i in range(size):
                if not i & gap:
                    a, b = numbers[i], numbers[i | gap]
                    low, high = c.m.minimum(a, b), c.m.maximum(a, b)
                    new[i], new[i | gap] = (high, low) if i & span else (low, high)
            numbers, gap = new, gap // 2
        span *= 2
    return vector(numbers)


@step
def soft_ranks(c: Context) -> Tensor:
    numbers = c.vector(6)
    return vector([sum(c.m.sigmoid(2.0 * (a - b)) for b in numbers) for a in numbers])


@step
def soft_neighbours(c: Context) -> Tensor:
    points = c.table(4)
    labels = c.take_vector(len(points))
    found = []
    for a in points:
        shares = c.m.softmax([-distance(a, b) for b in points])
        found.append(dot(shares, labels))
    return vector(found)


@step
def sinkhorn(c: Context) -> Tensor:
    rows = [row[:4] for row in c.table(4)]
    scores = [[c.m.tanh(v) for v in row] for row in rows]
    for _ in range(1 + c.below(2)):
        scores = [[v - c.m.logsumexp(row) for v in row] for row in scores]
        columns = [[v - c.m.logsumexp(list(column)) for v in column] for column in zip(*scores)]
        scores = [list(row) for row in zip(*columns)]
    return matrix([[c.m.exp(v) for v in row] for row in scores])


@step
def contrastive(c: Context) -> Tensor:
    points = c.table(4)
    others = c.take_matrix(len(points), len(points[0]))
    losses = [c.m.logsumexp([dot(a, b) for b in others]) - dot(a, others[i])
              for i, a in enumerate(points)]  # fmt: skip
    return vector(losses)


@step
def cross_entropies(c: Context) -> Tensor:
    rows, turn = c.table(6), c.of((1, 2, 3))
    return vector([-c.m.log_softmax(row)[(turn * i) % len(row)] for i, row in enumerate(rows)])


@step
def complex_products(c: Context) -> Tensor:
    numbers = c.vector(8)
    a, b = numbers[::2], numbers[1::2] or numbers
    others = c.take_vector(2)
    found = []
    for x, y in zip(a, b):
        found += [x * others[0] - y * others[1], x * others[1] + y * others[0]]
    return vector(found)


@step
def rotations(c: Context) -> Tensor:
    numbers, angles = c.vector(8), c.take_vector(4)
    found = list(numbers)
    for i in range(len(found) - 1):
        turn = angles[i % len(angles)]
        cos, sin = c.m.cos(turn), c.m.sin(turn)
        found[i], found[i + 1] = (cos * found[i] - sin * found[i + 1],
                                  sin * found[i] + cos * found[i + 1])  # fmt: skip
    return vector(found)


@branching
def sorted_by_python(c: Context) -> Tensor:
    return vector(sorted(c.vector(6)))


@branching
def largest_by_python(c: Context) -> Tensor:
    numbers = c.vector(8)
    return vector([max(numbers), min(numbers), *numbers])


@branching
def branch_on_sign(c: Context) -> Tensor:
    numbers = c.vector()
    return vector([v * 2.0 if v > 0.0 else v - 0.5 for v in numbers[:2]] + numbers[2:])
