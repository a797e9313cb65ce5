"""Programs of loops have the meaning of the array programs they are made of."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from autograd_core import compile
from autograd_core import functional as F
from autograd_core.compiler.arrays.interpret import interpret
from autograd_core.compiler.printers.loops import Loop, jam, jammed, loops_of
from autograd_core.table import TABLE

from . import toy_printer
from .compiler_graphs import ROWS
from .generated import combinations
from .generated.build import program_of
from .generated.compare import Checker, verdict


def numbers(program, samples):
    rng = np.random.default_rng(len(program.instructions))
    return [rng.normal(size=((samples,) if a.batched else ()) + a.shape) for a in program.arguments]


def assert_same(program):
    """Compare the loops of an array program with its meaning, on random arguments.

    Return whether some of its loops can be jammed: several turns at once.
    """
    loops = loops_of(program)
    several = jammed(loops)
    assert_loops_same(program, loops, 3 if program.batch else 1)
    if several == loops:
        return False
    for samples in (3, 8, 9) if program.batch else (1,):
        assert_loops_same(program, several, samples)
    return True


def assert_loops_same(program, loops, samples):
    arguments = numbers(program, samples)
    wanted, slopes = interpret(program, arguments, samples)
    got, by = toy_printer.run(program, loops, arguments, samples)
    for one, other in zip([got, *by], [wanted, *slopes]):
        assert np.array_equal(np.isfinite(one), np.isfinite(other)), loops
        finite = np.isfinite(other)
        largest = max(1.0, np.abs(other[finite]).max(initial=0.0))
        np.testing.assert_allclose(one[finite], other[finite], rtol=1e-9, atol=1e-11 * largest)


def test_the_whole_table_by_a_printer_of_a_hundred_lines(programs):
    rows = [TABLE[name] for name in ROWS]
    counts = np.cumsum([0, *[op.arity or 4 for op in rows]])

    def every(x):
        return sum(F.call(op, *x[a:b]) for op, a, b in zip(rows, counts, counts[1:]))

    compile(every, batch=(0,), backend="numpy").value_and_grad(np.full((2, counts[-1]), 0.4))
    assert_same(programs[-1])


@pytest.mark.parametrize("first", range(50_000, 50_150, 25))
def test_generated_programs(programs, first):
    for seed in range(first, first + 25):
        verdict(program_of(seed, small=True), Checker)
    assert len(programs) > 10
    for program in programs:
        assert_same(program)


@pytest.mark.parametrize("shape", combinations.SHAPES)
def test_combinations_of_a_product_an_addition_and_a_use(programs, shape):
    for number, (added, use) in enumerate(product(combinations.ADDED, combinations.USES)):
        if number % 11 == 0:
            combinations.check(added, use, shape, number % 2)
    for program in programs:
        assert_same(program)


def depth(body):
    return max((1 + depth(s.body) if isinstance(s, Loop) else 0 for s in body), default=0)


def test_what_is_made_in_one_turn_needs_no_array(programs):
    def chain(x):
        return sum(F.tanh(v * v + 1.0) * v for v in x)

    compile(chain, backend="numpy").value_and_grad(np.arange(200.0))
    loops = loops_of(programs[-1])
    assert sum(isinstance(statement, Loop) for statement in loops.body) == 1
    sizes = [loops.variables[var].size for var in loops.local]
    assert sizes
    assert max(sizes) == 1


def test_a_network_goes_sample_by_sample(programs):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 4))

    def loss(w, v):
        hidden = [[F.tanh(sum(a * b for a, b in zip(row, r))) for r in w] for row in x]
        return sum(sum(h * a for h, a in zip(row, v)) ** 2 for row in hidden)

    compile(loss, backend="numpy").value_and_grad(
        rng.normal(size=(6, 4)), rng.normal(size=6), wrt=(0, 1)
    )
    loops = loops_of(programs[-1])
    assert_same(programs[-1])
    samples = [s for s in loops.body if isinstance(s, Loop) and s.turns == 50]
    assert len(samples) == 1
    assert depth(samples) == 3


@pytest.fixture
def network(programs):
    """The program of a small network for a batch, one of whose loops is jammed."""

    def loss(x, w, v):
        hidden = [F.tanh(sum(a * b for a, b in zip(x, row))) for row in w]
        logits = [sum(h * a for h, a in zip(hidden, row)) for row in v]
        return F.logsumexp(logits) - logits[0] * x[0]

    rng = np.random.default_rng(0)
    x, w, v = rng.normal(size=(3, 5)), rng.normal(size=(6, 5)), rng.normal(size=(4, 6))
    compile(loss, batch=(0, None, None), backend="numpy").value_and_grad(x, w, v, wrt=(1, 2))
    return programs[-1]


def test_several_samples_go_through_a_matrix_at_once(network):
    assert assert_same(network)
    main, rest = [s for s in jammed(loops_of(network)).body if isinstance(s, Loop)][-2:]
    assert (main.step, rest.rest) == (jam.AT_ONCE, jam.AT_ONCE)


def _one_turn_too_many(self, turn):
    return original_later(self, min(turn + 1, jam.AT_ONCE - 1))


def _the_same_sums(self, turn):
    moved = original_later(self, turn)
    return lambda spot: moved(spot)._replace(var=spot.var)


def _no_further(self, spot):
    return spot


original_later = jam._Jam._later
BROKEN = {
    "a turn taken twice": ("_later", _one_turn_too_many),
    "sums shared by the turns": ("_later", _the_same_sums),
    "one place for the numbers of all turns": ("_in_a_loop", _no_further),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_turns_that_are_put_together_wrongly_are_caught(network, broken, monkeypatch):
    monkeypatch.setattr(jam._Jam, *BROKEN[broken])
    with pytest.raises(AssertionError):
        assert_same(network)


def test_samples_that_are_left_over_count(network):
    several = jammed(loops_of(network))
    whole = tuple(s for s in several.body if not isinstance(s, Loop) or s.rest == 1)
    assert_loops_same(network, replace(several, body=whole), 8)
    with pytest.raises(AssertionError):
        assert_loops_same(network, replace(several, body=whole), 9)
