"""Refusal: why a program is not compiled: it is too long, or nothing is there to do it."""

LONGEST = 2000
"""Instructions: a compiler takes seconds for more, since it looks at all pairs of them."""


class NoCompiler(Exception):
    """There is nothing that could make machine code of a program; it says why."""


class TooLong(NoCompiler):
    """A compiler would take too long for a program."""
