"""Build: from the description of a program to its function."""

import inspect

from .arguments import tensors
from .describe import random_program
from .steps import elementwise, pairs, products, recurrences, windows
from .steps.context import BRANCHING, STEPS, Context, vector
from .steps.functions import UNARY

MODULES = (elementwise, pairs, products, recurrences, windows)  # imports fill the table of steps
KINDS = sorted(set(STEPS) - set(BRANCHING))


def program_of(seed, small=False):
    """Return the description of the program of a seed."""
    return random_program(seed, KINDS, BRANCHING, small)


def computed(program, m, arguments, outside):
    """Return all tensors that a program computes, those of its arguments first."""
    pool = [tensor for argument in arguments for tensor in tensors(argument) if tensor.numbers]
    if outside or not pool:
        pool.insert(0, vector([*outside, 0.5]))
    for step in program.steps:
        context = Context(m, pool, step.picks, program.limit)
        pool.append(context.made(STEPS[step.kind](context)))
    return pool


def result(program, m, pool):
    """Return the one number that is differentiated."""
    c = Context(m, pool, program.output, program.limit)
    numbers = pool[-1].numbers
    how = c.of(("sum", "weighted", "squares", "last", "total", "logsumexp", "everything", "unary"))
    if how == "weighted":
        return sum((1.0 + 0.1 * i) * v for i, v in enumerate(numbers))
    if how == "squares":
        return sum(v * v for v in numbers) / len(numbers)
    if how == "last":
        return numbers[-1]
    if how == "total":
        return m.total(numbers)
    if how == "logsumexp":
        return m.logsumexp(numbers)
    if how == "everything":  # earlier tensors are read again
        return sum(sum(t.numbers) * (1.0 - 0.1 * i) for i, t in enumerate(pool))
    if how == "unary":
        function = c.of(UNARY)
        return sum(function(m, v) for v in numbers)
    return sum(numbers)


def several(program, m, pool):
    """Return further outputs: inputs, intermediate numbers, one of them twice, and a constant."""
    c = Context(m, pool, program.output[::-1], program.limit)
    first, second = c.other(), c.other()
    last = pool[-1]
    return {"list": last.numbers[:9], "pair": (first.numbers[0], second.numbers[-1]),
            "twice": [last.numbers[0], last.numbers[0]],
            "mixed": [vector(second.numbers[:3]).numbers, 1.5]}  # fmt: skip


def function_of(program, m, outside=(), outputs=False):
    """Return the function, with the names of its arguments.

    Args:
        program: Its description.
        m: Elementary functions on numbers.
        outside: Numbers that it uses besides its arguments.
        outputs: Whether it also returns further outputs.
    """

    def function(*arguments):
        pool = computed(program, m, arguments, outside)
        number = result(program, m, pool)
        return (number, several(program, m, pool)) if outputs else number

    named = [inspect.Parameter(argument.name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
             for argument in program.arguments]  # fmt: skip
    function.__signature__ = inspect.Signature(named)
    return function
