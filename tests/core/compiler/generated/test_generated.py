"""Generated programs: compiled numbers are eager ones, and those of JAX. More: run.py, edges.py."""

import numpy as np
import pytest

from autograd_core import functional
from autograd_core.compiler.compiled import Compiled

from . import combinations, edges
from .arguments import leaves
from .build import KINDS, function_of, program_of
from .compare import verdict
from .eager import Eager, alike
from .recorded import COUNT, candidate, digest, records
from .steps.context import BRANCHING

SMALL = 1600  # programs; with 400 of edges.py, less than a minute on one core
EDGES = 400
PART = 20  # programs in a test, so that a failure names a short range of seeds
RECORDS = list(records())


def wrong(seeds, found):
    return {seed: said for seed in seeds if (said := found(seed)) != "ok"}


@pytest.mark.parametrize("first", range(0, SMALL, PART))
def test_small_programs(first):
    seeds = range(first, first + PART)
    found = wrong(seeds, lambda seed: verdict(program_of(seed, small=True)))
    assert not [seed for seed, said in found.items() if not said.startswith("large")], found


@pytest.mark.parametrize("first", range(0, EDGES, PART))
def test_programs_at_the_edge(first):
    assert not wrong(range(first, first + PART), edges.verdict)


# every pair of an addition and a use; the shapes take turns, with and without a batch
@pytest.mark.parametrize("added", combinations.ADDED)
def test_a_product_an_addition_and_a_use(added):
    mine = [each for each in combinations.EVERY if each[0] == added]
    for place, use in enumerate(combinations.USES):
        shapes = [each for each in mine if each[1] == use]
        combinations.check(*shapes[(place + len(added)) % len(shapes)])


@pytest.mark.slow
@pytest.mark.parametrize("combination", combinations.EVERY, ids=str)
def test_all_products_additions_and_uses(combination):
    combinations.check(*combination)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 20_000, PART))
def test_long_programs(first):
    found = wrong(range(first, first + PART), lambda seed: verdict(program_of(seed)))
    assert not [seed for seed, said in found.items() if not said.startswith("large")], found


def as_recorded(record):
    """Compare eager and compiled numbers of one program with those of JAX."""
    seed, known, value, gradient = record
    program, arguments = candidate(seed)
    assert digest(program, arguments) == known, "the generator changed: run record_jax.py again"
    function = function_of(program, functional)
    eager = Eager(function, arguments)
    assert alike(eager.value, value, 1e-9)  # sums in another order, magnitudes up to 1e4
    assert alike(np.concatenate(eager.gradients), gradient, 1e-9), seed
    if not eager.depends:
        return
    every = tuple(range(len(arguments)))
    compiled = Compiled(function, plan="arrays")
    number, slopes = compiled.value_and_grad(*arguments, wrt=every)
    assert alike(number, value, 1e-9), seed
    assert alike(leaves(slopes), gradient, 1e-9), seed


@pytest.mark.parametrize("first", range(0, COUNT, 200))
def test_numbers_are_those_of_jax(first):
    for record in RECORDS[first : first + 200 : 10]:
        as_recorded(record)


@pytest.mark.slow
@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record[0]))
def test_all_numbers_are_those_of_jax(record):
    as_recorded(record)


def test_small_programs_use_every_step():
    used = {s.kind for seed in range(SMALL) for s in program_of(seed, small=True).steps}
    assert used == {*KINDS, *BRANCHING}
