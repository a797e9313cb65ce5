"""Plane: what a model of two inputs answers where, as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import groupby
from typing import Any

from nn.reports.charts import COLOURS, ticks

_SIDE, _LEFT, _BOTTOM = 320.0, 46.0, 40.0


def plane_picture(facts: Mapping[str, Any]) -> str:
    """Return the answers as fields of colour, the test rows as dots; nothing of other tables."""
    plane = facts.get("plane")
    if not plane:
        return ""
    answers = plane["answers"]
    x0, x1, y0, y1 = map(float, (*plane["x"], *plane["y"]))
    cell, parts = _SIDE / len(answers), []
    for row, line in enumerate(answers):  # from the bottom; neighbours of a class are one field
        column = 0
        for kind, run in groupby(line):
            width = len(list(run))
            parts.append(
                f'<rect class="f{kind % COLOURS}" x="{_LEFT + column * cell:.2f}" '
                f'y="{_SIDE - (row + 1) * cell:.2f}" width="{width * cell + 0.2:.2f}" '
                f'height="{cell + 0.2:.2f}"/>'
            )
            column += width

    def across(x: float) -> float:
        return _LEFT + (x - x0) / (x1 - x0) * _SIDE

    def up(y: float) -> float:
        return _SIDE - (y - y0) / (y1 - y0) * _SIDE

    for x, y, kind in plane["points"]:
        parts.append(
            f'<circle class="c{kind % COLOURS} dot" cx="{across(x):.1f}" cy="{up(y):.1f}" r="3.5"/>'
        )
    for x in ticks(x0, x1):
        parts.append(
            f'<text x="{across(x):.1f}" y="{_SIDE + 15}" text-anchor="middle">{x:g}</text>'
        )
    for y in ticks(y0, y1):
        parts.append(f'<text x="{_LEFT - 5}" y="{up(y) + 4:.1f}" text-anchor="end">{y:g}</text>')
    names = [escape(name) for name in facts["table"]["features"][:2]]
    parts.append(
        f'<text class="name" x="{_LEFT + _SIDE / 2}" y="{_SIDE + 34}" text-anchor="middle">'
        f'{names[0]}</text><text class="name" transform="rotate(-90)" x="{-_SIDE / 2}" y="11" '
        f'text-anchor="middle">{names[1]}</text>'
    )
    legend = "".join(
        f'<span><svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true"><circle '
        f'class="c{i % COLOURS}" cx="5" cy="5" r="4"/></svg>{escape(name)}</span>'
        for i, name in enumerate(facts["classes"])
    )
    return (
        f'<figure class="chart plane"><svg viewBox="0 0 {_LEFT + _SIDE + 6:.0f} '
        f'{_SIDE + _BOTTOM:.0f}" role="img" aria-label="The plane of {names[0]} and {names[1]}, '
        f'coloured by the answer; the dots are the test rows">{"".join(parts)}</svg>'
        f'<div class="legend">{legend}</div></figure>'
    )
