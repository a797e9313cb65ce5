"""Views: the source of a view of a buffer, as slices, reshapes and transposes where these do."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd_core.compiler.arrays import Loops

Moving = list[tuple[int, int]]


def view_source(name: str, shape: tuple[int, ...], walk: Loops, samples: bool) -> str:
    """Return the expression for `walk` over the array `name`; loops that stand still have size 1.

    Args:
        name: The name of the array.
        shape: Its shape, without the leading axis of a batch.
        walk: Which positions, counted in the order of the array.
        samples: Whether it has a leading axis of size `B`, which is kept.

    >>> view_source("w", (2, 3), Loops(0, (3, 2), (1, 3)), False)
    'w.T'
    >>> view_source("p", (20,), Loops(4, (5,), (3,)), False)
    'p[4:17:3]'
    >>> view_source("p", (20,), Loops(0, (4, 2), (5, 1)), True)
    'p.reshape(B, 4, 5)[:, :, 0:2]'
    """
    way = _Way(walk, samples)
    ordered, dims = way.ordered, way.dims
    every = [":"] if samples else []
    if math.prod(dims) == math.prod(shape) and _dense(ordered):
        return way.shaped(name, shape)
    box = _box(shape, walk.offset, ordered)
    if box is not None and way.straight and (ordered or samples):
        return _indexed(name, [*every, *_with_axes(box, way.wanted)])
    if box is not None and ordered:
        return way.finished(_indexed(name, [*every, *box]))
    if len(shape) == 1 and _dense(ordered):
        size = math.prod(dims)
        piece = _indexed(name, [*every, f"{walk.offset}:{walk.offset + size}"])
        return way.shaped(piece, (size,))
    rows = _rows(shape, walk.offset, ordered)
    if rows is not None:
        start, stop, columns = rows
        text = name if stop - start == shape[0] else _indexed(name, [*every, f"{start}:{stop}"])
        text = _reshaped(text, [*way.batch, *ordered[0]])
        return way.finished(_indexed(text, [*every, ":", columns]))
    strides = tuple([s if n > 1 else 0 for n, s in zip(walk.dims, walk.strides)])
    flat = name if len(shape) == 1 else _reshaped(name, [*way.batch, math.prod(shape)])
    return f"view({flat}, {walk.offset}, {way.wanted}, {strides})"


class _Way:
    """Which axes a view has, and how they come from those of an array that is taken in order.

    Attributes:
        wanted: The sizes of its axes, 1 for loops that stand still.
        moving: Count and stride of the loops that move, in the order of the axes.
        ordered: The same, the longest strides first.
        dims: The counts of those.
        straight: Whether the two orders are one.
        batch: The axis of the samples, if there is one.
    """

    def __init__(self, walk: Loops, samples: bool) -> None:
        loops = list(zip(walk.dims, walk.strides))
        self.wanted = tuple([n if n > 1 and s else 1 for n, s in loops])
        self.moving = [(n, s) for n, s in loops if n > 1 and s]
        self.ordered = sorted(self.moving, key=lambda loop: -loop[1])
        self.dims = tuple([n for n, _ in self.ordered])
        self.straight = self.ordered == self.moving
        self.batch = ["B"] if samples else []

    def shaped(self, text: str, shape: tuple[int, ...]) -> str:
        """Return the view, from an array of that shape that holds it in the order of memory."""
        if self.straight:
            return text if self.wanted == shape else _reshaped(text, [*self.batch, *self.wanted])
        if self.dims != shape:
            text = _reshaped(text, [*self.batch, *self.dims])
        return self.finished(text)

    def finished(self, text: str) -> str:
        """Return the view, from an array with the axes that are `ordered`."""
        first = len(self.batch)
        if not self.straight and len(self.moving) == 2 and not first:
            text = f"{text}.T"
        elif not self.straight:
            axes = [*range(first), *[first + self.ordered.index(loop) for loop in self.moving]]
            text = f"{text}.transpose({', '.join(map(str, axes))})"
        if len(self.wanted) == len(self.moving):
            return text
        places = [*[":" for _ in self.batch], *[":" if n > 1 else "None" for n in self.wanted]]
        return f"{text}[{', '.join(places)}]"


def _dense(ordered: Moving) -> bool:
    """Say whether loops, the longest steps first, run over consecutive positions."""
    extent = 1
    for count, stride in reversed(ordered):
        if stride != extent:
            return False
        extent *= count
    return True


def _reshaped(text: str, dims: Sequence[object]) -> str:
    return f"{text}.reshape({', '.join(map(str, dims)) or '()'})"


def _indexed(text: str, index: list[str]) -> str:
    while index and index[-1] == ":":
        index.pop()
    return f"{text}[{', '.join(index)}]" if index else text


def _box(shape: tuple[int, ...], offset: int, ordered: Moving) -> list[str] | None:
    """Return one slice or position for each axis of `shape`, if each loop stays on one axis."""
    index = []
    left = list(ordered)
    extent = math.prod(shape)
    for size in shape:
        extent //= size
        start, offset = divmod(offset, extent)
        if left and left[0][1] >= extent:
            count, stride = left.pop(0)
            step = stride // extent
            stop = start + (count - 1) * step + 1
            if stride % extent or stop > size:
                return None
            whole = start == 0 and stop == size and step == 1
            index.append(":" if whole else f"{start}:{stop}" + (f":{step}" if step > 1 else ""))
        else:
            index.append(str(start))
    return None if left else index


def _with_axes(box: list[str], wanted: Sequence[int]) -> list[str]:
    """Return the index with axes of size 1 where `wanted` has them."""
    fixed = [part for part in box if ":" not in part]
    ones = [i for i, n in enumerate(wanted) if n == 1]
    if len(fixed) == len(ones) and len(box) == len(wanted):
        # a position that becomes an axis of size 1 is a slice of length 1
        places = [i for i, part in enumerate(box) if ":" not in part]
        if places == ones:
            return [p if ":" in p else f"{p}:{int(p) + 1}" for p in box]
    slices = iter(box)
    index = []
    for n in wanted:
        if n == 1:
            index.append("None")
            continue
        for part in slices:
            index.append(part)
            if ":" in part:
                break
    return [*index, *slices]


def _rows(shape: tuple[int, ...], offset: int, ordered: Moving) -> tuple[int, int, str] | None:
    """Return a span that is a table of rows, and the columns of it, for two loops over a line."""
    if len(shape) != 1 or len(ordered) != 2:
        return None
    (count, stride), (inner, step) = ordered
    if step < 0:
        return None
    first = max(0, offset + count * stride - shape[0])
    last = first + (inner - 1) * step
    if first > offset or last >= stride:
        return None
    start = offset - first
    columns = f"{first}:{last + 1}" + (f":{step}" if step > 1 else "")
    return start, start + count * stride, columns
