"""Scene: what a picture shows, independent of positions and of the file format.

In: a `Trace`. Out: a `Scene` of boxes and arrows with their texts and colours.
Read first: `shapes.py`. `build.py` makes the scene of a graph, `collapse.py` turns each module into
one box, `moments.py` lists what an animation shows, `metrics.py` measures texts.
"""

from viz.scene.build import between, build_scene, shorten
from viz.scene.collapse import Collapse, collapse_scene
from viz.scene.metrics import FONT, FONT_SIZE, LINE, SMALL_SIZE, text_width
from viz.scene.moments import Moment, animated_scene, moments, shorten_caption, stage_color
from viz.scene.shapes import (
    RANKDIRS,
    Arrow,
    Box,
    Rankdir,
    Scene,
    box_size,
    compartments,
    stacked,
)

__all__ = [
    "FONT", "FONT_SIZE", "LINE", "RANKDIRS", "SMALL_SIZE", "Arrow", "Box", "Collapse", "Moment",
    "Rankdir", "Scene", "animated_scene", "between", "box_size", "build_scene", "collapse_scene",
    "compartments", "moments", "shorten", "shorten_caption", "stacked", "stage_color", "text_width",
]  # fmt: skip
