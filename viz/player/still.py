"""Still: the picture of a training for where scripts do not run, as on GitHub."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping, Sequence
from html import escape
from math import isfinite, log10

import numpy as np

from viz.colors import LIGHT, channels
from viz.plots import Array, decision_threshold

_SIDE, _WIDE, _GAP, _HEAD = 240, 420, 56, 44  # pixels: plane, curves, between them, above them
_DOTS = 300  # samples that are drawn at most
_SERIES = ("#0072b2", "#d55e00", "#008f68", "#b0578d")
_CLASSES = (LIGHT.negative, LIGHT.positive, *_SERIES[2:])  # repeated for further classes


def still(
    title: str,
    curves: Mapping[str, Sequence[float]],
    points: Array | None = None,
    labels: Array | None = None,
    corners: tuple[tuple[float, float], tuple[float, float]] | None = None,
    grid: Array | None = None,
) -> str:
    """Return an SVG of a model's outputs over the plane with the samples, and of curves.

    Args:
        title: Written above.
        curves: One number for each epoch, by name; empty for no curves.
        points: `(samples, 2)`, with `labels` `(samples,)`.
        corners: The lowest and the highest (x0, x1) of the grid.
        grid: `(resolution * resolution, outputs)`, rows of x0 from the lowest x1 up.

    >>> still("A run", {"loss": [1.0, 0.5]}).count("<polyline")
    1
    """
    parts, x = [_text(8, 24, title, 15, "start", "600")], 8
    if points is not None and labels is not None and corners is not None and grid is not None:
        parts.append(_plane(x + 18, points, labels, corners, grid))
        x += _SIDE + _GAP
    if curves:
        parts.append(_curves(x + 40, curves))
        x += _WIDE + _GAP
    width, height = max(x, 400), (_HEAD + _SIDE + 34 if x > 8 else _HEAD)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="Helvetica, Arial, sans-serif">'
        f'<rect width="100%" height="100%" fill="{LIGHT.background}"/>{"".join(parts)}</svg>'
    )


def _text(
    x: float, y: float, text: str, size: int = 12, anchor: str = "middle", weight: str = "400"
) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}" fill="{LIGHT.text}">{escape(text)}</text>'
    )


def _plane(
    left: float,
    points: Array,
    labels: Array,
    corners: tuple[tuple[float, float], tuple[float, float]],
    grid: Array,
) -> str:
    side = round(len(grid) ** 0.5)
    if grid.shape[1] > 1:
        decisions, opacity = grid.argmax(axis=1), np.full(len(grid), 0.35)
        classes = np.searchsorted(np.unique(labels), labels)
    else:
        margins = grid[:, 0] - decision_threshold(grid, np.unique(labels))
        limit = float(np.nanquantile(np.abs(margins), 0.9)) or 1.0
        decisions = margins > 0.0
        opacity = 0.6 * np.sqrt(np.minimum(1.0, np.abs(margins) / limit))
        classes = labels > (labels.min() + labels.max()) / 2
    full = np.array(list(map(channels, _CLASSES)))[decisions.astype(int) % len(_CLASSES)]
    mixed = 255.0 + np.nan_to_num(opacity)[:, None] * (full - 255.0)  # on white
    image = base64.b64encode(_png(mixed.reshape(side, side, 3)[::-1])).decode()
    low, high = np.array(corners)
    at = (points - low) / (high - low) * _SIDE
    step = -(-len(points) // _DOTS)
    dots = [
        f'<circle cx="{left + x:.1f}" cy="{_HEAD + _SIDE - y:.1f}" r="3.4" stroke="#fff" '
        f'fill="{_CLASSES[int(class_) % len(_CLASSES)]}"/>'
        for (x, y), class_ in zip(at[::step].tolist(), classes[::step].tolist())
    ]
    return (
        f'<image x="{left:.0f}" y="{_HEAD}" width="{_SIDE}" height="{_SIDE}" '
        f'preserveAspectRatio="none" href="data:image/png;base64,{image}"/>{"".join(dots)}'
        + _text(left + _SIDE / 2, _HEAD + _SIDE + 22, "x0")
        + _text(left - 12, _HEAD + _SIDE / 2, "x1")
    )


def _png(colour: Array) -> bytes:
    """Return a picture of `(height, width, 3)` numbers from 0 to 255."""
    rows = b"".join(b"\0" + row.astype(np.uint8).tobytes() for row in colour)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", colour.shape[1], colour.shape[0], 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b"")]
    )


def _curves(left: float, curves: Mapping[str, Sequence[float]]) -> str:
    shown = {name: list(curve) for name, curve in list(curves.items())[: len(_SERIES)]}
    finite = [y for curve in shown.values() for y in curve if isfinite(y)] or [0.0]
    decades = min(finite) > 0.0 and max(finite) / min(finite) > 50.0
    low, high = min(finite), max(finite)

    def height(y: float) -> float:
        ends = (log10(low), log10(high), log10(y)) if decades else (low, high, y)
        return _HEAD + _SIDE - (ends[2] - ends[0]) / ((ends[1] - ends[0]) or 1.0) * (_SIDE - 12)

    right, parts = left + _WIDE - 40, []
    apart = 220 if len(shown) < 3 else 105  # between names
    for index, ((name, curve), colour) in enumerate(zip(shown.items(), _SERIES)):
        across = (right - left) / max(1, len(curve) - 1)
        dots = [
            f"{left + i * across:.1f},{height(y):.1f}" for i, y in enumerate(curve) if isfinite(y)
        ]
        place = left + 22 + index * apart
        parts += [
            f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(dots)}"/>',
            f'<rect x="{place}" y="{_HEAD - 12}" width="12" height="4" fill="{colour}"/>',
            _text(place + 16, _HEAD - 6, name[:14], 11, "start"),
        ]
    base = _HEAD + _SIDE
    parts.append(f'<path d="M{left},{_HEAD}V{base}H{right}" fill="none" stroke="{LIGHT.muted}"/>')
    parts += [_text(left - 6, height(y) + 4, f"{y:.2g}", 11, "end") for y in {low: 0, high: 0}]
    epochs = max(len(curve) for curve in shown.values())
    parts.append(_text((left + right) / 2, base + 22, f"epoch 1 to {epochs}"))
    return "".join(parts)
