"""Case: a gradient of arrays that is right, or has one planted fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """One gradient; `words` is a pattern that the report of a faulty one must match."""

    name: str
    f: Callable[..., Any]
    inputs: tuple[Any, ...]
    words: str = ""
    by_hand: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name
