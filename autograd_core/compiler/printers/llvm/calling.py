"""Calling: LLVM functions that Python calls like its own, on floats and arrays as they are.

CPython and NumPy promise where the number of a float is, and where an array says its type, its
shape and its memory (Include/cpython/floatobject.h, numpy/ndarraytypes.h). What is passed is
checked against that; anything else is a TypeError, and nothing has happened.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

_HEAD = object.__basicsize__  # bytes before what an object holds
_NDIM, _DIMS, _TYPE, _FLAGS = 8, 16, 40, 48  # of an array, counted from its memory's address
_CONTIGUOUS_AND_ALIGNED = 0x0101
FASTCALL = 0x0080


def possible() -> bool:
    """Say whether this Python keeps its floats where they are looked for."""
    plain = sys.implementation.name == "cpython" and _HEAD == 16 and sys.maxsize > 2**32
    return plain and float.__basicsize__ == _HEAD + 8


def caller(
    objects: Sequence[tuple[str, int, bool]],
    fixed: Sequence[str],
    batch: bool,
    feedback: Sequence[tuple[str, str, int]] = (),
) -> str:
    """Return `@call(self, args, count)`, which runs `@program` on a context and on objects.

    The context is an array of addresses: the number of samples, then those of what is `fixed`. With
    `feedback` the program is run on several batches, one after the other, and the context says at
    the end how many these are, and how many rows there are for each result that is copied: as many,
    or 1.

    Args:
        objects: For each object its name, its size, and whether it has as many for each sample.
        fixed: The names of what the context holds, in order.
        batch: Whether there are samples.
        feedback: What is copied after each batch: from where, to where, and its size.
    """
    lines = [
        *_begun("call", len(objects) + 1),
        *_context(fixed, bool(feedback)),
    ]
    rows = {True: "%rows" if feedback else "%samples", False: "1"}
    results = {source for source, _, _ in feedback}
    for place, (name, size, batched) in enumerate(objects, start=1):
        many = "%kept" if name in results else rows[batched]
        lines.append(f"  %size{place} = mul i64 {many}, {size}")
        lines += _taken(place, name, f"%size{place}")
    names = [name for name, _, _ in objects]
    if feedback:
        lines += _each_batch(objects, results, f"next{len(objects)}")
        names = [f"{n}.now" if batched or n in results else n for n, _, batched in objects]
    given = [f"ptr %{name}" for name in [*names, *fixed]]
    lines.append(f"  call void @program({', '.join([*given, 'i64 %samples'])})")
    for source, target, size in feedback:
        copied = f"ptr %{target}, ptr %{source}.now, i64 {8 * size}, i1 false"
        lines.append(f"  call void @llvm.memcpy.p0.p0.i64({copied})")
    if feedback:
        lines += ["  %following = add i64 %batch, 1", "  br label %head", "done:"]
    lines += [
        f"  call void {_function('Py_IncRef')}(ptr {_address(id(None))})",
        f"  ret ptr {_address(id(None))}",
        *_REFUSED,
    ]
    if feedback:
        lines.append("declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)")
    return "\n".join(lines)


def _context(fixed: Sequence[str], several: bool) -> list[str]:
    """Return lines that read the context, of several batches if it may be."""
    lines = [
        "  %given = load ptr, ptr %args",
        f"  %held = getelementptr i8, ptr %given, i64 {_HEAD}",
        "  %context = load ptr, ptr %held",
        "  %samples = load i64, ptr %context",
    ]
    told = [("ptr", name) for name in fixed]
    told += [("i64", "batches"), ("i64", "kept")] if several else []
    for place, (kind, name) in enumerate(told, start=1):
        lines.append(f"  %f{place} = getelementptr i64, ptr %context, i64 {place}")
        lines.append(f"  %{name} = load {kind}, ptr %f{place}")
    if several:
        lines += ["  %rows = mul i64 %samples, %batches", "  %every = icmp ne i64 %kept, 1"]
    return lines


def _begun(function: str, count: int) -> list[str]:
    """Return the first lines of a function that takes so many arguments."""
    return [
        f"define ptr @{function}(ptr %self, ptr %args, i64 %count) {{",
        f"  %right = icmp eq i64 %count, {count}",
        "  br i1 %right, label %start, label %refused",
        "start:",
    ]


def _taken(place: int, name: str, wanted: str) -> list[str]:
    """Return lines that find the numbers of an argument, of which so many are wanted."""
    return [
        f"  %a{place} = getelementptr ptr, ptr %args, i64 {place}",
        f"  %o{place} = load ptr, ptr %a{place}",
        f"  %{name} = call ptr @numbers(ptr %o{place}, i64 {wanted})",
        f"  %bad{place} = icmp eq ptr %{name}, null",
        f"  br i1 %bad{place}, label %refused, label %next{place}",
        f"next{place}:",
    ]


def _each_batch(
    objects: Sequence[tuple[str, int, bool]], results: Collection[str], before: str
) -> list[str]:
    """Return the head of a loop over batches, and where each has its rows."""
    lines = [
        "  br label %head",
        "head:",
        f"  %batch = phi i64 [ 0, %{before} ], [ %following, %body ]",
        "  %more = icmp slt i64 %batch, %batches",
        "  br i1 %more, label %body, label %done",
        "body:",
        "  %row = mul i64 %batch, %samples",
        "  %result = select i1 %every, i64 %batch, i64 0",
    ]
    for place, (name, size, batched) in enumerate(objects, start=1):
        if batched or name in results:
            row = "%result" if name in results else "%row"
            lines.append(f"  %at{place} = mul i64 {row}, {size}")
            lines.append(f"  %{name}.now = getelementptr double, ptr %{name}, i64 %at{place}")
    return lines


def direct_caller(
    arguments: Sequence[tuple[str, int]],
    value: str,
    gradients: Sequence[tuple[str, tuple[int, ...] | None]],
    fixed: Mapping[str, int],
    nested: bool,
) -> str:
    """Return `@direct(self, args, count)`, which takes what the user gives and returns the answer.

    That is a float, or a pair of it and the gradients, each a float or a new array.

    Args:
        arguments: The name and the size of each; then there are no live leaves.
        value: The name of the one output.
        gradients: For each its name, and its shape; None if it is a float.
        fixed: The names of what the program is given besides, and where that is.
        nested: Whether the gradients are in a tuple of their own.
    """
    floats = {"v": value}  # what is returned, and the number it is made of
    floats |= {f"g{place}": name for place, (name, shape) in enumerate(gradients) if shape is None}
    lines = _begun("direct", len(arguments))
    lines += [f"  %{name} = alloca double" for name in floats.values()]
    for place, (name, size) in enumerate(arguments):
        lines += _taken(place, name, str(size))
    constants = []
    for place, (name, shape) in enumerate(gradients):
        if shape is not None:
            dims = ", ".join(f"i64 {n}" for n in shape)
            constants.append(f"@dims{place} = private constant [{len(shape)} x i64] [{dims}]")
            lines += _new_array(f"g{place}", name, len(shape), f"@dims{place}")
    given = [f"ptr %{name}" for name, _ in arguments]
    given += ["ptr null", f"ptr %{value}", *[f"ptr %{name}" for name, _ in gradients]]
    given += [f"ptr {_address(address)}" for address in fixed.values()]
    lines.append(f"  call void @program({', '.join([*given, 'i64 1'])})")
    number = _function("PyFloat_FromDouble")
    for what, name in floats.items():
        lines.append(f"  %{what}.d = load double, ptr %{name}")
        lines.append(f"  %{what} = call ptr {number}(double %{what}.d)")
    found = [f"%g{place}" for place in range(len(gradients))]
    if nested:
        lines += _tuple("inner", found)
        found = ["%inner"]
    lines += _tuple("outer", ["%v", *found]) if found else []
    lines += [f"  ret ptr {'%outer' if found else '%v'}", *_REFUSED]
    return "\n".join([*constants, *lines])


def _new_array(name: str, memory: str, ndim: int, dims: str) -> list[str]:
    """Return lines that make an array of float64 (PyArray_New, number 93 of NumPy's functions)."""
    make = ctypes.pythonapi.PyCapsule_GetPointer
    make.restype, make.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    core: Any = getattr(np, "_core", None) or np.core  # before NumPy 2
    table = make(core.multiarray._ARRAY_API, None)
    address = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))[93]
    kind = np.dtype(np.float64).num
    return [
        f"  %{name} = call ptr {_address(address or 0)}(ptr {_address(id(np.ndarray))}, "
        f"i32 {ndim}, ptr {dims}, i32 {kind}, ptr null, ptr null, i32 0, i32 0, ptr null)",
        f"  %{name}.none = icmp eq ptr %{name}, null",
        f"  br i1 %{name}.none, label %failed, label %{name}.made",
        f"{name}.made:",
        f"  %{name}.held = getelementptr i8, ptr %{name}, i64 {_HEAD}",
        f"  %{memory} = load ptr, ptr %{name}.held",
    ]


