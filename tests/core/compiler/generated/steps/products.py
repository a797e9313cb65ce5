"""Steps made of sums of products: matrices of all shapes, attention, graphs."""

from .context import Context, Number, Tensor, matrix, step, vector
from .functions import UNARY


def dot(xs: list[Number], ys: list[Number]) -> Number:
    """Return the sum of products, with a node for each addition."""
    return sum(a * b for a, b in zip(xs, ys))


def times(left: list[list[Number]], right: list[list[Number]]) -> list[list[Number]]:
    """Return the matrix product."""
    columns = list(zip(*right))
    return [[dot(row, column) for column in columns] for row in left]


@step
def dense(c: Context) -> Tensor:
    numbers, units = c.vector(12), 1 + c.below(6)
    weights, function, biases = (
        c.take_matrix(units, len(numbers)),
        c.of(UNARY),
        c.take_vector(units),
    )
    return vector([function(c.m, dot(row, numbers) + b) for row, b in zip(weights, biases)])


@step
def dense_bias_first(c: Context) -> Tensor:
    numbers, units = c.vector(12), 1 + c.below(6)
    weights, biases = c.take_matrix(units, len(numbers)), c.take_vector(units)
    return vector([sum((w * v for w, v in zip(row, numbers)), b)
                   for row, b in zip(weights, biases)])  # fmt: skip


@step
def matrix_product(c: Context) -> Tensor:
    rows, columns, how = c.table(6), 1 + c.below(5), c.below(3)
    other = c.take_matrix(len(rows[0]), columns)
    if how == 1:  # a constant for each element
        return matrix([[v + 0.5 for v in row] for row in times(rows, other)])
    if how == 2:
        return matrix([[c.m.dot(row, list(column)) for column in zip(*other)] for row in rows])
    return matrix(times(rows, other))


@step
def product_plus(c: Context) -> Tensor:
    rows, columns = c.table(6), 1 + c.below(5)
    other = c.take_matrix(len(rows[0]), columns)
    added, function = c.take_matrix(len(rows), columns), c.of(UNARY)
    return matrix([[function(c.m, a + b) for a, b in zip(row, more)]
                   for row, more in zip(times(rows, other), added)])  # fmt: skip


@step
def autoencoder(c: Context) -> Tensor:
    numbers, hidden = c.vector(8), 1 + c.below(4)
    weights, function = c.take_matrix(hidden, len(numbers)), c.of(UNARY)
    inner = [function(c.m, dot(row, numbers)) for row in weights]
    return vector([dot(list(column), inner) for column in zip(*weights)])


@step
def powers_of_matrix(c: Context) -> Tensor:
    square, count = c.square(4), 1 + c.below(3)
    result = square
    for _ in range(count):
        result = [[0.5 * v for v in row] for row in times(result, square)]
    return matrix(result)


@step
def banded(c: Context) -> Tensor:
    numbers, width = c.vector(12), 1 + c.below(3)
    weights = c.take_matrix(len(numbers), 2 * width + 1)
    return vector([sum(row[j - i + width] * numbers[j] for j in range(len(numbers))
                       if abs(i - j) <= width) for i, row in enumerate(weights)])  # fmt: skip


@step
def triangular(c: Context) -> Tensor:
    numbers = c.vector(8)
    size, upper = len(numbers), c.below(2)
    weights = c.take_matrix(size, size)
    spans = [range(i, size) if upper else range(i + 1) for i in range(size)]
    return vector([sum(weights[i][j] * numbers[j] for j in span) for i, span in enumerate(spans)])


@step
def forward_substitution(c: Context) -> Tensor:
    numbers = c.vector(8)
    weights = c.take_matrix(len(numbers), len(numbers))
    solved: list[Number] = []
    for i, number in enumerate(numbers):
        known = sum(weights[i][j] * solved[j] for j in range(i))
        solved.append((number - 0.3 * known) / (weights[i][i] ** 2 + 1.0))
    return vector(solved)


@step
def toeplitz(c: Context) -> Tensor:
    numbers, rows, kind = c.vector(8), 1 + c.below(6), c.of(("toeplitz", "hankel", "circulant"))
    size = len(numbers)
    diagonals = c.take_vector(size + rows)
    place = {"toeplitz": lambda i, j: i - j + size - 1, "hankel": lambda i, j: i + j,
             "circulant": lambda i, j: (i - j) % size}[kind]  # fmt: skip
    return vector([sum(diagonals[place(i, j)] * numbers[j] for j in range(size))
                   for i in range(rows)])  # fmt: skip


@step
def block_diagonal(c: Context) -> Tensor:
    rows, shared = c.table(6), c.below(2)
    width = len(rows[0])
    weights = c.take_matrix(width * (1 if shared else len(rows)), width)
    blocks = [weights if shared else weights[i * width : (i + 1) * width] for i in range(len(rows))]
    return matrix([[dot(w, row) for w in block] for block, row in zip(blocks, rows)])


