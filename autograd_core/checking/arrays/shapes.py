"""Shapes: names the mistake in a gradient of a wrong shape."""

from __future__ import annotations

import itertools
import math


def shape_fault(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """Return the message about a gradient of the wrong shape."""
    text = f"has the shape {got} where {wanted} is wanted"
    if got == wanted[::-1]:
        return f"{text}: it is transposed"
    extra = len(got) - len(wanted)
    if extra >= 0:
        padded = (1,) * extra + wanted
        axes = tuple(i for i, (g, w) in enumerate(zip(got, padded)) if g != w)
        if all(padded[i] == 1 for i in axes) and math.prod(got) != math.prod(wanted):
            return (
                f"{text}: forgotten broadcasting, it must be summed over {axes_text(axes)}, along "
                "which the input was broadcast"
            )
    if math.prod(got) == math.prod(wanted):
        if sorted(got) == sorted(wanted):
            return f"{text}: its axes are in another order (transposed)"
        return f"{text}: it wants a reshape"
    for count in range(1, len(wanted) + 1):
        for axes in itertools.combinations(range(len(wanted)), count):
            left = tuple(s for i, s in enumerate(wanted) if i not in axes)
            kept = tuple(1 if i in axes else s for i, s in enumerate(wanted))
            if got in (left, kept):
                return f"{text}: it is summed over {axes_text(axes)}, or lost there"
    return text


def axes_text(axes: tuple[int, ...]) -> str:
    """Return the words for axes in a message.

    >>> axes_text((0,)), axes_text((0, 2))
    ('axis 0', 'axes 0, 2')
    """
    return f"axis {axes[0]}" if len(axes) == 1 else f"axes {', '.join(map(str, axes))}"