def _tuple(name: str, items: Sequence[str]) -> list[str]:
    lines = [f"  %{name} = call ptr {_function('PyTuple_New')}(i64 {len(items)})"]
    put = _function("PyTuple_SetItem")
    for place, item in enumerate(items):
        lines.append(f"  call i32 {put}(ptr %{name}, i64 {place}, ptr {item})")
    return lines


def _address(number: int) -> str:
    return f"inttoptr (i64 {number} to ptr)"


def _function(name: str) -> str:
    """Return a function of Python's as LLVM says it: its address in this process."""
    address = ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value
    assert address is not None
    return _address(address)


class _Method(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("address", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


def python_function(address: int, keep: list[object]) -> Callable[..., Any]:
    """Return machine code as a function of Python's.

    Args:
        address: Of a function that takes self, an array of arguments and their number.
        keep: What must live as long as it does is put there.
    """
    method = _Method(b"native", address, FASTCALL, None)
    keep.append(method)
    make = ctypes.pythonapi.PyCFunction_NewEx
    make.restype, make.argtypes = (
        ctypes.py_object,
        (ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p),
    )
    made: Callable[..., Any] = make(ctypes.addressof(method), None, None)
    return made


_WORDS = "wanted floats and contiguous arrays of float64 like those it was bound with"
_REFUSED = (
    "refused:",
    f"  call void {_function('PyErr_SetString')}(ptr {_address(id(TypeError))}, ptr @words)",
    "  br label %failed",
    "failed:",  # the exception has been set
    "  ret ptr null",
    "}",
)
NUMBERS = f"""

@words = private constant [{len(_WORDS) + 1} x i8] c"{_WORDS}\\00"

define internal ptr @numbers(ptr %object, i64 %wanted) {{
  %at = getelementptr i8, ptr %object, i64 {_HEAD - 8}
  %type = load ptr, ptr %at
  %held = getelementptr i8, ptr %object, i64 {_HEAD}
  %float = icmp eq ptr %type, {_address(id(float))}
  br i1 %float, label %number, label %other
number:
  %one = icmp eq i64 %wanted, 1
  br i1 %one, label %plain, label %refused
plain:
  ret ptr %held
other:
  %array = icmp eq ptr %type, {_address(id(np.ndarray))}
  br i1 %array, label %typed, label %refused
typed:
  %tat = getelementptr i8, ptr %held, i64 {_TYPE}
  %descr = load ptr, ptr %tat
  %double = icmp eq ptr %descr, {_address(id(np.dtype(np.float64)))}
  br i1 %double, label %flagged, label %refused
flagged:
  %fat = getelementptr i8, ptr %held, i64 {_FLAGS}
  %flags = load i32, ptr %fat
  %both = and i32 %flags, {_CONTIGUOUS_AND_ALIGNED}
  %fine = icmp eq i32 %both, {_CONTIGUOUS_AND_ALIGNED}
  br i1 %fine, label %sized, label %refused
sized:
  %nat = getelementptr i8, ptr %held, i64 {_NDIM}
  %ndim = load i32, ptr %nat
  %dat = getelementptr i8, ptr %held, i64 {_DIMS}
  %dims = load ptr, ptr %dat
  %n = sext i32 %ndim to i64
  br label %head
head:
  %i = phi i64 [ 0, %sized ], [ %up, %more ]
  %size = phi i64 [ 1, %sized ], [ %larger, %more ]
  %inside = icmp slt i64 %i, %n
  br i1 %inside, label %more, label %done
more:
  %lat = getelementptr i64, ptr %dims, i64 %i
  %length = load i64, ptr %lat
  %larger = mul i64 %size, %length
  %up = add i64 %i, 1
  br label %head
done:
  %equal = icmp eq i64 %size, %wanted
  br i1 %equal, label %found, label %refused
found:
  %memory = load ptr, ptr %held
  ret ptr %memory
refused:
  ret ptr null
}}
"""
