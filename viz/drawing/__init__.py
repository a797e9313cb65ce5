"""Drawing: a scene as SVG, DOT, PNG or GIF, and `draw_dot`, which makes the picture of a Value.

In: a `Scene`, for animations a `Trace`. Out: text or bytes in the format asked for.
Read first: `svg.py`. `arrows.py` places boxes, arrows and labels; `dot.py`, `pixels.py` and
`gif.py` are the other formats, `animation.py` moves the SVG, `picture.py` is what a user holds.
"""

from viz.drawing.animation import animated_svg
from viz.drawing.arrows import label_size, scene_layout
from viz.drawing.gif import gif_bytes
from viz.drawing.picture import Picture, draw_dot
from viz.drawing.svg import image_element, svg_text

__all__ = [
    "Picture", "animated_svg", "draw_dot", "gif_bytes", "image_element", "label_size",
    "scene_layout", "svg_text",
]  # fmt: skip
