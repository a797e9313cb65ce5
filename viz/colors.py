"""Colours: the two themes, and the diverging scale for the sign and size of a number.

Six-digit hexadecimal only: older versions of dot draw `#eef` black.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture.

    Attributes:
        background: Behind everything.
        text: Numbers and labels.
        muted: Edges and small print.
        line: Outlines.
        leaf: Fill of inputs and parameters.
        value: Fill of results.
        output: Fill of the root.
        operation: Fill of the operations' circles.
        module: Fill of clusters and collapsed modules.
        negative, zero, positive: The diverging scale; blue and orange differ for every common
            type of colour vision.
        forward, turn, backward: Highlights of the stages of an animation, as in the player.
    """

    background: str
    text: str
    muted: str
    line: str
    leaf: str
    value: str
    output: str
    operation: str
    module: str
    negative: str
    zero: str
    positive: str
    forward: str
    turn: str
    backward: str


LIGHT = Theme(
    background="#ffffff",
    text="#1b2430",
    muted="#64748b",
    line="#475569",
    leaf="#fdf6e3",
    value="#f8fafc",
    output="#e3f4e8",
    operation="#e4e9fb",
    module="#f1f5f9",
    negative="#2b7bba",
    zero="#f7f7f7",
    positive="#e8762c",
    forward="#0b7a75",
    turn="#4a4fc4",
    backward="#b02a73",
)
DARK = Theme(
    background="#0f1720",
    text="#e6edf3",
    muted="#8b9bb0",
    line="#7488a0",
    leaf="#3a3423",
    value="#1b2633",
    output="#1f3b2d",
    operation="#29335c",
    module="#16202c",
    negative="#2f86cc",
    zero="#1f2a36",
    positive="#d9691e",
    forward="#45cfc0",
    turn="#a5a8ff",
    backward="#f48fc4",
)
THEMES = {"light": LIGHT, "dark": DARK}


def theme_named(name: str) -> Theme:
    """Return the theme of that name.

    Raises:
        ValueError: If there is no such theme.
    """
    if name not in THEMES:
        raise ValueError(f"theme is {' or '.join(map(repr, THEMES))}, got {name!r}")
    return THEMES[name]


def diverging(number: float, limit: float, theme: Theme) -> str:
    """Return the colour of a number between -limit and limit; nan is coloured like 0.

    >>> diverging(1.0, 1.0, THEMES["light"]) == THEMES["light"].positive
    True
    >>> diverging(0.0, 1.0, THEMES["light"])
    '#f7f7f7'
    """
    if math.isnan(number) or number == 0.0:
        return theme.zero
    share = 1.0 if limit <= 0.0 or math.isinf(number) else min(1.0, abs(number) / limit)
    # the square root lets small numbers show: gradients spread over orders of magnitude
    return mix(theme.zero, theme.negative if number < 0.0 else theme.positive, math.sqrt(share))


def mix(start: str, end: str, share: float) -> str:
    """Return the colour `share` of the way from `start` to `end`.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(channels(start), channels(end))
    mixed = [round(a * (1.0 - share) + b * share) for a, b in pairs]
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def channels(color: str) -> list[int]:
    """Return the red, green and blue channels of a colour, each from 0 to 255.

    >>> channels("#2b7bba")
    [43, 123, 186]
    """
    return [int(color[i : i + 2], 16) for i in (1, 3, 5)]


def ink_on(fill: str, theme: Theme) -> str:
    """Return the theme's text or background colour, whichever has more contrast with a fill.

    >>> ink_on("#2b7bba", LIGHT) == LIGHT.background, ink_on("#e8762c", LIGHT) == LIGHT.text
    (True, True)
    """
    return max(theme.text, theme.background, key=lambda ink: _contrast(ink, fill))


def _contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    low, high = sorted([_luminance(a), _luminance(b)])
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    shares = [channel / 255.0 for channel in channels(color)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
