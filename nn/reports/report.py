"""Report: the facts about a model, as a page, as JSON, as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from autograd_core.files import Location, write_whole
from nn.reports.page import page_of
from nn.reports.text import text_of


@dataclass(frozen=True)
class Report:
    """What a model is worth; the last line of a notebook cell shows it.

    Attributes:
        facts: All of it, as JSON can hold it.
        pictures: SVG or HTML by name that the page shows: `network`, `network dark`, `player`.
    """

    facts: dict[str, Any]
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def html(self) -> str:
        """The page, which needs nothing beside it."""
        return page_of(self.facts, self.pictures)

    @property
    def json(self) -> str:
        """The facts as text."""
        return json.dumps(self.facts, indent=1, allow_nan=True)

    def save(self, path: Location) -> Path:
        """Write the page, or the facts where the name ends with `.json`."""
        return write_whole(path, self.json if str(path).endswith(".json") else self.html)

    def __str__(self) -> str:
        return text_of(self.facts)

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="report" '
            'style="width: 100%; height: 46rem; border: 0"></iframe>'
        )
