"""Describe: programs as plain data, made from a seed; a shortened description stays valid."""

import random
from typing import NamedTuple

PICKS = 8  # integers that a step chooses by; without one left it takes the first choice
LIMITS = (6, 8, 12, 12, 24, 40)  # the most numbers in the result of a step
BATCHES = (1, 2, 2, 7, 8, 9, 64, 1000)
CHECKS = ("plain", "arrays", "batch", "batch", "batch", "again", "outputs", "second", "bind",
          "named", "pickled")  # fmt: skip
BRANCHED = ("plain", "again", "arrays", "named")  # checks of programs that may branch on Values
FORMS = ("vector", "vector", "vector", "matrix", "matrix", "matrix", "cube", "number", "list",
         "nested", "dict", "tuple", "deep", "empty")  # fmt: skip
LAYOUTS = ("plain", "plain", "plain", "plain", "float32", "int", "fortran", "negative", "strided",
           "read-only", "bool")  # fmt: skip
SIZES = (1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 12)
SCALES = (1.0, 0.5, 0.5, 0.1, 3.0)
ORDINARY = ("x", "w", "b", "y", "c", "theta")
# names that printed programs, Python or NumPy use too
COLLIDING = (
    ("x", "x_1", "x_2", "x_3"), ("w", "w_2", "d_w", "w_1"), ("ones_8", "ones_16", "ones_40", "p"),
    ("x", "x_in", "d_x", "d_x_1"), ("index0", "index1", "take", "table"),
    ("np", "B", "out", "axis"), ("v1", "t1", "c1", "v2"), ("outputs", "gradients", "run", "k"),
    ("live", "build", "aligned", "view"), ("match", "case", "type", "_"),
    ("add", "multiply", "matmul", "dot"), ("float", "print", "len", "range"),
    ("self", "cls", "args", "kwargs"), ("total", "scatter", "copyto", "empty"),
    ("nan", "inf", "e", "pi"), ("λ", "μ", "x_1", "x"), ("v1_1", "v1", "t1_1", "t2"),
    ("x0", "x1", "x", "x2"), ("fill", "reshape", "T", "item"), ("math", "exp", "sum", "log"),
    ("c1", "c2", "index0", "c3"), ("__", "_1", "__name__", "x_10"),
)  # fmt: skip


class Argument(NamedTuple):
    """An argument of a program: its form, sizes, and memory layout."""

    name: str
    form: str
    sizes: tuple[int, int, int]
    layout: str
    scale: float


class Step(NamedTuple):
    """One operation on the tensors so far; `picks` choose its operands and options."""

    kind: str
    picks: tuple[int, ...]


class Program(NamedTuple):
    """A function of numbers, and how it is to be compiled and called."""

    seed: int
    arguments: tuple[Argument, ...]
    steps: tuple[Step, ...]
    output: tuple[int, ...]
    limit: int
    check: str
    plan: str
    batch: int
    batched: tuple[bool, ...]
    outside: int = 0  # the number of Values it uses that are not arguments


def random_program(seed, kinds, branching, small=False):
    """Return the program of a seed.

    Args:
        seed: Any integer.
        kinds: The names of the steps to choose from.
        branching: The names of steps that branch on Values.
        small: Whether to make it short, so that thousands run in a minute.
    """
    rng = random.Random(seed)
    count = rng.choice((1, 2, 2, 3, 3, 4))
    names = rng.choice(COLLIDING) if rng.random() < 0.3 else ORDINARY
    arguments = tuple(
        Argument(
            names[i],
            rng.choice(FORMS),
            (rng.choice(SIZES), rng.choice(SIZES), rng.choice((1, 2, 3))),
            rng.choice(LAYOUTS),
            rng.choice(SCALES),
        )
        for i in range(count)
    )
    steps = tuple(
        Step(rng.choice(kinds), tuple(rng.randrange(10_000) for _ in range(PICKS)))
        for _ in range(rng.randint(1, 2 if small else 5))
    )
    check, limit = rng.choice(CHECKS), rng.choice(LIMITS[: 2 if small else None])
    if check in BRANCHED and rng.random() < 0.2:
        steps = (Step(rng.choice(branching), steps[0].picks), *steps[1:])
    if check == "second":  # the graph of a gradient is several times as large
        steps, limit = steps[: 1 if small else 2], min(limit, 8)
    batched = [rng.random() < 0.5 for _ in range(count)]
    batched[rng.randrange(count)] = True
    return Program(
        seed,
        arguments,
        steps,
        tuple(rng.randrange(10_000) for _ in range(PICKS)),
        limit,
        check,
        rng.choice(("auto", "arrays", "arrays")),
        rng.choice(BATCHES),
        tuple(batched),
        rng.choice((0, 0, 0, 0, 0, 0, 1, 3)),
    )
