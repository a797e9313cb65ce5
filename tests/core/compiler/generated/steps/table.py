"""Steps with any operation of the table, for programs at the edge: peers need not know them all."""

from autograd_core.functional import call
from autograd_core.op import TABLE

from .context import Context, Number, Tensor, vector

ONE = sorted(name for name, op in TABLE.items() if op.arity == 1)
TWO = sorted(name for name, op in TABLE.items() if op.arity == 2)
MANY = ("total", "mean", "product", "norm", "logsumexp")
TABLE_STEPS = {}


def _step(function):
    TABLE_STEPS[function.__name__] = function
    return function


@_step
def any_unary(c: Context) -> Tensor:
    dims, numbers = c.take()
    op = TABLE[c.of(ONE)]
    return Tensor(dims, [call(op, v) for v in numbers])


@_step
def any_binary(c: Context) -> Tensor:
    dims, numbers = c.take()
    op, others = TABLE[c.of(TWO)], c.take_vector(len(numbers))
    return Tensor(dims, [call(op, a, b) for a, b in zip(numbers, others)])


@_step
def binary_with_constant(c: Context) -> Tensor:
    dims, numbers = c.take()
    op, constant = TABLE[c.of(TWO)], c.of((0.0, -0.0, 1.0, -1.0, 2.0, 0.5))
    if c.below(2):
        return Tensor(dims, [call(op, constant, v) for v in numbers])
    return Tensor(dims, [call(op, v, constant) for v in numbers])


@_step
def any_choice(c: Context) -> Tensor:
    dims, numbers = c.take()
    first, second = c.take_vector(len(numbers)), c.take_vector(len(numbers))
    op = TABLE[c.of(("where", "clip", "where"))]
    return Tensor(dims, [call(op, v, a, b) for v, a, b in zip(numbers, first, second)])


@_step
def any_reduction(c: Context) -> Tensor:
    rows = c.table()
    op = TABLE[c.of(MANY)]
    return vector([call(op, *row) for row in rows])


@_step
def power(c: Context) -> Tensor:
    dims, numbers = c.take()
    exponent = c.of((2.0, 3.0, -1.0, 0.5, -0.5, 0.0, 1.0, -2.0))
    return Tensor(dims, [v**exponent for v in numbers])


@_step
def sum_of_products(c: Context) -> Tensor:
    rows = c.table()
    others = c.take_vector(len(rows[0]))
    found: list[Number] = [sum(a * b for a, b in zip(row, others)) for row in rows]
    return vector(found)


@_step
def one_over(c: Context) -> Tensor:
    dims, numbers = c.take()
    return Tensor(dims, [1.0 / v for v in numbers])
