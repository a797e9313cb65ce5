"""Notebook: how Values, traces, players and models show themselves as the last line of a cell.

The HTML holds the player in a sandboxed frame and, behind it, a picture that animates itself.
Where frames are not allowed (an untrusted notebook, GitHub) the frame is stripped and the picture
remains. Nothing here raises: what cannot be drawn is shown as text.
"""

from __future__ import annotations

from html import escape

from autograd_core import Value
from autograd_core.display import PICTURES, Bundle, mimebundle
from autograd_core.graph import topological_order
from viz.drawing import animated_svg, image_element, svg_text
from viz.network import draw_network
from viz.player import Player, play
from viz.scene import Scene, build_scene, collapse_scene
from viz.steps import Trace, trace

_MOST_ANIMATED = 60  # nodes; with more, the picture behind the player stands still
_MOST_PLAYED = 300  # nodes; with more, a summary and the collapsed graph are shown
_MOST_DRAWN = 20_000  # nodes; with more, only the summary is shown
_FRAME_HEIGHT = 560  # pixels
# A page in a frame takes the preferred colour scheme of its <iframe>. JupyterLab, VS Code and Colab
# each announce the notebook's theme in an attribute of their own.
_FRAME_STYLE = (
    "<style>.autograd-player iframe{color-scheme:light dark;background:Canvas}"
    '[data-jp-theme-light="true"] .autograd-player iframe,'
    '[data-vscode-theme-kind="vscode-light"] .autograd-player iframe,'
    'html[theme="light"] .autograd-player iframe{color-scheme:light}'
    '[data-jp-theme-light="false"] .autograd-player iframe,'
    '[data-vscode-theme-kind="vscode-dark"] .autograd-player iframe,'
    'html[theme="dark"] .autograd-player iframe{color-scheme:dark}</style>'
)


def value_bundle(value: Value) -> Bundle:
    """Return a graph as HTML, SVG and text; a leaf is text only.

    >>> sorted(value_bundle(Value(2.0).exp()))
    ['image/svg+xml', 'text/html', 'text/plain']
    """
    plain = {"text/plain": repr(value)}
    if value.op is None:
        return plain
    count = len(topological_order(value))
    if count > _MOST_DRAWN:
        return plain | {"text/html": _summary(repr(value), count)}
    return trace_bundle(trace(value)) | plain


def trace_bundle(steps: Trace) -> Bundle:
    """Return a trace as a player if it is small, else as a summary with the collapsed graph."""
    count = len(steps.nodes)
    plain = {"text/plain": str(steps)}
    if count <= _MOST_PLAYED:
        return player_bundle(play(steps)) | plain
    summary = _summary(f"{steps.root.name} = {steps.root.data!r}", count)
    if count > _MOST_DRAWN:
        return plain | {"text/html": summary}
    svg = svg_text(_collapsed(steps))
    image = image_element(svg, "collapsed graph")
    return plain | {"text/html": summary + image, "image/svg+xml": svg}


def player_bundle(player: Player) -> Bundle:
    """Return a player as a frame with a picture behind it."""
    plain = {"text/plain": repr(player)}
    steps = player.trace
    if steps is None:
        images = "".join([image_element(svg, "a picture of the training") for svg in player.stills])
        return plain | {
            "text/html": _frame(player.html, f'<div style="grid-area:1/1">{images}</div>')
        }
    still = svg_text(_collapsed(steps))
    moving = animated_svg(steps) if len(steps.nodes) <= _MOST_ANIMATED else still
    image = image_element(moving, "forward and backward pass", "grid-area:1/1")
    return plain | {"text/html": _frame(player.html, image), "image/svg+xml": still}


def model_bundle(model: object) -> Bundle:
    """Return a model's network of circles below the model's repr."""
    svg = draw_network(model).pipe(encoding="utf-8")
    text = f"<pre>{escape(repr(model))}</pre>"
    return {
        "text/plain": repr(model),
        "image/svg+xml": svg,
        "text/html": text + image_element(svg, "network"),
    }


def _collapsed(steps: Trace) -> Scene:
    return collapse_scene(build_scene(steps), "auto")


def _frame(page: str, behind: str = "") -> str:
    """Return the page in a frame that lies on top of the picture, in the same cell of a grid."""
    style = f"grid-area:1/1;width:100%;height:{_FRAME_HEIGHT}px;border:0"
    frame = (
        f'<iframe title="player" sandbox="allow-scripts" loading="lazy" style="{style}" '
        f'srcdoc="{escape(page)}"></iframe>'
    )
    return f'{_FRAME_STYLE}<div class="autograd-player" style="display:grid">{behind}{frame}</div>'


def _summary(head: str, count: int) -> str:
    return (
        f"<p><code>{escape(head)}</code><br>{count:,} nodes. "
        "<code>viz.play(...)</code> plays both passes, "
        "<code>viz.draw_dot(..., path=(a, b))</code> draws a part.</p>"
    )


def register() -> None:
    """Register the notebook displays of Values, traces, players and models."""
    PICTURES.update(
        value=value_bundle, trace=trace_bundle, player=player_bundle, model=model_bundle
    )
    for cls in (Value, Trace, Player):
        cls._repr_mimebundle_ = mimebundle(cls.__name__.lower())  # type: ignore[union-attr]
