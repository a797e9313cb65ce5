"""Views: a view of a buffer as source, by slices, reshapes and transposes where possible."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd_core.compiler.arrays import Loops

Moving = list[tuple[int, int]]
"""Count and stride of each loop that moves: with several iterations and a stride other than 0."""


def view_source(name: str, shape: tuple[int, ...], walk: Loops, samples: bool) -> str:
    """Return the expression for `walk` over the array `name`; loops with stride 0 have size 1.

    Args:
        name: The name of the array.
        shape: Its shape, without the leading axis of a batch.
        walk: The positions, counted in the memory order of the array.
        samples: Whether the array has a leading axis of size `B`, which is kept.

    >>> view_source("w", (2, 3), Loops(0, (3, 2), (1, 3)), False)
    'w.T'
    >>> view_source("p", (20,), Loops(4, (5,), (3,)), False)
    'p[4:17:3]'
    >>> view_source("p", (20,), Loops(0, (4, 2), (5, 1)), True)
    'p.reshape(B, 4, 5)[:, :, 0:2]'
    """
    axes = _Axes(walk, samples)
    ordered, dims = axes.ordered, axes.dims
    every = [":"] if samples else []
    if math.prod(dims) == math.prod(shape) and _dense(ordered):
        return axes.from_dense(name, shape)
    box = _box(shape, walk.offset, ordered)
    if box is not None and axes.in_order and (ordered or samples):
        return _indexed(name, [*every, *_with_axes(box, axes.shape)])
    if box is not None and ordered:
        return axes.permuted(_indexed(name, [*every, *box]))
    if len(shape) == 1 and _dense(ordered):
        size = math.prod(dims)
        piece = _indexed(name, [*every, f"{walk.offset}:{walk.offset + size}"])
        return axes.from_dense(piece, (size,))
    rows = _rows(shape, walk.offset, ordered)
    if rows is not None:
        start, stop, columns = rows
        text = name if stop - start == shape[0] else _indexed(name, [*every, f"{start}:{stop}"])
        text = _reshaped(text, [*axes.batch, *ordered[0]])
        return axes.permuted(_indexed(text, [*every, ":", columns]))
    strides = tuple([s if n > 1 else 0 for n, s in zip(walk.dims, walk.strides)])
    flat = name if len(shape) == 1 else _reshaped(name, [*axes.batch, math.prod(shape)])
    return f"view({flat}, {walk.offset}, {axes.shape}, {strides})"


class _Axes:
    """The axes of a view, in its own order and in that of memory.

    Attributes:
        shape: The sizes of its axes, 1 for loops that do not move.
        moving: The loops that move, in the order of the axes.
        ordered: The same in the order of memory: the longest strides first.
        dims: The counts of `ordered`.
        in_order: Whether the two orders are the same.
        batch: The axis of samples, if there is one.
    """

    def __init__(self, walk: Loops, samples: bool) -> None:
        loops = list(zip(walk.dims, walk.strides))
        self.shape = tuple([n if n > 1 and s else 1 for n, s in loops])
        self.moving = [(n, s) for n, s in loops if n > 1 and s]
        self.ordered = sorted(self.moving, key=lambda loop: -loop[1])
        self.dims = tuple([n for n, _ in self.ordered])
        self.in_order = self.ordered == self.moving
        self.batch = ["B"] if samples else []

    def from_dense(self, text: str, shape: tuple[int, ...]) -> str:
        """Return the view, from an array of a shape that holds its elements in memory order."""
        if self.in_order:
            return text if self.shape == shape else _reshaped(text, [*self.batch, *self.shape])
        if self.dims != shape:
            text = _reshaped(text, [*self.batch, *self.dims])
        return self.permuted(text)

    def permuted(self, text: str) -> str:
        """Return the view, from an array whose axes are the loops of `ordered`."""
        first = len(self.batch)
        if not self.in_order and len(self.moving) == 2 and not first:
            text = f"{text}.T"
        elif not self.in_order:
            axes = [*range(first), *[first + self.ordered.index(loop) for loop in self.moving]]
            text = f"{text}.transpose({', '.join(map(str, axes))})"
        if len(self.shape) == len(self.moving):
            return text
        places = [*[":" for _ in self.batch], *[":" if n > 1 else "None" for n in self.shape]]
        return f"{text}[{', '.join(places)}]"


def _dense(ordered: Moving) -> bool:
    """Say whether loops, the longest strides first, run over consecutive positions."""
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
    """Return a slice or position for each axis of `shape`; None if a loop crosses axes."""
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


def _with_axes(box: list[str], view_shape: Sequence[int]) -> list[str]:
    """Return the index with an axis of size 1 wherever `view_shape` has one."""
    fixed = [part for part in box if ":" not in part]
    ones = [i for i, n in enumerate(view_shape) if n == 1]
    if len(fixed) == len(ones) and len(box) == len(view_shape):
        # where each position becomes an axis of size 1, it is written as a slice of length 1
        places = [i for i, part in enumerate(box) if ":" not in part]
        if places == ones:
            return [p if ":" in p else f"{p}:{int(p) + 1}" for p in box]
    slices = iter(box)
    index = []
    for n in view_shape:
        if n == 1:
            index.append("None")
            continue
        for part in slices:
            index.append(part)
            if ":" in part:
                break
    return [*index, *slices]


def _rows(shape: tuple[int, ...], offset: int, ordered: Moving) -> tuple[int, int, str] | None:
    """Return a range of a flat array that is a table of rows, and the slice of its columns.

    None unless two loops go through such a table.
    """
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
