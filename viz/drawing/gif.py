"""GIF: both passes over a graph as an animated GIF, one frame per step."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from viz.drawing.arrows import scene_layout
from viz.drawing.pixels import Emphasis, draw_scene, pillow
from viz.plain import format_number
from viz.scene import Box, animated_scene, moments, shorten_caption, stage_color
from viz.steps import Trace

if TYPE_CHECKING:
    from PIL.Image import Image

_FIRST, _MIDDLE, _LAST = 900, 1000, 3000  # milliseconds that a frame stays
_MOST_MOMENTS = 300  # five minutes


def gif_bytes(trace: Trace, theme: str = "light", scale: float = 1.0) -> bytes:
    """Return both passes over a graph as an animated GIF, one frame per step.

    Args:
        trace: The graph.
        theme: "light" or "dark".
        scale: Pixels per unit; 1 gives text of 12 pixels.

    Raises:
        ValueError: If there are more than 300 steps.
        ImportError: If Pillow is not installed.
    """
    shown = moments(trace)
    if len(shown) > _MOST_MOMENTS:
        raise ValueError(
            f"a gif of {len(shown)} steps is too long to watch (at most {_MOST_MOMENTS}); "
            "save it as .html, where it can be scrubbed"
        )
    Dither = pillow().Image.Dither
    scene = animated_scene(trace, theme)
    layout = scene_layout(scene)
    data = {node.id: f"data {format_number(node.data)}" for node in trace.nodes if not node.op}
    grad: dict[str, str] = {}
    frames = []
    for moment in shown:
        if moment.known:
            data[moment.known] = f"data {format_number(trace.node(moment.known).data)}"
        if moment.receiver:
            grad[moment.receiver] = f"grad {format_number(moment.gradient)}"
        emphasis = Emphasis(
            frozenset(moment.active),
            stage_color(moment.stage, scene.theme),
            {box.id: _known_fields(box, data, grad) for box in scene.boxes if box.kind == "value"},
            shorten_caption(moment),
        )
        frames.append(draw_scene(scene, layout, scale, emphasis))
    durations = [_FIRST, *[_MIDDLE] * (len(frames) - 2), _LAST]
    palette = _palette(frames)
    small = [frame.quantize(palette=palette, dither=Dither.NONE) for frame in frames]
    buffer = io.BytesIO()
    small[0].save(
        buffer, format="GIF", save_all=True, append_images=small[1:], duration=durations, loop=0
    )
    return buffer.getvalue()


def _known_fields(box: Box, data: Mapping[str, str], grad: Mapping[str, str]) -> tuple[str, ...]:
    return (*box.fields[:-2], data.get(box.id, ""), grad.get(box.id, ""))


def _palette(frames: Sequence[Image]) -> Image:
    """Return one palette for all frames, so that no colour changes from frame to frame."""
    chosen = [frames[len(frames) * part // 8] for part in (0, 2, 4, 6, 7)]
    width, height = chosen[0].size
    sheet = pillow().Image.new("RGB", (width, height * len(chosen)))
    for index, frame in enumerate(chosen):
        sheet.paste(frame, (0, height * index))
    palette: Image = sheet.quantize(colors=200)
    return palette
