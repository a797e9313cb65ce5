"""Animation: the two passes over a graph as a list of moments, and as an SVG that plays by itself.

The SVG moves by a stylesheet alone, so that it also plays inside an `<img>`, where scripts never
run; where stylesheets are ignored too it shows the end, with all numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import Literal, NamedTuple

from viz.colors import Theme
from viz.nodes import BackwardStep, ForwardStep
from viz.scene import Scene, build_scene
from viz.steps import Trace
from viz.svg import svg_text

Pass = Literal["start", "forward", "turn", "backward", "end"]
_SECONDS = 1.3  # a moment, time to read one line of arithmetic
_LONGEST_CAPTION = 120  # characters


class Moment(NamedTuple):
    """What is to be seen at one moment.

    Attributes:
        stage: The pass that it belongs to.
        caption: The arithmetic, as text.
        active: Ids of the boxes and arrows that take part.
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
    """Return the scene whose gradients are those of one backward pass, run or not.

    Nodes without a label show their id, since the captions speak of them.
    """
    nodes = tuple([node._replace(grad=node.adjoint, label=node.name) for node in trace.nodes])
    return build_scene(replace(trace, nodes=nodes), theme=theme)


def animated_svg(trace: Trace, theme: str = "light") -> str:
    """Return an SVG in which numbers appear step by step, forward and then backward, in a loop.

    >>> from autograd_core import Value
    >>> from viz.steps import trace
    >>> "@keyframes" in animated_svg(trace(Value(2.0).exp()))
    True
    """
    scene = animated_scene(trace, theme)
    shown = moments(trace)
    style = "".join(_style(scene, shown))
    captions = [
        f'<text class="{"final" if moment.stage == "end" else "moment"}" id="caption{index}" '
        f'fill="{stage_color(moment.stage, scene.theme)}">{escape(shorten_caption(moment))}</text>'
        for index, moment in enumerate(shown)
    ]
    return svg_text(scene, style=style, below=captions, width=_caption_width(shown))


def stage_color(stage: Pass, theme: Theme) -> str:
    """Return the colour of what moves in a pass."""
    colors = {"forward": theme.forward, "turn": theme.turn, "backward": theme.backward}
    return colors.get(stage, theme.muted)


def shorten_caption(moment: Moment) -> str:
    """Return the caption of a moment on one line of bounded length."""
    text = " ".join(moment.caption.split())
    return text if len(text) <= _LONGEST_CAPTION else f"{text[: _LONGEST_CAPTION - 3]}..."


def _caption_width(shown: Sequence[Moment]) -> float:
    return 6.6 * max(len(shorten_caption(moment)) for moment in shown)


def _style(scene: Scene, shown: Sequence[Moment]) -> Iterator[str]:
    length = len(shown) + 1  # the end stays for two moments
    times = [f"{100.0 * index / length:.4g}%" for index in range(length + 1)]
    yield f"*{{animation:{length * _SECONDS:.1f}s step-end infinite}}.moment{{opacity:0}}"
    for index, moment in enumerate(shown):
        start = f"0%{{opacity:0}}{times[index]}" if index else "0%"
        end = "" if moment.stage == "end" else f"{times[index + 1]}{{opacity:0}}"
        yield f"@keyframes caption{index}{{{start}{{opacity:1}}{end}}}"
        yield f"#caption{index}{{animation-name:caption{index}}}"
    data = {moment.known: index for index, moment in enumerate(shown) if moment.known}
    grad = {moment.receiver: index for index, moment in enumerate(shown) if moment.receiver}
    for field, appears in (("data", data), ("grad", grad)):
        for index in dict.fromkeys(appears.values()):
            opacity = f"0%{{opacity:0}}{times[index]}{{opacity:1}}"
            yield f"@keyframes {field}{index}{{{opacity}}}"
        for id, index in appears.items():
            yield f"#{id} .{field}{{animation-name:{field}{index}}}"
    yield from _highlights(scene, shown, times)
    yield "@media (prefers-reduced-motion:reduce){*{animation:none}}"


def _highlights(scene: Scene, shown: Sequence[Moment], times: Sequence[str]) -> Iterator[str]:
    """Yield one rule for each box and arrow: it is drawn boldly whenever it takes part."""
    active: dict[str, list[int]] = {}
    for index, moment in enumerate(shown):
        for id in dict.fromkeys(moment.active):
            active.setdefault(id, []).append(index)
    theme = scene.theme
    arrows = {arrow.id for arrow in scene.arrows}
    for id, indices in active.items():
        rest = f"stroke:{theme.muted if id in arrows else theme.line};stroke-width:1"
        frames = {"0%": rest}
        for index in indices:
            color = stage_color(shown[index].stage, theme)
            frames[times[index]] = f"stroke:{color};stroke-width:3"
            frames[times[index + 1]] = rest
        for index in indices:  # a rest between two moments in a row would flicker
            color = stage_color(shown[index].stage, theme)
            frames[times[index]] = f"stroke:{color};stroke-width:3"
        keyframes = "".join(f"{time}{{{look}}}" for time, look in frames.items())
        shape = "path:first-of-type" if id in arrows else ":is(rect,ellipse)"
        yield f"@keyframes on_{id}{{{keyframes}}}#{id} {shape}{{animation-name:on_{id}}}"