@step
def outer(c: Context) -> Tensor:
    numbers = c.vector(8)
    others = c.take_vector(1 + c.below(5))
    return matrix([[a * b for b in others] for a in numbers])


@step
def gram(c: Context) -> Tensor:
    rows = c.table(6)
    half = max(1, len(rows) // 2)
    groups = c.of(((rows, rows), (rows[:half], rows[half:] or rows), (rows[::2], rows[::-1])))
    return matrix([[dot(a, b) for b in groups[1]] for a in groups[0]])


@step
def gram_of_two_groups(c: Context) -> Tensor:
    rows = c.table(4)
    more = c.take_matrix(1 + c.below(4), len(rows[0]))
    both = [*rows, *more] if c.below(2) else [*more, *rows]
    return matrix([[dot(a, b) for b in both] for a in both])


@step
def bilinear(c: Context) -> Tensor:
    numbers = c.vector(6)
    weights = c.take_matrix(len(numbers), len(numbers))
    form = sum(numbers[i] * weights[i][j] * numbers[j]
               for i in range(len(numbers)) for j in range(len(numbers)))  # fmt: skip
    return vector([form, *numbers[:2]])


@step
def kronecker(c: Context) -> Tensor:
    rows, others = c.table(3), c.take_matrix(1 + c.below(3), 1 + c.below(3))
    return matrix([[a * b for a in row for b in other] for row in rows for other in others])


@step
def products_of_stacks(c: Context) -> Tensor:
    rows, count = c.table(4), 1 + c.below(3)
    stack = [c.take_matrix(len(rows[0]), 2) for _ in range(count)]
    return matrix([[dot(row, list(column)) for weights in stack for column in zip(*weights)]
                   for row in rows])  # fmt: skip


def attend(c: Context, queries, keys, values, causal):
    """Return softmax(Q K' / sqrt(d)) V; with `causal` each token sees itself and earlier ones."""
    scale = len(keys[0]) ** -0.5
    result = []
    for i, query in enumerate(queries):
        seen = len(keys) if not causal else min(i + 1, len(keys))
        shares = c.m.softmax([dot(query, key) * scale for key in keys[:seen]])
        result.append([dot(shares, list(column)[:seen]) for column in zip(*values)])
    return result


@step
def attention(c: Context) -> Tensor:
    tokens, causal = c.table(5), c.below(2)
    width = len(tokens[0])
    how = c.of(("self", "projected", "cross"))
    if how == "self":
        return matrix(attend(c, tokens, tokens, tokens, causal))
    if how == "cross":
        others = c.take_matrix(1 + c.below(4), width)
        return matrix(attend(c, tokens, others, others, False))
    queries, keys = (times(tokens, c.take_matrix(width, 2)) for _ in range(2))
    return matrix(attend(c, queries, keys, tokens, causal))


@step
def attention_of_heads(c: Context) -> Tensor:
    tokens, heads = c.table(4), 1 + c.below(3)
    width = len(tokens[0])
    parts = []
    for head in range(heads):
        weights = c.take_matrix(3 * width, 2)
        queries, keys, values = (times(tokens, weights[i * width : (i + 1) * width])
                                 for i in range(3))  # fmt: skip
        parts.append(attend(c, queries, keys, values, head % 2))
    return matrix([[v for part in rows for v in part] for rows in zip(*parts)])


@step
def graph_convolution(c: Context) -> Tensor:
    nodes, kind = c.table(6), c.of(("ring", "star", "skip", "path"))
    count = len(nodes)
    edges = {"ring": [(i, (i + 1) % count) for i in range(count)],
             "star": [(0, i) for i in range(1, count)],
             "skip": [(i, (3 * i + 1) % count) for i in range(count)],
             "path": [(i, i + 1) for i in range(count - 1)]}[kind]  # fmt: skip
    weights = c.take_matrix(len(nodes[0]), 2)
    projected = times(nodes, weights)
    gathered = [list(row) for row in projected]
    for a, b in edges:
        for k in range(2):
            gathered[a][k] = gathered[a][k] + 0.5 * projected[b][k]
            gathered[b][k] = gathered[b][k] + 0.25 * projected[a][k]
    return matrix([[c.m.relu(v) for v in row] for row in gathered])


@step
def embedding(c: Context) -> Tensor:
    rows = c.table(6)
    count, turn = 1 + c.below(6), c.of((1, 2, 3, 5))
    weights = c.take_matrix(len(rows[0]), 2)
    return matrix([[dot(rows[(turn * i * i) % len(rows)], list(column))
                    for column in zip(*weights)] for i in range(count)])  # fmt: skip


@step
def polynomial_features(c: Context) -> Tensor:
    numbers, degree = c.vector(8), 1 + c.below(4)
    weights = c.take_vector(degree + 1)
    return vector([sum(w * v**k for k, w in enumerate(weights)) for v in numbers])
