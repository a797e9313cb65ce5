"""Charts: curves, dots and bars as SVG in HTML, readable by pointer or keyboard."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from autograd_core.files import JSON

_WIDTH, _HEIGHT = 360.0, 230.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 10.0, 20.0, 40.0
_MAX_NUMBER = 1e300  # larger ones are not drawn: differences of these are finite
COLOURS = 8  # in the page's style; further series repeat them
_DASHES = ("", "6 3", "2 2", "8 3 2 3")

Point = tuple[float, float]
Points = Sequence[Sequence[float]]


@dataclass(frozen=True)
class _Axis:
    """Maps the numbers between `ends` to the pixels from `start` to `end`."""

    ends: Point
    start: float
    end: float

    def __call__(self, number: float) -> float:
        low, high = self.ends
        return self.start + (number - low) / (high - low) * (self.end - self.start)


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
    """Return a chart as an HTML figure; "" if there is no finite point.

    Args:
        title: The caption.
        x_name: The name of the x axis.
        y_name: The name of the y axis.
        series: The name and the points `[x, y]` of each series.
        dots: Whether to draw points rather than lines.
        mark: A number on the x axis to mark, and its label.
        diagonal: Whether to draw the line x = y.
        unit: Whether both axes go from 0 to 1.
        kinds: The categories at 0, 1, ... on the x axis; () if it has numbers.

    >>> made = chart("Loss", "epoch", "loss", [("loss", [[1, 0.5], [2, 0.25]])])
    >>> made.count("<polyline"), "epoch" in made
    (1, True)
    """
    finite = [(name, _finite(points)) for name, points in series]
    drawable = [(name, points) for name, points in finite if points]
    if not drawable:
        return ""
    x_axis, y_axis = _axes(drawable, len(kinds), diagonal, unit)
    parts = [*_frame(x_name, y_name, kinds, x_axis, y_axis)]
    if diagonal:
        low, high = x_axis.ends
        parts.append(_line("aid", x_axis(low), y_axis(low), x_axis(high), y_axis(high)))
    if mark is not None:
        parts += _mark(mark, x_axis)
    placed = [(name, [(x_axis(x), y_axis(y)) for x, y in points]) for name, points in drawable]
    for number, (_, places) in enumerate(placed):
        parts += _series_marks(number, places, dots or bool(kinds))
    data = {
        "x": x_name,
        "y": y_name,
        "kinds": list(kinds),
        "series": [
            [name, [[*p, round(x, 1), round(y, 1)] for p, (x, y) in zip(points, places)]]
            for (name, points), (_, places) in zip(drawable, placed)
        ],
    }
    svg = (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" '
        f'aria-label="{escape(_description(title, x_name, y_name, drawable))}">{"".join(parts)}'
        f'<line class="hair" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/></svg>'
    )
    legend = _legend([name for name, _ in drawable], _LINE_SAMPLE) if len(drawable) > 1 else ""
    return (
        f'<figure class="chart" tabindex="0" data-chart="{escape(json.dumps(data))}">'
        f"<figcaption>{escape(title)}</figcaption>{svg}"
        f'<div class="said" role="status"></div>{legend}</figure>'
    )


def _finite(points: Points) -> list[Point]:
    return [
        (float(x), float(y)) for x, y in points if abs(x) < _MAX_NUMBER and abs(y) < _MAX_NUMBER
    ]


def _axes(
    drawable: Sequence[tuple[str, Sequence[Point]]], kinds: int, diagonal: bool, unit: bool
) -> tuple[_Axis, _Axis]:
    """Return axes that span the points, or `kinds` categories on the x axis."""
    xs, ys = ([p[i] for _, points in drawable for p in points] for i in (0, 1))
    x_ends, y_ends = ((0.0, 1.0), (0.0, 1.0)) if unit else (_range(xs), _padded(_range(ys)))
    if kinds:
        x_ends = -0.5, kinds - 0.5
    if diagonal and not unit:
        x_ends = y_ends = _padded(_range([*xs, *ys]))
    return _Axis(x_ends, _LEFT, _WIDTH - _RIGHT), _Axis(y_ends, _HEIGHT - _BOTTOM, _TOP)


def _series_marks(number: int, places: Sequence[Point], as_dots: bool) -> list[str]:
    """Return a series as dots, or as a line."""
    colour, dash = number % COLOURS, _DASHES[number % len(_DASHES)]
    if as_dots or len(places) == 1:
        return [_dot(f"c{colour}", x, y, "3") for x, y in places]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return [f'<polyline class="c{colour}"{dashed} points="{path}"/>']


def bars(title: str, rows: Sequence[tuple[str, float, float]], unit: str) -> str:
    """Return a table of bars.

    Args:
        title: The caption.
        rows: The name, length and spread of each bar.
        unit: The heading of the lengths.

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


def _range(numbers: Sequence[float]) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    edge = max(0.5, 1e-6 * abs(low))  # of equal numbers: more than their rounding
    return (low, high) if low < high else (low - edge, high + edge)


