"""Sizes: how much room the texts and the boxes of a scene take up, in pixels."""

from __future__ import annotations

from viz.scene import Box, Scene

FONT_SIZE, SMALL_SIZE, LINE = 12.0, 10.0, 14.0
_PADDING = 8.0
_CIRCLE = 38.0

# Widths in DejaVu Sans, in shares of the font size, rounded up. Helvetica and Arial, which are
# asked for first, are narrower: where they are missing no text may touch the line around it.
_NARROW, _WIDE = frozenset("ijl|!.,:;'`tfI[]()/\\- "), frozenset("mwMW@%+<>=~×")


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """Return how wide a line of text is at most, in pixels.

    >>> text_width("data 2.0000") < text_width("data -3.000e-07")
    True
    """
    width = 0.0
    for character in text:
        if character in _NARROW:
            width += 0.37
        elif character in _WIDE or ord(character) > 0x2000:
            width += 1.0 if ord(character) > 0x2000 else 0.87
        else:
            width += 0.73 if character.isupper() else 0.62
    return width * size


def stacked(scene: Scene) -> bool:
    """Tell whether the compartments of a box are drawn one below the other."""
    return scene.rankdir in ("TB", "BT")


def compartments(box: Box, scene: Scene) -> list[tuple[float, float]]:
    """Return width and height of each compartment of a box."""
    lines = [field.split("\n") for field in box.fields]
    widths = [max(map(text_width, rows)) + 2.0 * _PADDING for rows in lines]
    heights = [LINE * len(rows) + 1.5 * _PADDING for rows in lines]
    if stacked(scene):
        return [(max(widths), height) for height in heights]
    return [(width, max(heights)) for width in widths]


def box_size(box: Box, scene: Scene) -> tuple[float, float]:
    """Return width and height of a box, in pixels."""
    if box.kind in ("unit", "gap", "name"):
        wide = text_width(box.fields[0]) if box.kind == "name" else 0.0
        return max(_CIRCLE, wide), _CIRCLE
    if box.kind == "operation":
        return max(34.0, text_width(box.fields[0]) + 3.0 * _PADDING), 30.0
    parts = compartments(box, scene)
    widths, heights = zip(*parts)
    return (widths[0], sum(heights)) if stacked(scene) else (sum(widths), heights[0])
