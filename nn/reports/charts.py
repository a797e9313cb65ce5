"""Charts: curves, dots and bars as SVG in HTML, in the page's colours, read by pointer or key."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

_WIDTH, _HEIGHT = 360.0, 230.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 10.0, 20.0, 40.0
_LARGEST = 1e300  # a difference of such numbers is finite still
COLOURS = 8  # that the page has; further series take them again
_DASHES = ("", "6 3", "2 2", "8 3 2 3")

Points = Sequence[Sequence[float]]


def chart(
    title: str,
    x_name: str,
    y_name: str,
    series: Sequence[tuple[str, Points]],
    *,
    dots: bool = False,
    mark: tuple[float, str] | None = None,
    diagonal: bool = False,
    unit: bool = False,
    kinds: Sequence[str] = (),
) -> str:
    """Return a chart as a figure; nothing where there is no finite point.

    Args:
        title: What it is about.
        x_name: The name of its x axis.
        y_name: The name of its y axis.
        series: A name and points `[x, y]` of each curve.
        dots: Whether points are drawn apart.
        mark: A place on the x axis that is marked, and the word for it.
        diagonal: Whether a line x = y is drawn.
        unit: Whether both axes go from 0 to 1.
        kinds: Names of the places 0, 1, ... on the x axis, where it has categories.

    >>> made = chart("Loss", "epoch", "loss", [("loss", [[1, 0.5], [2, 0.25]])])
    >>> made.count("<polyline"), "epoch" in made
    (1, True)
    """
    found = [
        (name, [(float(p[0]), float(p[1])) for p in points if all(abs(n) < _LARGEST for n in p)])
        for name, points in series
    ]
    found = [(name, points) for name, points in found if points]
    if not found:
        return ""
    xs, ys = ([p[i] for _, points in found for p in points] for i in (0, 1))
    x_axis = _Axis((0.0, 1.0) if unit else _range(xs), _LEFT, _WIDTH - _RIGHT)
    if kinds:
        x_axis = _Axis((-0.5, len(kinds) - 0.5), _LEFT, _WIDTH - _RIGHT)
    y_axis = _Axis((0.0, 1.0) if unit else _wide(_range(ys)), _HEIGHT - _BOTTOM, _TOP)
    if diagonal and not unit:
        both = _wide(_range([*xs, *ys]))
        x_axis, y_axis = (_Axis(both, axis.start, axis.end) for axis in (x_axis, y_axis))
    parts = [*_frame(x_name, y_name, kinds, x_axis, y_axis)]
    if diagonal:
        low, high = x_axis.ends
        parts.append(
            f'<line class="aid" x1="{x_axis(low):.1f}" y1="{y_axis(low):.1f}" '
            f'x2="{x_axis(high):.1f}" y2="{y_axis(high):.1f}"/>'
        )
    if mark is not None:
        parts += _mark(mark, x_axis)
    for number, (_, points) in enumerate(found):
        colour, dash = number % COLOURS, _DASHES[number % len(_DASHES)]
        placed = [(x_axis(x), y_axis(y)) for x, y in points]
        if dots or kinds or len(placed) == 1:
            parts += [f'<circle class="c{colour}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
                      for x, y in placed]  # fmt: skip
        else:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
            dashed = f' stroke-dasharray="{dash}"' if dash else ""
            parts.append(f'<polyline class="c{colour}"{dashed} points="{path}"/>')
    data = {
        "x": x_name,
        "y": y_name,
        "kinds": list(kinds),
        "series": [
            [name, [[x, y, round(x_axis(x), 1), round(y_axis(y), 1)] for x, y in points]]
            for name, points in found
        ],
    }
    svg = (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" '
        f'aria-label="{escape(_described(title, x_name, y_name, found))}">{"".join(parts)}'
        f'<line class="hair" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/></svg>'
    )
    return (
        f'<figure class="chart" tabindex="0" data-chart="{escape(json.dumps(data))}">'
        f"<figcaption>{escape(title)}</figcaption>{svg}"
        f'<div class="said" role="status"></div>{_legend(found)}</figure>'
    )


def bars(title: str, rows: Sequence[tuple[str, float, float]], unit: str) -> str:
    """Return bars, each with a name, a length and a spread.

    Args:
        title: What they are about.
        rows: Names, lengths and spreads.
        unit: What the lengths are.

    >>> bars("Importance", [("glucose", 0.2, 0.01)], "loss").count("<i")
    1
    """
    longest = max((length for _, length, _ in rows), default=0.0) or 1.0
    lines = [
        f'<tr><th scope="row">{escape(name)}</th><td><i style="width:'
        f'{100 * max(length, 0.0) / max(longest, 1e-300):.1f}%"></i></td>'
        f'<td class="number">{length:+.4g}</td><td class="number">± {spread:.2g}</td></tr>'
        for name, length, spread in rows
    ]
    head = f'<tr><th>column</th><th></th><th class="number">{escape(unit)}</th><th></th></tr>'
    head = head.replace("<th></th>", "<td></td>")
    return (
        f'<div class="scroll" tabindex="0"><table class="bars"><caption>{escape(title)}</caption>'
        f"{head}{''.join(lines)}</table></div>"
    )


@dataclass(frozen=True)
class _Axis:
    """Takes numbers to places."""

    ends: tuple[float, float]
    start: float
    end: float

    def __call__(self, number: float) -> float:
        low, high = self.ends
        return self.start + (number - low) / (high - low) * (self.end - self.start)


def _range(numbers: Sequence[float]) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    edge = max(0.5, 1e-6 * abs(low))  # more than its rounding
    return (low, high) if low < high else (low - edge, high + edge)


def _wide(ends: tuple[float, float]) -> tuple[float, float]:
    low, high = ends
    edge = 0.04 * (high - low)
    return (low if low == 0.0 else low - edge, high + edge)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers in a range.

    >>> ticks(0.0, 1.0), ticks(3.0, 87.0)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [20.0, 40.0, 60.0, 80.0])
    """
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(
        s * power for s in (1.0, 2.0, 5.0, 10.0) if (high - low) / (s * power) <= most + 1e-9
    )
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def _frame(
    x_name: str, y_name: str, kinds: Sequence[str], x_axis: _Axis, y_axis: _Axis
) -> list[str]:
    parts = []
    for y in ticks(*y_axis.ends):
        at = y_axis(y)
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
            f'<text x="{_LEFT - 5}" y="{at + 4:.1f}" text-anchor="end">{_short(y)}</text>'
        )
    bottom = _HEIGHT - _BOTTOM
    named = [(float(i), _cut(kind)) for i, kind in enumerate(kinds)]
    places = named or [(x, _short(x)) for x in ticks(*x_axis.ends)]
    for x, text in places[:: max(1, math.ceil(len(places) / 7))]:
        parts.append(
            f'<text x="{x_axis(x):.1f}" y="{bottom + 15}" text-anchor="middle">'
            f"{escape(text)}</text>"
        )
    middle = (_TOP + bottom) / 2
    parts.append(
        f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{bottom}" y2="{bottom}"/>'
        f'<text class="name" x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 6}" '
        f'text-anchor="middle">{escape(_cut(x_name, 40))}</text>'
        f'<text class="name" transform="rotate(-90)" x="{-middle}" y="11" text-anchor="middle">'
        f"{escape(_cut(y_name, 26))}</text>"
    )
    return parts


