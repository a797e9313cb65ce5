"""TensorBoard: event files with the numbers of each epoch, written without tensorboard.

A file is a sequence of TFRecords: a length, its checksum, an event, its checksum (CRC-32C, RFC
3720, rotated by 15 bits, plus a constant). An event is a protocol buffer of three fields: the time,
the step, and a summary with a tag and a number.
"""

from __future__ import annotations

import math
import os
import struct
import time
from collections.abc import Mapping
from itertools import count
from os import PathLike
from pathlib import Path

from nn.basics import file_name
from nn.callbacks.callback import Callback, Logs, optimizer_of

_MAX_FLOAT32 = (2.0 - 2.0**-23) * 2.0**127  # the largest finite float of 32 bits


class TensorBoard(Callback):
    """Write event files for TensorBoard: `tensorboard --logdir logs`.

    As in Keras, they are in the folders `train` and `validation`, with the tags `epoch_loss`,
    `epoch_accuracy`, `epoch_learning_rate`.

    Args:
        log_dir: The folder.
        histogram_freq: 0: histograms of weights are not supported; viz.play shows weights.
        write_graph: Ignored, as Keras has it; viz.play draws the graph.
        update_freq: "epoch".

    Raises:
        ValueError: If histograms are asked for, or numbers of batches.

    >>> import nn, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> model = nn.MLP(1, [1], init="zeros")
    >>> model.compile(nn.SGD(0.5), "mse")
    >>> history = model.fit([[1.0]], [2.0], verbose=0, callbacks=TensorBoard(folder))
    >>> [path.parent.name for path in Path(folder).rglob("events.out.tfevents.*")]
    ['train']
    """

    def __init__(
        self,
        log_dir: str | PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        update_freq: str = "epoch",
    ) -> None:
        if histogram_freq or update_freq != "epoch":
            raise ValueError(
                "TensorBoard wants histogram_freq=0 and update_freq='epoch': it writes the numbers "
                "of each epoch; fit(record=True) and viz.play(history) show weights"
            )
        self.log_dir = file_name("TensorBoard's log_dir", log_dir)
        self._paths: dict[str, Path] = {}

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin new files: one training is one curve."""
        self._paths = {}

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the numbers of the epoch."""
        numbers = {name: float(number) for name, number in (logs or {}).items()}
        validated = {n: numbers.pop(n) for n in list(numbers) if n.startswith("val_")}
        numbers.setdefault("learning_rate", optimizer_of(self.model).lr)
        self._write("train", epoch, numbers)
        self._write("validation", epoch, {n.removeprefix("val_"): v for n, v in validated.items()})

    def _write(self, folder: str, step: int, numbers: Mapping[str, float]) -> None:
        if not numbers:
            return
        data = b"".join(
            record(event(step, b"\x0a" + _length_prefixed(_summary(f"epoch_{name}", number))))
            for name, number in numbers.items()
        )
        if folder not in self._paths:
            self._paths[folder] = _new_file(Path(self.log_dir) / folder)
            data = record(event(0, b"", b"\x1a" + _length_prefixed(b"brain.Event:2"))) + data
        with open(self._paths[folder], "ab") as file:
            file.write(data)


def _new_file(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"events.out.tfevents.{int(time.time())}.{os.getpid()}"
    paths = (folder / f"{stem}.{number}" for number in count())
    return next(path for path in paths if not path.exists())


def event(step: int, summary: bytes, more: bytes = b"") -> bytes:
    """Return an event: fields 1 (time), 2 (step) and 5 (summary) of `Event`."""
    parts = b"\x09" + struct.pack("<d", time.time()) + b"\x10" + _varint(step) + more
    return parts + (b"\x2a" + _length_prefixed(summary) if summary else b"")


def _summary(tag: str, number: float) -> bytes:
    """Return a tag and a number: fields 1 (tag) and 2 (float of 32 bits) of `Summary.Value`."""
    if math.isfinite(number) and abs(number) > _MAX_FLOAT32:
        number = math.copysign(math.inf, number)
    return b"\x0a" + _length_prefixed(tag.encode()) + b"\x15" + struct.pack("<f", number)


def record(data: bytes) -> bytes:
    """Return data as a record of a TFRecord file."""
    length = struct.pack("<Q", len(data))
    return length + _checksum(length) + data + _checksum(data)


def _length_prefixed(data: bytes) -> bytes:
    return _varint(len(data)) + data


def _varint(number: int) -> bytes:
    """Return a whole number as a protocol buffer's varint: 7 bits per byte, the lowest first."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _checksum(data: bytes) -> bytes:
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def crc32c(data: bytes) -> int:
    """Return the CRC-32C checksum (Castagnoli's polynomial).

    >>> hex(crc32c(b"123456789"))  # the check value of RFC 3720's polynomial
    '0xe3069283'
    """
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
