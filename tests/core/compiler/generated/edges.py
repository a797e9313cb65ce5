"""Edges: programs with inf, nan and both zeros among their numbers, compiled and eager.

python -m tests.core.compiler.generated.edges FIRST LAST SECONDS
"""

import random
import sys
import time
from collections import Counter

import numpy as np

from autograd_core import functional

from .build import result
from .describe import PICKS, Program, Step
from .eager import described, match
from .steps.context import STEPS, Context, Tensor
from .steps.table import TABLE_STEPS

# exp(1000) overflows; numbers like 1e300 are left out, because with them the order of a sum decides
# whether it overflows
NUMBERS = (0.0, -0.0, 1.0, -1.0, 2.5, -0.5, np.inf, -np.inf, np.nan, 1000.0, -1000.0)
ALL = TABLE_STEPS | STEPS
LONG = ("unary", "binary", "dense", "matrix_product", "reduced", "softmax_of_rows", "chosen",
        "prefix", "gram", "pooling", "convolution", "sliced", "tiled", "permuted")  # fmt: skip


def program_of(seed):
    """Return the steps of a seed's program, its arguments, and whether they are a batch."""
    rng = random.Random(seed)
    kinds = [*TABLE_STEPS] * 3 + [*LONG]
    steps = tuple(Step(rng.choice(kinds), tuple(rng.randrange(10_000) for _ in range(PICKS)))
                  for _ in range(rng.choice((1, 2, 2, 3))))  # fmt: skip
    size, mostly = rng.choice((1, 3, 6, 12, 40)), rng.random()
    mild = (0.5, 1.5, -0.75, 2.0)
    numbers = [rng.choice(NUMBERS if rng.random() < mostly else mild) for _ in range(2 * size)]
    output = (rng.choice((0, 0, 1, 2, 6)),)
    return steps, np.array(numbers).reshape(2, size), output, rng.random() < 0.3


def function_of(steps, output):
    """Return the function of two vectors."""
    description = Program(0, (), steps, output, 40, "", "", 1, ())

    def function(x, y):
        pool = [Tensor((len(x),), list(x)), Tensor((len(y),), list(y))]
        for step in steps:
            context = Context(functional, pool, step.picks, 40)
            pool.append(context.made(ALL[step.kind](context)))
        return result(description, functional, pool)

    return function


def check(steps, numbers, output, batch):
    """Compare value and gradients of one program; raise Differs, or the compiler's error."""
    match(function_of(steps, output), list(numbers), (True, True) if batch else None)


def verdict(seed):
    """Return `ok`, or one line that says what is wrong."""
    found = described(lambda: check(*program_of(seed)))
    return "ok" if "must return a Value" in found else found


if __name__ == "__main__":
    first, last, seconds = sys.argv[1:]
    begin, counts = time.perf_counter(), Counter()
    for seed in range(int(first), int(last)):
        found = verdict(seed)
        counts[found.split()[0]] += 1
        if found != "ok":
            steps, numbers, output, batch = program_of(seed)
            print(seed, "batch" if batch else "plain", [step.kind for step in steps], found)
        if time.perf_counter() - begin > float(seconds):
            break
    print(dict(counts), f"seeds {first} to {seed}")
