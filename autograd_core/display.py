"""Display: registry of the functions that draw objects in a notebook, by kind of object."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

Bundle: TypeAlias = dict[str, str]  # MIME type to text

PICTURES: dict[str, Callable[[Any], Bundle]] = {}  # by kind; viz registers its functions here


def mimebundle(kind: str) -> Callable[..., Bundle]:
    """Return the method `_repr_mimebundle_`, which IPython calls, for objects of one kind.

    It shows the repr if no function is registered for that kind, or if that function raises.

    >>> class Dot:
    ...     _repr_mimebundle_ = mimebundle("dot")
    >>> PICTURES["dot"] = lambda dot: {"text/plain": "."}
    >>> Dot()._repr_mimebundle_()
    {'text/plain': '.'}
    >>> del PICTURES["dot"]
    """

    def method(
        self: object,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
        **_: object,
    ) -> Bundle:
        try:
            bundle = PICTURES[kind](self)
        except Exception:  # a picture must never break the cell it illustrates
            bundle = {"text/plain": repr(self)}
        wanted = set(include or bundle) - set(exclude or ())
        return {kind: text for kind, text in bundle.items() if kind in wanted}

    return method
