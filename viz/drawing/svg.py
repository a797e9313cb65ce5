"""SVG: a scene drawn without an engine, with the ids and classes that Graphviz gives it."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from html import escape

from viz.drawing.arrows import (
    Curve,
    arrow_curves,
    label_places,
    label_size,
    scene_layout,
    separate_twins,
)
from viz.layout import Frame, Point
from viz.scene import (
    FONT,
    FONT_SIZE,
    LINE,
    SMALL_SIZE,
    Arrow,
    Box,
    Scene,
    box_size,
    compartments,
    stacked,
)

_MARGIN = 8.0


def svg_text(
    scene: Scene, *, style: str = "", below: Sequence[str] = (), width: float = 0.0
) -> str:
    """Return a scene as one SVG document.

    Args:
        scene: What to draw.
        style: A stylesheet to put inside.
        below: Elements for a line of text below the picture; (0, 0) is the middle of its baseline.
        width: Smallest width of the document, in pixels.

    >>> from autograd_core import Value
    >>> from viz.scene import build_scene
    >>> from viz.steps import trace
    >>> svg_text(build_scene(trace(Value(1.0))))[:4]
    '<svg'
    """
    return "\n".join(_svg_lines(scene, style, below, width))


def _svg_lines(scene: Scene, style: str, below: Sequence[str], least_width: float) -> Iterator[str]:
    layout = scene_layout(scene)
    width = max(layout.width + 2.0 * _MARGIN, least_width)
    left = (width - layout.width) / 2.0
    height = layout.height + 2.0 * _MARGIN
    full = height + (2.0 * LINE if below else 0.0)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{full:.0f}" '
        f'viewBox="0 0 {width:.1f} {full:.1f}" font-family="{FONT}" font-size="{FONT_SIZE:g}" '
        f'text-anchor="middle">'
    )
    if style:
        yield f"<style>{style}</style>"
    yield f'<rect width="100%" height="100%" fill="{scene.theme.background}"/>'
    yield f'<g id="graph" class="graph" transform="translate({left:.1f} {_MARGIN:g})">'
    for frame in layout.frames:
        yield from _frame_lines(frame, scene)
    routes = list(separate_twins(scene, layout.routes))
    for arrow, route in zip(scene.arrows, routes):
        yield from _arrow_lines(arrow, route, scene)
    places = label_places(scene, routes)
    for arrow in scene.arrows:  # after all lines: a line across a label would read as a minus sign
        if arrow.label:
            yield from _label_lines(arrow, places[arrow.id], scene)
    for box, center in zip(scene.boxes, layout.centers):
        yield from _box_lines(box, center, scene)
    yield "</g>"
    if below:
        yield f'<g class="caption" transform="translate({width / 2.0:.1f} {height + LINE:.1f})">'
        yield from below
        yield "</g>"
    yield "</svg>"


def _frame_lines(frame: Frame, scene: Scene) -> Iterator[str]:
    theme, (path, x, y, width, height) = scene.theme, frame
    yield f'<g id="{escape(path)}" class="cluster module"><title>{escape(path)}</title>'
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="8" '
        f'fill="{theme.module}" stroke="{theme.line}"/>'
    )
    yield (
        f'<text x="{x + 10.0:.1f}" y="{y + 14.0:.1f}" text-anchor="start" '
        f'font-size="{SMALL_SIZE:g}" fill="{theme.muted}">{escape(path)}</text></g>'
    )


def _box_lines(box: Box, center: Point, scene: Scene) -> Iterator[str]:
    x, y = center
    width, height = box_size(box, scene)
    outline = f'fill="{box.fill}" stroke="{scene.theme.line}"'
    yield f'<g id="{box.id}" class="node {box.classes}"><title>{escape(box.note or box.id)}</title>'
    if box.kind in ("gap", "name"):
        yield _text(box.fields[0], x, y, box.ink, "symbol")
    elif box.kind in ("operation", "unit"):
        radii = f'rx="{width / 2.0:.1f}" ry="{height / 2.0:.1f}"'
        yield f'<ellipse cx="{x:.1f}" cy="{y:.1f}" {radii} {outline}/>'
        yield _text(box.fields[0], x, y, box.ink, "symbol")
    else:
        yield (
            f'<rect x="{x - width / 2.0:.1f}" y="{y - height / 2.0:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}" rx="3" {outline}/>'
        )
        names = ("label", "data", "grad")[-len(box.fields) :]
        for field, name, cell in zip(box.fields, names, compartments(box, center, scene)):
            if name != names[0]:
                (x0, y0), (x1, y1) = cell.before
                across = f"H{x1:.1f}" if stacked(scene) else f"V{y1:.1f}"
                yield f'<path d="M{x0:.1f},{y0:.1f}{across}" stroke="{scene.theme.line}"/>'
            yield _text(field, *cell.middle, box.ink, name)
    yield "</g>"


def _text(text: str, x: float, y: float, ink: str, classes: str) -> str:
    rows = text.split("\n")
    first = y + 0.35 * FONT_SIZE - LINE * (len(rows) - 1) / 2.0
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{first + LINE * index:.1f}">{escape(row)}</tspan>'
        for index, row in enumerate(rows)
    )
    content = escape(text) if len(rows) == 1 else spans
    return f'<text class="{classes}" x="{x:.1f}" y="{first:.1f}" fill="{ink}">{content}</text>'


def _arrow_lines(arrow: Arrow, route: list[Point], scene: Scene) -> Iterator[str]:
    color = arrow.color or scene.theme.muted
    line = f'<path fill="none" stroke="{color}" stroke-width="{arrow.width:.3g}"'
    yield f'<g id="{arrow.id}" class="edge {arrow.classes}">'
    if scene.layout:
        yield f'{line} stroke-linecap="round" d="M{_corners(route)}"/>'
    else:
        curves, corners = arrow_curves(route, scene)
        yield f'{line} d="{_path(curves)}"/>'
        yield f'<path fill="{color}" d="M{_corners(corners)}Z"/>'
    yield "</g>"


def _corners(points: Sequence[Point]) -> str:
    return "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _label_lines(arrow: Arrow, place: Point, scene: Scene) -> Iterator[str]:
    (x, y), (width, height) = place, label_size(arrow)
    yield (
        f'<g class="note {arrow.id}"><rect x="{x - width / 2.0:.1f}" '
        f'y="{y - height / 2.0:.1f}" width="{width:.1f}" height="{height:.1f}" rx="4" '
        f'fill="{scene.theme.background}"/>'
    )
    yield (
        f'<text x="{x:.1f}" y="{y + 0.35 * SMALL_SIZE:.1f}" font-size="{SMALL_SIZE:g}" '
        f'fill="{scene.theme.text}">{escape(arrow.label)}</text></g>'
    )


def _path(curves: Sequence[Curve]) -> str:
    start = curves[0][0]
    bends = [
        f"C{a[0]:.1f},{a[1]:.1f} {b[0]:.1f},{b[1]:.1f} {c[0]:.1f},{c[1]:.1f}"
        for _, a, b, c in curves
    ]
    return f"M{start[0]:.1f},{start[1]:.1f}{''.join(bends)}"


def image_element(svg: str, name: str, style: str = "") -> str:
    """Return an `<img>` that holds the SVG itself, so that it needs no file and no network.

    Args:
        svg: The picture; a script in it would not run.
        name: Its alternative text.
        style: More CSS for the element.

    >>> image_element("<svg/>", "none")
    '<img alt="none" style="max-width:100%;height:auto" src="data:image/svg+xml;base64,PHN2Zy8+">'
    """
    data = base64.b64encode(svg.encode()).decode()
    style = f"max-width:100%;height:auto{style and ';'}{style}"
    return f'<img alt="{escape(name)}" style="{style}" src="data:image/svg+xml;base64,{data}">'
