"""safetensors: reads and writes files of weights that PyTorch, Keras and JAX read, without pickle.

The format: the length of the header in 8 bytes, the header as JSON (dtype, shape and offsets of
each array by name), then the arrays (https://github.com/huggingface/safetensors).
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core.files import json_of, write_whole
from nn.basics import Floats
from nn.exchange.parts import Normalization, parts_of
from nn.layers import Layer, PReLU
from nn.modules import Module

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4"}
MAX_HEADER = 100_000_000  # bytes, as in the reference reader


def save_safetensors(model: Module, path: str | PathLike[str]) -> None:
    """Write the weights of a model, with the names in `nn.to_torch(model).state_dict()`.

    Raises:
        TypeError: If a part has no counterpart in PyTorch.

    >>> import tempfile
    >>> from nn import Linear, Sequential
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_safetensors(Sequential(Linear(2, 3)), f"{folder}/net.safetensors")
    ...     {name: array.shape for name, array in read(f"{folder}/net.safetensors").items()}
    {'0.weight': (3, 2), '0.bias': (3,)}

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """
    arrays: dict[str, Floats] = {}
    for part in parts_of(model, "save_safetensors"):
        arrays |= {f"{part.name}.{what}": array for what, array in part.arrays().items()}
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    start, blocks = 0, []
    for name, array in arrays.items():
        blocks.append(np.ascontiguousarray(array, dtype="<f8").tobytes())
        places = [start, start := start + len(blocks[-1])]
        header[name] = {"dtype": "F64", "shape": list(array.shape), "data_offsets": places}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    write_whole(path, struct.pack("<Q", len(text)) + text + b"".join(blocks))


def load_safetensors(model: Module, path: str | PathLike[str]) -> None:
    """Set a model's weights from a file with the names that `save_safetensors` writes.

    Raises:
        ValueError: If it is not such a file, a name is missing or unexpected, or a shape differs;
            then nothing changes.

    >>> import tempfile
    >>> from nn import Linear
    >>> one, other = Linear(2, 3), Linear(2, 3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_safetensors(one, f"{folder}/net.safetensors")
    ...     load_safetensors(other, f"{folder}/net.safetensors")
    >>> one([1.0, 2.0])[0].data == other([1.0, 2.0])[0].data
    True

    Background in notebooks/11_coming_from_and_going_to.ipynb.
    """
    parts = [part for part in parts_of(model, "load_safetensors") if part.arrays()]
    found = read(path)
    changes: list[tuple[Any, list[Floats]]] = []
    kinds = Layer | PReLU | Normalization
    holders = [m for m in model.modules() if isinstance(m, kinds) and m.get_weights()]
    for holder, part in zip(holders, parts, strict=True):
        arrays = []
        for what, mine in part.arrays().items():
            name = f"{part.name}.{what}"
            if name not in found:
                raise ValueError(f"{path} has no {name}; it has {', '.join(found) or 'nothing'}")
            array = found.pop(name)
            if array.shape != mine.shape:
                raise ValueError(f"{name} wants the shape {mine.shape}, got {array.shape}")
            arrays.append(array.T)
        found.pop(f"{part.name}.num_batches_tracked", None)  # not needed here
        changes.append((holder, arrays))
    if found:
        raise ValueError(f"{path} holds what the model has no place for: {', '.join(found)}")
    for holder, arrays in changes:
        holder.set_weights(arrays)


def read(path: str | PathLike[str]) -> dict[str, Floats]:
    """Return the arrays of a safetensors file, as float64.

    Raises:
        ValueError: If it is not such a file, is truncated, or holds a type that is not supported.
    """
    data = Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0] if len(data) >= 8 else MAX_HEADER + 1
    try:
        if size > min(MAX_HEADER, len(data) - 8):
            raise ValueError
        header = json_of(data[8 : 8 + size])
        entries = {name: _entry(made) for name, made in header.items() if name != "__metadata__"}
    except (ValueError, AttributeError, KeyError, TypeError):
        raise ValueError(f"{path} is not a safetensors file, or it is damaged (header)") from None
    body, arrays = data[8 + size :], {}
    for name, (dtype, shape, start, end) in entries.items():
        raw = body[start:end]
        if len(raw) != end - start:
            raise ValueError(f"{path} is cut short: {name} ends at {end}, there are {len(body)}")
        if dtype == "BF16":  # the upper half of a float32
            numbers = (np.frombuffer(raw, "<u2").astype("<u4") << 16).view("<f4")
        elif dtype in DTYPES:
            numbers = np.frombuffer(raw, DTYPES[dtype])
        else:
            raise ValueError(f"{name} in {path} is of {dtype}; {', '.join(DTYPES)} are read")
        if numbers.size != math.prod(shape):
            raise ValueError(f"{name} in {path} has {numbers.size} numbers for {shape}")
        arrays[name] = numbers.astype(np.float64).reshape(shape)
    return arrays


def _entry(made: Mapping[str, Any]) -> tuple[str, list[int], int, int]:
    """Return the type, shape, start and end of an array, from its entry in the header."""
    shape, (start, end) = [*map(int, made["shape"])], map(int, made["data_offsets"])
    if not 0 <= start <= end or min(shape, default=0) < 0:
        raise ValueError("impossible offsets or shape")
    return str(made["dtype"]), shape, start, end
