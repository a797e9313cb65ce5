"""Refusal: why a program is not compiled: it is too long, or nothing is there to do it."""

from collections.abc import Collection, Iterable

from autograd_core.compiler.arrays import WHOLE

LONGEST = 2000
"""Instructions: a compiler takes seconds for more, since it looks at all pairs of them."""


class NoCompiler(Exception):
    """There is nothing that could make machine code of a program; it says why."""


class TooLong(NoCompiler):
    """A compiler would take too long for a program."""


def refuse_unknown(names: Iterable[str], known: Collection[str], language: str) -> None:
    """Refuse a program that calls what a language lacks.

    Args:
        names: Its instructions.
        known: The elementary functions of the language.
        language: What it is called.

    Raises:
        NoCompiler: If there are others.
    """
    called = {name.removeprefix("reduce ") for name in names}
    if unknown := called - WHOLE - set(known):
        raise NoCompiler(f"{language} has no {', '.join(sorted(unknown))}")
