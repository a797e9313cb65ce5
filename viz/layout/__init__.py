"""Layout: where boxes go, from their sizes and edges alone; it knows no Values and no colours.

In: sizes of boxes and pairs (tail, head). Out: a `Layout` of places and routes.
Read first: `layered.py`. `places.py` holds the types, `ranks.py` assigns nodes to layers,
`clusters.py` lays out each module in a frame of its own.
"""

from viz.layout.clusters import clustered_layout
from viz.layout.layered import layered_layout
from viz.layout.places import Frame, Layout, Point

__all__ = ["Frame", "Layout", "Point", "clustered_layout", "layered_layout"]
