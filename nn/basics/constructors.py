"""Constructors: an error about their arguments names the class that was called.

Python's words for `LayerNormalization(foo=1)` name the base class whose `__init__` that is.
"""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import Any, Self

from nn.basics.names import UNSUPPORTED_ARGUMENTS


class CheckedConstructor:
    """A base of classes whose subclasses inherit `__init__`, or hand options on to it.

    >>> class Scale(CheckedConstructor):
    ...     def __init__(self, size, *, name=""): ...
    >>> class Doubled(Scale): ...
    >>> Doubled(3, foo=1)
    Traceback (most recent call last):
    TypeError: Doubled got an unexpected keyword argument 'foo'; it takes size, name=
    """

    def __new__(cls, *given: Any, **named: Any) -> Self:
        """Return an object, if its `__init__` takes what is given.

        Raises:
            TypeError: If it does not; says what it takes, and what to write for a name of Keras's.
        """
        if given or named:  # a copy is made without
            check_arguments(cls, given, named)
        return super().__new__(cls)


def check_arguments(made: type, given: tuple[object, ...], named: dict[str, Any]) -> None:
    """Raise TypeError if a class does not take these arguments.

    Args:
        made: The class.
        given: Arguments by place.
        named: Arguments by name.

    Raises:
        TypeError: As `CheckedConstructor`.
    """
    signatures = _signatures(made)
    for place, signature in enumerate(signatures):
        bind = signature.bind_partial if place else signature.bind  # what comes first gives more
        try:
            bound = bind(None, *given, **named).arguments
        except TypeError as error:
            problem = error
            break
        given, named = (), bound.get([*signature.parameters][-1], {})
    else:
        return
    takes = dict.fromkeys(
        p.name + "=" * (p.kind is p.KEYWORD_ONLY)
        for signature in signatures
        for p in [*signature.parameters.values()][1:]
        if p.kind is not p.VAR_KEYWORD
    )
    known = ", ".join(takes) or "none"
    unsupported = [UNSUPPORTED_ARGUMENTS[n] for n in named.keys() & UNSUPPORTED_ARGUMENTS.keys()]
    advice = f"; {unsupported[0]}" if unsupported else ""
    raise TypeError(f"{made.__name__} {problem}; it takes {known}{advice}") from None


def _signatures(made: type) -> list[inspect.Signature]:
    """Return the signatures of `__init__` of a class and of those it hands options on to.

    Returns:
        None of them if the class takes any argument.
    """
    found = []
    for kind in made.__mro__:
        init = vars(kind).get("__init__")
        if init is None:
            continue
        if not isinstance(init, FunctionType):
            return []
        found.append(inspect.signature(init))
        kinds = {parameter.kind for parameter in found[-1].parameters.values()}
        if inspect.Parameter.VAR_POSITIONAL in kinds:
            return []
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            return found
        if not kind.__module__.startswith("nn."):  # a user's may keep some for itself
            return []
    return []