def _mark(mark: tuple[float, str], x_axis: _Axis) -> list[str]:
    at, word = x_axis(mark[0]), mark[1]
    anchor = "start" if at < (_LEFT + _WIDTH) / 2 else "end"
    return [
        f'<line class="aid" x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'
        f'<text class="name" x="{at:.1f}" y="{_TOP - 6}" text-anchor="{anchor}">'
        f"{escape(word)}</text>"
    ]


def _legend(series: Sequence[tuple[str, object]]) -> str:
    if len(series) < 2:
        return ""
    items = "".join(
        f'<span><svg viewBox="0 0 20 8" width="20" height="8" aria-hidden="true"><line '
        f'class="c{i % COLOURS}" x1="0" x2="20" y1="4" y2="4" '
        f'stroke-dasharray="{_DASHES[i % len(_DASHES)]}"/></svg>{escape(name)}</span>'
        for i, (name, _) in enumerate(series)
    )
    return f'<div class="legend">{items}</div>'


def _described(
    title: str, x_name: str, y_name: str, series: Sequence[tuple[str, list[tuple[float, float]]]]
) -> str:
    ends = "; ".join(
        f"{name} from {_short(points[0][1])} to {_short(points[-1][1])}" for name, points in series
    )
    return f"{title}, {y_name} by {x_name}: {ends}"


def _short(number: float) -> str:
    if number and not 1e-3 <= abs(number) < 1e6:
        return f"{number:.1e}".replace("e+0", "e").replace("e-0", "e-").replace(".0e", "e")
    return f"{number:.6g}"


def _cut(text: str, most: int = 12) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


_SIDE, _EDGE, _FOOT = 320.0, 46.0, 40.0  # of the plane


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
                f'<rect class="f{kind % COLOURS}" x="{_EDGE + column * cell:.2f}" '
                f'y="{_SIDE - (row + 1) * cell:.2f}" width="{width * cell + 0.2:.2f}" '
                f'height="{cell + 0.2:.2f}"/>'
            )
            column += width

    def across(x: float) -> float:
        return _EDGE + (x - x0) / (x1 - x0) * _SIDE

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
        parts.append(f'<text x="{_EDGE - 5}" y="{up(y) + 4:.1f}" text-anchor="end">{y:g}</text>')
    names = [escape(name) for name in facts["table"]["features"][:2]]
    parts.append(
        f'<text class="name" x="{_EDGE + _SIDE / 2}" y="{_SIDE + 34}" text-anchor="middle">'
        f'{names[0]}</text><text class="name" transform="rotate(-90)" x="{-_SIDE / 2}" y="11" '
        f'text-anchor="middle">{names[1]}</text>'
    )
    legend = "".join(
        f'<span><svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true"><circle '
        f'class="c{i % COLOURS}" cx="5" cy="5" r="4"/></svg>{escape(name)}</span>'
        for i, name in enumerate(facts["classes"])
    )
    return (
        f'<figure class="chart plane"><svg viewBox="0 0 {_EDGE + _SIDE + 6:.0f} '
        f'{_SIDE + _FOOT:.0f}" role="img" aria-label="The plane of {names[0]} and {names[1]}, '
        f'coloured by the answer; the dots are the test rows">{"".join(parts)}</svg>'
        f'<div class="legend">{legend}</div></figure>'
    )
