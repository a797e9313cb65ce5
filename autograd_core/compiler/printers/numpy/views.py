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
    moving = [(n, s) for n, s in zip(walk.dims, walk.strides) if n > 1 and s]
    wanted = tuple([n if n > 1 and s else 1 for n, s in zip(walk.dims, walk.strides)])
    ordered = sorted(moving, key=lambda loop: -loop[1])
    dims = tuple([n for n, _ in ordered])
    batch = ["B"] if samples else []
    every = [":"] if samples else []
    whole = math.prod(dims) == math.prod(shape) and _dense(ordered)
    if whole and ordered == moving:
        return name if wanted == shape else _reshaped(name, [*batch, *wanted])
    if whole:
        text = name if dims == shape else _reshaped(name, [*batch, *dims])
        return _spaced(_turned(text, ordered, moving, samples), wanted, moving, every)
    box = _box(shape, walk.offset, ordered)
    if box is not None and ordered == moving and (moving or samples):
        return _indexed(name, [*every, *_with_axes(box, wanted)])
    if box is not None and moving:
        text = _indexed(name, [*every, *box])
        return _spaced(_turned(text, ordered, moving, samples), wanted, moving, every)
    if len(shape) == 1 and _dense(ordered):
        text = _indexed(name, [*every, f"{walk.offset}:{walk.offset + math.prod(dims)}"])
        if ordered == moving:
            return text if len(wanted) == 1 else _reshaped(text, [*batch, *wanted])
        text = _reshaped(text, [*batch, *dims])
        return _spaced(_turned(text, ordered, moving, samples), wanted, moving, every)
    rows = _rows(shape, walk.offset, ordered)
    if rows is not None:
        start, stop, columns = rows
        text = name if stop - start == shape[0] else _indexed(name, [*every, f"{start}:{stop}"])
        text = _reshaped(text, [*batch, *map(str, ordered[0])])
        text = _indexed(text, [*every, ":", columns])
        return _spaced(_turned(text, ordered, moving, samples), wanted, moving, every)
    strides = tuple([s if n > 1 else 0 for n, s in zip(walk.dims, walk.strides)])
    flat = name if len(shape) == 1 else _reshaped(name, [*batch, math.prod(shape)])
    return f"view({flat}, {walk.offset}, {wanted}, {strides})"


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


def _turned(text: str, ordered: Moving, moving: Moving, samples: bool) -> str:
    """Return an array with axes `ordered`, with them in the order of `moving`."""
    if ordered == moving:
        return text
    if len(moving) == 2 and not samples:
        return f"{text}.T"
    first = int(samples)
    axes = [*range(first), *[first + ordered.index(loop) for loop in moving]]
    return f"{text}.transpose({', '.join(map(str, axes))})"


def _spaced(text: str, wanted: Sequence[int], moving: Moving, every: list[str]) -> str:
    """Return an array with axes of size 1 in the places where `wanted` has them."""
    if len(wanted) == len(moving):
        return text
    return f"{text}[{', '.join([*every, *[':' if n > 1 else 'None' for n in wanted]])}]"


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