def _padded(ends: tuple[float, float]) -> tuple[float, float]:
    low, high = ends
    edge = 0.04 * (high - low)
    return (low if low == 0.0 else low - edge, high + edge)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers in a range, about `most` of them.

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
    parts, left, right, bottom = list[str](), _LEFT, _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    for y in ticks(*y_axis.ends):
        parts.append(_line("grid", left, y_axis(y), right, y_axis(y)))
        parts.append(_text(left - 5, y_axis(y) + 4, _short_number(y), "end"))
    named = [(float(i), _shortened(kind)) for i, kind in enumerate(kinds)]
    places = named or [(x, _short_number(x)) for x in ticks(*x_axis.ends)]
    for x, text in places[:: max(1, math.ceil(len(places) / 7))]:
        parts.append(_text(x_axis(x), bottom + 15, text))
    middles = (left + right) / 2, (_TOP + bottom) / 2
    return [*parts, _line("axis", left, bottom, right, bottom),
            *_names(_shortened(x_name, 40), _shortened(y_name, 26), *middles,
                    _HEIGHT - 6)]  # fmt: skip


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str = "middle", more: str = "") -> str:
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f"<text {more}{at}>{escape(text)}</text>"


def _names(x_name: str, y_name: str, across: float, up: float, below: float) -> list[str]:
    """Return the names of both axes, that of y rotated."""
    turned = 'class="name" transform="rotate(-90)" '
    return [
        _text(across, below, x_name, more='class="name" '), _text(-up, 11, y_name, more=turned)
    ]  # fmt: skip


def _dot(kind: str, x: float, y: float, radius: str) -> str:
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'


def _mark(mark: tuple[float, str], x_axis: _Axis) -> list[str]:
    at, word = x_axis(mark[0]), mark[1]
    anchor = "start" if at < (_LEFT + _WIDTH) / 2 else "end"
    return [
        _line("aid", at, _TOP, at, _HEIGHT - _BOTTOM),
        _text(at, _TOP - 6, word, anchor, 'class="name" '),
    ]


_LINE_SAMPLE = 20, 8, '<line class="{}" x1="0" x2="20" y1="4" y2="4" stroke-dasharray="{}"/>'
_DOT_SAMPLE = 10, 10, '<circle class="{}" cx="5" cy="5" r="4"/>'


def _legend(names: Sequence[str], sample: tuple[int, int, str]) -> str:
    width, height, drawn = sample
    items = "".join(
        f'<span><svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-hidden="true">{drawn.format(f"c{i % COLOURS}", _DASHES[i % len(_DASHES)])}</svg>'
        f"{escape(name)}</span>"
        for i, name in enumerate(names)
    )
    return f'<div class="legend">{items}</div>'


def _description(
    title: str, x_name: str, y_name: str, series: Sequence[tuple[str, list[tuple[float, float]]]]
) -> str:
    ends = "; ".join(
        f"{name} from {_short_number(points[0][1])} to {_short_number(points[-1][1])}"
        for name, points in series
    )
    return f"{title}, {y_name} by {x_name}: {ends}"


def _short_number(number: float) -> str:
    if number and not 1e-3 <= abs(number) < 1e6:
        return f"{number:.1e}".replace("e+0", "e").replace("e-0", "e-").replace(".0e", "e")
    return f"{number:.6g}"


def _shortened(text: str, most: int = 12) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


_SIDE, _EDGE, _FOOT = 320.0, 46.0, 40.0  # of the plane, and its margins left and below


def plane_picture(facts: Mapping[str, JSON]) -> str:
    """Return predictions over two inputs as coloured areas, test rows as dots; or ""."""
    plane = facts.get("plane")
    if not plane:
        return ""
    answers = plane["answers"]
    (x0, x1), (y0, y1) = plane["x"], plane["y"]
    x_axis, y_axis = _Axis((x0, x1), _EDGE, _EDGE + _SIDE), _Axis((y0, y1), _SIDE, 0.0)
    cell, parts = _SIDE / len(answers), list[str]()
    for row, line in enumerate(answers):  # from the bottom; a run of one class is one rectangle
        column = 0
        for kind, run in groupby(line):
            width = len(list(run))
            parts.append(
                f'<rect class="f{kind % COLOURS}" x="{_EDGE + column * cell:.2f}" '
                f'y="{_SIDE - (row + 1) * cell:.2f}" width="{width * cell + 0.2:.2f}" '
                f'height="{cell + 0.2:.2f}"/>'
            )
            column += width
    for x, y, kind in plane["points"]:
        parts.append(_dot(f"c{kind % COLOURS} dot", x_axis(x), y_axis(y), "3.5"))
    parts += [_text(x_axis(x), _SIDE + 15, f"{x:g}") for x in ticks(*x_axis.ends)]
    parts += [_text(_EDGE - 5, y_axis(y) + 4, f"{y:g}", "end") for y in ticks(*y_axis.ends)]
    x_name, y_name = facts["table"]["features"][:2]
    parts += _names(x_name, y_name, _EDGE + _SIDE / 2, _SIDE / 2, _SIDE + 34)
    shown = escape(f"{x_name} and {y_name}")
    return (
        f'<figure class="chart plane"><svg viewBox="0 0 {_EDGE + _SIDE + 6:.0f} '
        f'{_SIDE + _FOOT:.0f}" role="img" aria-label="The plane of {shown}, coloured by the '
        f'answer; the dots are the test rows">{"".join(parts)}</svg>'
        f"{_legend(facts['classes'], _DOT_SAMPLE)}</figure>"
    )
