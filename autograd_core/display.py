"""Display: what a notebook shows for a thing, said by whoever can draw things of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

Bundle: TypeAlias = dict[str, str]  # MIME type to text

PICTURES: dict[str, Callable[[Any], Bundle]] = {}  # by kind; viz enters its own


def mimebundle(kind: str) -> Callable[..., Bundle]:
    """Return the method `_repr_mimebundle_`, which IPython calls, for things of one kind.

    While nobody can draw that kind, and where drawing fails, the text is shown.

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
