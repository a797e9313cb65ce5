"""The elementary functions of the page: every row of the table gives Python's numbers."""

import math

import pytest

from autograd_core import Value, custom_op, ops
from autograd_core.functional import total
from autograd_core.graph import apply
from autograd_core.table import TABLE
from viz.player import play
from viz.steps import trace

ROWS = [
    *TABLE.values(),
    *[ops.power_constant(exponent) for exponent in (-1.0, 0.0, 0.5, 2.0, 3.0)],
    *[ops.polygamma_constant(order) for order in (1.0, 2.0, 3.0)],
]
SHARES = [0.07, 0.23, 0.4, 0.5, 0.61, 0.83, 0.96]
EDGES = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -2.5,
    3.0,
    -20.0,
    30.0,
    800.0,
    -800.0,
    math.inf,
    -math.inf,
    math.nan,
]


def inside(interval, share):
    """A point of an open interval, between -6 and 25 where it has no end."""
    low, high = (max(interval[0], -6.0), min(interval[1], 25.0))
    return low + share * (high - low)


def numbers(op, share):
    operands = op.arity or 4
    shares = [(share + 0.37 * position) % 1.0 for position in range(operands)]
    return [inside(*pair) for pair in zip(op.intervals(operands), shares, strict=True)]


def everything(leaves_of):
    """One graph with every operation, each on leaves of its own."""
    return total([apply(op, *[Value(number) for number in leaves_of(op)]) for op in ROWS])


def recomputed(visit, points):
    """What the page computes for the leaves of another graph of the same shape."""
    shown = visit(play(everything(lambda op: numbers(op, 0.5))))
    assert sum(node.op is None for node in points.nodes) == shown.run("player.trace.graph.leaves")
    leaves = [[int(node.id[1:]), str(node.data)] for node in points.nodes if node.op is None]
    return shown.run(
        """leaves => { const { trace } = player;
        const read = text => ({ inf: Infinity, '-inf': -Infinity, nan: NaN })[text] ?? Number(text);
        for (const [node, text] of leaves) trace.data[node] = read(text);
        trace.set(leaves[0][0], read(leaves[0][1]));
        return [Array.from(trace.data), trace.partials]; }""",
        leaves,
    )


def disagreements(points, data, partials, tolerance):
    """The operations whose value or partials differ, with both numbers."""
    found = []
    for node in points.nodes[:-1]:
        if node.op is None:
            continue
        operands = [points.node(id).data for id in node.operands]
        place = int(node.id[1:])
        here = [data[place], *partials[place]]
        for ours, pythons in zip(here, [node.data, *node.partials], strict=True):
            if not (ours == pythons or math.isclose(ours, pythons, **tolerance)):
                if math.isnan(ours) and math.isnan(pythons):
                    continue
                found.append((node.op.name, operands, ours, pythons))
    return found


@pytest.mark.parametrize("share", SHARES)
def test_inside_the_domain_every_operation_agrees_to_1e_12(visit, share):
    points = trace(everything(lambda op: numbers(op, share)))
    data, partials = recomputed(visit, points)
    assert disagreements(points, data, partials, {"rel_tol": 1e-12, "abs_tol": 1e-12}) == []


@pytest.mark.parametrize("edge", EDGES)
def test_outside_and_at_the_edges_too(visit, edge):
    points = trace(everything(lambda op: [edge] + [0.5] * ((op.arity or 4) - 1)))
    data, partials = recomputed(visit, points)
    assert disagreements(points, data, partials, {"rel_tol": 1e-11, "abs_tol": 1e-12}) == []


def square_root(steps):
    """A custom operation whose rules are Newton's loop, in Python's own operators."""

    def value(m, a):
        x = (1.0 + a) / 2.0
        for _ in range(steps):
            x = x - (x**2 - a) / (2.0 * x)
        return abs(x)

    def partials(m, y, a):
        slope = 1.0 + 0.0 * a
        for _ in range(steps):
            slope = slope - (2.0 * y * slope - 1.0) / (2.0 * y)
        return (slope,)

    return custom_op(f"newton_{steps}", value, partials)


@pytest.fixture
def newton():
    yield square_root(60)
    del TABLE["newton_60"]


def test_a_rule_that_is_a_loop_of_60_steps_runs_in_the_page(visit, newton):
    a = Value(2.0, "a")
    shown = visit(play(newton(a) * 3.0))
    found = shown.run("() => { player.trace.set(0, 5); return [...player.trace.data]; }")
    assert found[:2] == [5.0, pytest.approx(5.0**0.5, rel=1e-15)]
    assert shown.run("player.trace.adjoint[0]") == pytest.approx(1.5 / 5.0**0.5, rel=1e-15)
