"""Steps that are elementwise, work on rows, or rearrange numbers."""

from .context import Context, Tensor, matrix, step, vector
from .functions import BINARY, UNARY, chain


@step
def unary(c: Context) -> Tensor:
    dims, numbers = c.take()
    function = c.of(UNARY)
    return Tensor(dims, [function(c.m, v) for v in numbers])


@step
def binary(c: Context) -> Tensor:
    dims, numbers = c.take()
    function, others = c.of(BINARY), c.take_vector(len(numbers))
    return Tensor(dims, [function(c.m, a, b) for a, b in zip(numbers, others)])


@step
def binary_by_row_or_column(c: Context) -> Tensor:
    rows = c.table()
    function = c.of(BINARY)
    other = c.other().numbers
    by_row = c.below(2)
    return matrix([[function(c.m, v, other[(i if by_row else j) % len(other)])
                    for j, v in enumerate(row)] for i, row in enumerate(rows)])  # fmt: skip


@step
def with_neighbour(c: Context) -> Tensor:
    dims, numbers = c.take()
    function, shift = c.of(BINARY), c.below(len(numbers))
    return Tensor(dims, [function(c.m, v, numbers[(i + shift) % len(numbers)])
                         for i, v in enumerate(numbers)])  # fmt: skip


@step
def two_biases(c: Context) -> Tensor:
    rows = c.table()
    function = c.of(UNARY)
    first, second = c.take_vector(len(rows[0])), c.take_vector(len(rows[0]))
    return matrix([[function(c.m, v + a + b) for v, a, b in zip(row, first, second)]
                   for row in rows])  # fmt: skip


@step
def bias_in_groups(c: Context) -> Tensor:
    dims, numbers = c.take()
    function, other, period = c.of(UNARY), c.other().numbers, c.of((1, 2, 3, 5))
    divide = c.below(2)
    return Tensor(dims, [function(c.m, v + other[(i // period if divide else i % period)
                         % len(other)]) for i, v in enumerate(numbers)])  # fmt: skip


@step
def constants(c: Context) -> Tensor:
    dims, numbers = c.take()
    scale, offset = c.of((0.5, 1.0, -1.0, 0.0, 2.0)), c.of((0.0, 0.5, -1.25))
    slope = c.of((0.0, 0.1, -0.3))
    return Tensor(dims, [v * (scale + slope * i) + offset for i, v in enumerate(numbers)])


@step
def masked(c: Context) -> Tensor:
    dims, numbers = c.take()
    period, a, b = 1 + c.below(4), c.of((0.0, 1.0, 0.5)), c.of((1.0, -1.0, 0.0))
    return Tensor(dims, [v * (a if i % period else b) for i, v in enumerate(numbers)])


@step
def alternating(c: Context) -> Tensor:
    dims, numbers = c.take()
    first, second, period = c.of(UNARY), c.of(UNARY), 2 + c.below(3)
    return Tensor(dims, [(second if i % period else first)(c.m, v) for i, v in enumerate(numbers)])


@step
def chosen(c: Context) -> Tensor:
    dims, numbers = c.take()
    limits, others = c.take_vector(len(numbers)), c.take_vector(len(numbers))
    return Tensor(dims, [c.m.where(c.m.less(v, a), b, v * 0.5)
                         for v, a, b in zip(numbers, limits, others)])  # fmt: skip


@step
def softmax_of_rows(c: Context) -> Tensor:
    rows, how = c.table(), c.below(3)
    if how == 0:
        return matrix([c.m.softmax(row) for row in rows])
    if how == 1:
        return matrix([c.m.log_softmax(row) for row in rows])
    powers = [[c.m.exp(v - row[0]) for v in row] for row in rows]
    return matrix([[p / sum(row) for p in row] for row in powers])


@step
def normalised_rows(c: Context) -> Tensor:
    rows = c.table()
    gains = c.take_vector(len(rows[0]))
    result = []
    for row in rows:
        mean = sum(row) / len(row)
        variance = sum((v - mean) ** 2 for v in row) / len(row)
        result.append([g * (v - mean) / c.m.sqrt(variance + 0.1) for v, g in zip(row, gains)])
    return matrix(result)


@step
def reduced(c: Context) -> Tensor:
    rows = c.table()
    if c.below(2):
        rows = [list(column) for column in zip(*rows)]
    how = c.of(("sum", "mean", "logsumexp", "max", "min", "norm", "product", "total", "prod"))
    m = c.m
    reductions = {
        "sum": sum, "mean": m.mean, "logsumexp": m.logsumexp, "total": m.total,
        "max": lambda row: chain(m, row, m.maximum), "min": lambda row: chain(m, row, m.minimum),
        "norm": lambda row: m.norm([v + 0.01 for v in row]), "product": m.product,
        "prod": lambda row: chain(m, row, lambda a, b: a * b),
    }  # fmt: skip
    return vector([reductions[how](row) for row in rows])


@step
def appended(c: Context) -> Tensor:
    numbers = c.vector()
    how = c.of(("max", "sum", "first", "constant", "other"))
    if how == "other":
        return vector(numbers + c.other().numbers[:8])
    extra = {"max": lambda: chain(c.m, numbers, c.m.maximum), "sum": lambda: sum(numbers),
             "first": lambda: numbers[0], "constant": lambda: numbers[0] * 0.0 + 1.5}  # fmt: skip
    return vector([*numbers, extra[how]()])


@step
def sliced(c: Context) -> Tensor:
    numbers = c.vector()
    pace, start = c.of((1, 2, 3, -1, -2)), c.below(3)
    found = numbers[::pace][start:] or numbers
    return vector(found)


@step
def moved(c: Context) -> Tensor:
    rows = c.table()
    how = c.of(("transpose", "flip", "mirror", "roll", "diagonal", "interior", "triangle"))
    if how == "transpose":
        return matrix(list(zip(*rows)))
    if how == "flip":
        return matrix(rows[::-1])
    if how == "mirror":
        return matrix([row[::-1] for row in rows])
    if how == "roll":
        return matrix([row[1:] + row[:1] for row in rows])
    if how == "diagonal":
        return vector([row[i % len(row)] for i, row in enumerate(rows)])
    if how == "interior":
        inner = [row[1:-1] or row for row in (rows[1:-1] or rows)]
        return matrix(inner)
    return vector([v for i, row in enumerate(rows) for v in row[: i + 1]])


@step
def permuted(c: Context) -> Tensor:
    numbers = c.vector()
    turn, shift = c.of((1, 3, 5, 7, 11)), c.below(len(numbers))
    count = 1 + c.below(2 * len(numbers))
    return vector([numbers[(turn * i * i + shift * i + shift) % len(numbers)]
                   for i in range(count)])  # fmt: skip


@step
def tiled(c: Context) -> Tensor:
    numbers = c.vector(12)
    return vector([v for v in numbers for _ in range(2)] if c.below(2) else numbers * 2)


@step
def folded(c: Context) -> Tensor:
    numbers = c.vector()
    function = c.of(BINARY)
    half = (len(numbers) + 1) // 2
    return vector([function(c.m, a, b) for a, b in zip(numbers[:half], numbers[::-1])])


@step
def reshaped(c: Context) -> Tensor:
    numbers = c.vector()
    width = c.of([n for n in range(1, len(numbers) + 1) if len(numbers) % n == 0])
    return Tensor((len(numbers) // width, width), numbers)
