"""Moments: the two passes over a graph as the list of moments that an animation shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple

from viz.colors import Theme
from viz.scene.build import build_scene, shorten
from viz.scene.shapes import Scene
from viz.steps import BackwardStep, ForwardStep, Trace

Pass = Literal["start", "forward", "turn", "backward", "end"]
_LONGEST_CAPTION = 120  # characters


class Moment(NamedTuple):
    """What an animation shows at one moment.

    Attributes:
        stage: The part of the animation that it belongs to.
        caption: The arithmetic, as text.
        active: Ids of the boxes and arrows to highlight.
        known: Id of the value whose data becomes known; empty if none does.
        receiver: Id of the value whose gradient changes; empty if none does.
        gradient: That gradient, after the change.
    """

    stage: Pass
    caption: str
    active: tuple[str, ...] = ()
    known: str = ""
    receiver: str = ""
    gradient: float = 0.0


def moments(trace: Trace) -> list[Moment]:
    """Return the moments of both passes: start, forward, turn, backward, end.

    >>> from autograd_core import Value
    >>> from viz.steps import trace
    >>> x = Value(3.0, "x")
    >>> for moment in moments(trace(x * x)):
    ...     print(moment.stage, "|", moment.caption)
    start | the inputs are given
    forward | v1 = x * x = 3 * 3 = 9
    turn | dv1/dv1 = 1
    backward | dv1/dx += dv1/dv1 * dv1/dx = 1 * 3 = 3   (0 -> 3)
    backward | dv1/dx += dv1/dv1 * dv1/dx = 1 * 3 = 3   (3 -> 6)
    end | every gradient is complete
    """
    root = trace.root.id
    return [
        Moment("start", "the inputs are given"),
        *[_forward(trace, step) for step in trace.forward],
        Moment("turn", trace.turn(), (root,), receiver=root, gradient=1.0),
        *[_backward(trace, step) for step in trace.backward],
        Moment("end", "every gradient is complete"),
    ]


def _forward(trace: Trace, step: ForwardStep) -> Moment:
    id = step.node
    arrows = [f"{id}_in{position}" for position in range(len(trace.node(id).operands))]
    active = (*trace.node(id).operands, *arrows, f"{id}_op", f"{id}_out", id)
    return Moment("forward", trace.text(step), active, known=id)


def _backward(trace: Trace, step: BackwardStep) -> Moment:
    id = step.node
    active = (id, f"{id}_out", f"{id}_op", f"{id}_in{step.position}", step.operand)
    text = trace.text(step)
    return Moment("backward", text, active, receiver=step.operand, gradient=step.after)


def animated_scene(trace: Trace, theme: str = "light") -> Scene:
    """Return the scene with the gradients of one backward pass, even if none was run.

    Nodes without a label show their id, by which the captions name them.
    """
    nodes = tuple([node._replace(grad=node.adjoint, label=node.name) for node in trace.nodes])
    return build_scene(replace(trace, nodes=nodes), theme=theme)


def stage_color(stage: Pass, theme: Theme) -> str:
    """Return the highlight colour of a stage."""
    colors = {"forward": theme.forward, "turn": theme.turn, "backward": theme.backward}
    return colors.get(stage, theme.muted)


def shorten_caption(moment: Moment) -> str:
    """Return the caption of a moment on one line of bounded length."""
    return shorten(" ".join(moment.caption.split()), _LONGEST_CAPTION)
