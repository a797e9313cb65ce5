"""Animation: the two passes over a graph as an SVG that plays by itself.

It is animated by CSS alone, so that it also plays inside an `<img>`, where scripts never run. A
viewer that ignores CSS shows the last moment, with all numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from viz.drawing.svg import svg_text
from viz.scene import Moment, Scene, animated_scene, moments, shorten_caption, stage_color
from viz.steps import Trace

_SECONDS = 1.3  # per moment: time to read one line of arithmetic


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


def _caption_width(shown: Sequence[Moment]) -> float:
    return 6.6 * max(len(shorten_caption(moment)) for moment in shown)


def _style(scene: Scene, shown: Sequence[Moment]) -> Iterator[str]:
    length = len(shown) + 1  # the last moment is shown twice as long
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
    """Yield one rule for each box and arrow: it is drawn boldly in the moments it is active in."""
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
        keyframes = "".join(f"{time}{{{look}}}" for time, look in frames.items())
        shape = "path:first-of-type" if id in arrows else ":is(rect,ellipse)"
        yield f"@keyframes on_{id}{{{keyframes}}}#{id} {shape}{{animation-name:on_{id}}}"
