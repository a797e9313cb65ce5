"""Metrics: how much room a line of text takes up, in pixels."""

from __future__ import annotations

FONT = "Helvetica,Arial,sans-serif"
FONT_SIZE, SMALL_SIZE, LINE = 12.0, 10.0, 14.0

# Widths of characters in DejaVu Sans as fractions of the font size, rounded up. The preferred
# fonts, Helvetica and Arial, are narrower; where they are missing, a text must still fit its box.
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
