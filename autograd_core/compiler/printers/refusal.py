"""Refusal: errors for a program that a target cannot take, or only in too long a time."""

from collections.abc import Collection, Iterable

from autograd_core.compiler.arrays import NOT_ELEMENTWISE

MOST_INSTRUCTIONS = 2000
"""The most instructions to compile: more take seconds, since all pairs of them are compared."""


class NoCompiler(Exception):
    """A target cannot take a program; the message gives the reason."""


class TooLong(NoCompiler):
    """Compiling a program would take too long."""


def refuse_unknown(names: Iterable[str], known: Collection[str], language: str) -> None:
    """Refuse a program that calls an elementary function which a language lacks.

    Args:
        names: The names of the program's instructions.
        known: The elementary functions of the language.
        language: Its name, for the message.

    Raises:
        NoCompiler: If an instruction calls another function.
    """
    called = {name.removeprefix("reduce ") for name in names}
    if unknown := called - NOT_ELEMENTWISE - set(known):
        raise NoCompiler(f"{language} has no {', '.join(sorted(unknown))}")
