"""Collapse: the boxes of each neuron, layer or model drawn as one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Literal

from viz.colors import mix
from viz.scene.shapes import Arrow, Box, Scene

Collapse = Literal["auto", "neuron", "layer", "model"]
LEVELS: tuple[Literal["neuron", "layer", "model"], ...] = ("neuron", "layer", "model")
MOST_NODES = 300  # values; with more, "auto" collapses, level by level until no more are left
_FEW_ARROWS = 80  # with more, arrows are drawn thin and pale, to be told apart


def collapse_scene(scene: Scene, level: Collapse) -> Scene:
    """Return the scene with every module of that level as a single box.

    A neuron's box shows the data and the gradient of its output; every box says how many
    operations and parameters it stands for. Arrows between the same two boxes become one.

    Args:
        scene: The whole graph.
        level: "neuron", "layer" or "model"; "auto" keeps up to 300 values, else takes the first
            of these levels that leaves no more than 300.

    Raises:
        ValueError: If there is no such level.
    """
    if level == "auto":
        return _collapse_enough(scene)
    if level not in LEVELS:
        raise ValueError(f"collapse is 'auto', 'neuron', 'layer', 'model' or None, got {level!r}")
    members = _members(scene, level)
    # a module takes the place of its last box: after its inputs, before its consumers
    places = {box.id: index for index, box in enumerate(scene.boxes)}
    paths = sorted(members, key=lambda path: places[members[path][-1].id])
    ids = {path: f"m{index}" for index, path in enumerate(paths)}
    drawn_as = {box.id: ids[path] for path, boxes in members.items() for box in boxes}
    used_outside = {a.tail for a in scene.arrows if drawn_as.get(a.head) != drawn_as.get(a.tail)}
    modules = {
        boxes[-1].id: _module_box(ids[path], path, level, boxes, used_outside, scene)
        for path, boxes in members.items()
    }
    drawn = [modules.get(b.id, b) for b in scene.boxes if b.id in modules or b.id not in drawn_as]
    return replace(scene, boxes=tuple(drawn), arrows=_arrows(scene, drawn_as))


def _members(scene: Scene, level: str) -> dict[str, list[Box]]:
    """Return the boxes of each module of that level, in order."""
    members: dict[str, list[Box]] = {}
    for box in scene.boxes:
        if box.module:
            members.setdefault(_group(box.module, level), []).append(box)
    return members


def _collapse_enough(scene: Scene) -> Scene:
    if not any(box.module for box in scene.boxes):
        return scene  # three levels in vain would take 40% of the time on 100,000 nodes
    drawn = scene
    for level in LEVELS:
        if _nodes(drawn) <= MOST_NODES:
            break
        drawn = collapse_scene(scene, level)
    return drawn


def _nodes(scene: Scene) -> int:
    return sum(box.kind != "operation" for box in scene.boxes)


def _group(module: str, level: str) -> str:
    if level == "model":
        return "model"
    layer, dot, _ = module.rpartition(".")
    return layer if dot and level == "layer" else module


def _module_box(
    id: str, path: str, level: str, members: list[Box], used_outside: set[str], scene: Scene
) -> Box:
    operations = sum(box.kind == "operation" for box in members)
    parameters = sum(box.kind == "value" and "leaf" in box.classes.split() for box in members)
    counts = f"{operations} operations, {parameters} parameters"
    outputs = [box for box in members if box.id in used_outside or "output" in box.classes]
    values = [box for box in outputs if box.kind == "value" and "leaf" not in box.classes]
    fields: tuple[str, ...] = (path, f"{parameters} parameters", f"{len(values)} outputs")
    fill, ink = scene.theme.module, scene.theme.text
    if len(values) == 1:
        fields, fill = (path, *values[0].fields[-2:]), values[0].fill
    return Box(id, "module", fields, f"module {level}", fill, ink, "", f"{path}: {counts}")


def _arrows(scene: Scene, drawn_as: dict[str, str]) -> tuple[Arrow, ...]:
    drawn: set[tuple[str, str, int]] = set()
    operands: Counter[tuple[str, str]] = Counter()
    kept = []
    for arrow in scene.arrows:
        tail, head = drawn_as.get(arrow.tail, arrow.tail), drawn_as.get(arrow.head, arrow.head)
        if (tail, head) == (arrow.tail, arrow.head):
            kept.append(arrow)
            continue
        twin = operands[arrow.tail, head] if head == arrow.head else 0  # x * x has two edges
        operands[arrow.tail, head] += 1
        if tail != head and (tail, head, twin) not in drawn:
            drawn.add((tail, head, twin))
            id = f"{tail}-{head}-{twin}" if twin else f"{tail}-{head}"
            kept.append(Arrow(id, tail, head, f"bundle {arrow.tail}"))
    if len(kept) <= _FEW_ARROWS:
        return tuple(kept)
    pale = mix(scene.theme.muted, scene.theme.background, 0.55)
    return tuple([arrow._replace(color=pale, width=0.6) for arrow in kept])
