"""Pixels: a scene drawn with Pillow, for PNG without an engine and for the frames of a GIF."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from viz.colors import Theme
from viz.drawing.arrows import (
    arrow_curves,
    label_places,
    label_size,
    point_on,
    scene_layout,
    separate_twins,
)
from viz.layout import Frame, Layout, Point
from viz.scene import FONT_SIZE, Box, Scene, box_size, compartments

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_MARGIN, _CAPTION_HEIGHT, _CAPTION_WIDTH = 10.0, 34.0, 560.0
_OVERSAMPLING = 2  # drawn this many times larger, then reduced: Pillow does not antialias lines
_FONT_SHARE = 0.95  # Pillow rounds the widths of letters up
_CURVE_PIECES = 16  # straight lines per curve
_LARGEST = 60_000_000  # pixels before the reduction


def png_bytes(scene: Scene, scale: float = 2.0) -> bytes:
    """Return a scene as PNG, drawn with the built-in layout.

    Raises:
        ValueError: If the picture would have more than 15 million pixels.
        ImportError: If Pillow is not installed.
    """
    buffer = io.BytesIO()
    draw_scene(scene, scene_layout(scene), scale).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def pillow() -> ModuleType:
    """Return the package PIL, with the modules that are used here imported."""
    try:
        import PIL.Image
        import PIL.ImageDraw
        import PIL.ImageFont
    except ImportError as error:
        raise ImportError(
            'PNG and GIF need Pillow, which matplotlib requires: pip install "autograd-core[plots]"'
        ) from error
    return PIL


class _Canvas:
    """Pillow's image and pen, in the units of the layout."""

    def __init__(self, width: float, height: float, scale: float, background: str) -> None:
        pil = pillow()
        self.unit = scale * _OVERSAMPLING
        size = (round(width * self.unit), round(height * self.unit))
        if size[0] * size[1] > _LARGEST:
            raise ValueError(
                f"a picture of {width * scale:.0f} x {height * scale:.0f} pixels is too large; "
                "save it as .svg, or draw less (collapse='layer', path=(a, b))"
            )
        self.image = pil.Image.new("RGB", size, background)
        self.pen = pil.ImageDraw.Draw(self.image)

    def place(self, *points: Point) -> list[Point]:
        """Return points of the layout as pixels."""
        return [((x + _MARGIN) * self.unit, (y + _MARGIN) * self.unit) for x, y in points]

    def line(self, points: Sequence[Point], color: str, width: float) -> None:
        """Draw a line through points, without gaps where it turns."""
        thick = max(1, round(width * self.unit))
        self.pen.line(self.place(*points), color, thick, joint="curve")

    def patch(self, center: Point, width: float, height: float, color: str) -> None:
        """Draw the background of a text."""
        (x, y), right, down = center, width / 2.0, height / 2.0
        self.pen.rectangle(self.place((x - right, y - down), (x + right, y + down)), color)

    def text(
        self, text: str, center: Point, ink: str, room: float, share: float = 1.0, anchor: str = "m"
    ) -> None:
        """Write lines of text around a point, smaller where they would not fit."""
        rows = text.split("\n")
        for index, row in enumerate(rows):
            size = FONT_SIZE * _FONT_SHARE * share * self.unit
            width = _font(size).getlength(row)
            fitting = size * min(1.0, room * self.unit / width) if width else size
            y = center[1] + (index - (len(rows) - 1) / 2.0) * 14.0
            place = self.place((center[0], y))[0]
            self.pen.text(place, row, ink, _font(round(fitting, 1)), anchor=f"{anchor}m")

    def finished(self) -> Image:
        """Return the image in its final size."""
        size = (self.image.width // _OVERSAMPLING, self.image.height // _OVERSAMPLING)
        image: Image = self.image.resize(size)
        return image


@lru_cache(maxsize=64)
def _font(size: float) -> FreeTypeFont:
    """Return matplotlib's DejaVu Sans, which has the letters of many languages."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    font: FreeTypeFont = pillow().ImageFont.truetype(str(folder / "DejaVuSans.ttf"), size)
    return font


class Emphasis(NamedTuple):
    """How one frame of an animation differs from the still picture.

    Attributes:
        active: Ids of the boxes and arrows that are drawn boldly.
        color: Of their lines, and of the caption.
        fields: The texts of the value boxes by id, empty for numbers that are not known yet.
        caption: One line below the picture.
    """

    active: frozenset[str]
    color: str
    fields: Mapping[str, tuple[str, ...]]
    caption: str


def draw_scene(
    scene: Scene, layout: Layout, scale: float, emphasis: Emphasis | None = None
) -> Image:
    """Return a scene as an image, `scale` pixels per unit of the layout."""
    width, height = layout.width + 2.0 * _MARGIN, layout.height + 2.0 * _MARGIN
    theme = scene.theme
    active, bold, texts, caption = emphasis or Emphasis(frozenset(), theme.line, {}, "")
    if caption:
        width, height = max(width, _CAPTION_WIDTH), height + _CAPTION_HEIGHT
    canvas = _Canvas(width, height, scale, theme.background)
    for frame in layout.frames:
        _draw_frame(canvas, frame, theme)
    routes = list(separate_twins(scene, layout.routes))
    for arrow, route in zip(scene.arrows, routes):
        on = arrow.id in active
        color, line = (bold, 2.6) if on else (arrow.color or theme.muted, arrow.width)
        _draw_arrow(canvas, route, scene, color, line)
    places = label_places(scene, routes)
    for arrow in scene.arrows:
        if arrow.label:
            center, (wide, high) = places[arrow.id], label_size(arrow)
            canvas.patch(center, wide, high, theme.background)
            canvas.text(arrow.label, center, theme.text, wide, 0.84)
    for box, center in zip(scene.boxes, layout.centers):
        on = box.id in active
        outline, thickness = (bold, 2.6) if on else (theme.line, 1.0)
        fields = texts.get(box.id, box.fields)
        _draw_box(canvas, box, fields, center, scene, outline, thickness)
    if caption:
        middle = (width / 2.0 - _MARGIN, height - _MARGIN - _CAPTION_HEIGHT / 2.0)
        canvas.text(caption, middle, bold, width - 2.0 * _MARGIN)
    return canvas.finished()


def _draw_frame(canvas: _Canvas, frame: Frame, theme: Theme) -> None:
    path, x, y, width, height = frame
    corners = canvas.place((x, y), (x + width, y + height))
    thick = max(1, round(canvas.unit))
    canvas.pen.rounded_rectangle(corners, 8.0 * canvas.unit, theme.module, theme.line, thick)
    canvas.text(path, (x + 10.0, y + 11.0), theme.muted, width - 20.0, 0.84, "l")


def _draw_arrow(
    canvas: _Canvas, route: Sequence[Point], scene: Scene, color: str, width: float
) -> None:
    if scene.layout:
        canvas.line(route, color, width)
        return
    curves, corners = arrow_curves(route, scene)
    shares = [piece / _CURVE_PIECES for piece in range(_CURVE_PIECES + 1)]
    canvas.line([point_on(share, curve) for curve in curves for share in shares], color, width)
    canvas.pen.polygon(canvas.place(*corners), color)


def _draw_box(
    canvas: _Canvas,
    box: Box,
    fields: Sequence[str],
    center: Point,
    scene: Scene,
    line: str,
    thickness: float,
) -> None:
    width, height = box_size(box, scene)
    left, top = center[0] - width / 2.0, center[1] - height / 2.0
    corners = canvas.place((left, top), (left + width, top + height))
    thick = max(1, round(thickness * canvas.unit))
    if box.kind in ("gap", "name"):
        canvas.text(fields[0], center, box.ink, width)
    elif box.kind in ("operation", "unit"):
        canvas.pen.ellipse(corners, box.fill, line, thick)
        canvas.text(fields[0], center, box.ink, width - 6.0)
    else:
        canvas.pen.rounded_rectangle(corners, 3.0 * canvas.unit, box.fill, line, thick)
        for index, (field, cell) in enumerate(zip(fields, compartments(box, center, scene))):
            if index:
                canvas.line(cell.before, line, 1.0)
            canvas.text(field, cell.middle, box.ink, cell.width - 6.0)
