"""Objects: how machine code reads, checks and makes floats, tuples and NumPy's arrays.

The layout of these objects is public: Include/cpython/floatobject.h for floats, and
numpy/ndarraytypes.h for the type, shape and data of arrays.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

Builtin: TypeAlias = Callable[..., Any]  # a function of Python's whose code is machine code

HEAD = object.__basicsize__  # bytes of the header of any object
_NDIM, _DIMS, _TYPE, _FLAGS = 8, 16, 40, 48  # offsets in an array, from its field `data`
_CONTIGUOUS_AND_ALIGNED = 0x0101
_FASTCALL = 0x0080  # METH_FASTCALL of Include/methodobject.h


def layout_is_known() -> bool:
    """Say whether the objects of this Python have the layout that is read here."""
    plain = sys.implementation.name == "cpython" and HEAD == 16 and sys.maxsize > 2**32
    return plain and float.__basicsize__ == HEAD + 8


def address_text(number: int) -> str:
    """Return an address as LLVM IR."""
    return f"inttoptr (i64 {number} to ptr)"


def function_text(name: str) -> str:
    """Return a function of Python's C API as LLVM IR: its address in this process."""
    address = ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value
    assert address is not None
    return address_text(address)


def new_array(name: str, memory: str, ndim: int, dims: str) -> list[str]:
    """Return lines that make an array of float64 (PyArray_New, entry 93 of NumPy's C API).

    Args:
        name: The register of the array.
        memory: The register of the address of its data.
        ndim: The number of its dimensions.
        dims: The address of these, as LLVM IR.
    """
    make = ctypes.pythonapi.PyCapsule_GetPointer
    make.restype, make.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    core: Any = getattr(np, "_core", None) or np.core  # before NumPy 2
    table = make(core.multiarray._ARRAY_API, None)
    address = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))[93]
    kind = np.dtype(np.float64).num
    return [
        f"  %{name} = call ptr {address_text(address or 0)}(ptr {address_text(id(np.ndarray))}, "
        f"i32 {ndim}, ptr {dims}, i32 {kind}, ptr null, ptr null, i32 0, i32 0, ptr null)",
        f"  %{name}.none = icmp eq ptr %{name}, null",
        f"  br i1 %{name}.none, label %failed, label %{name}.made",
        f"{name}.made:",
        f"  %{name}.held = getelementptr i8, ptr %{name}, i64 {HEAD}",
        f"  %{memory} = load ptr, ptr %{name}.held",
    ]


def new_tuple(name: str, items: Sequence[str]) -> list[str]:
    """Return lines that make a tuple of the objects in registers, in the register `name`."""
    lines = [f"  %{name} = call ptr {function_text('PyTuple_New')}(i64 {len(items)})"]
    put = function_text("PyTuple_SetItem")
    for place, item in enumerate(items):
        lines.append(f"  call i32 {put}(ptr %{name}, i64 {place}, ptr {item})")
    return lines


class _Method(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("address", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


def python_function(address: int, keep: list[object]) -> Builtin:
    """Return machine code as a built-in function of Python.

    Args:
        address: The address of a function of self, an array of arguments and their number.
        keep: A list, to which objects are added that must live as long as the function.
    """
    method = _Method(b"native", address, _FASTCALL, None)
    keep.append(method)
    make = ctypes.pythonapi.PyCFunction_NewEx
    make.restype, make.argtypes = (
        ctypes.py_object,
        (ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p),
    )
    made: Builtin = make(ctypes.addressof(method), None, None)
    return made


_WANTED = "wanted floats and contiguous arrays of float64 like those it was bound with"
REFUSED = (
    "refused:",
    f"  call void {function_text('PyErr_SetString')}"
    f"(ptr {address_text(id(TypeError))}, ptr @words)",
    "  br label %failed",
    "failed:",  # an exception is set
    "  ret ptr null",
    "}",
)
"""The last lines of a function that Python calls: it raises TypeError from the label `refused`."""
NUMBERS = f"""

@words = private constant [{len(_WANTED) + 1} x i8] c"{_WANTED}\\00"

define internal ptr @numbers(ptr %object, i64 %wanted) {{
  %at = getelementptr i8, ptr %object, i64 {HEAD - 8}
  %type = load ptr, ptr %at
  %held = getelementptr i8, ptr %object, i64 {HEAD}
  %float = icmp eq ptr %type, {address_text(id(float))}
  br i1 %float, label %number, label %other
number:
  %one = icmp eq i64 %wanted, 1
  br i1 %one, label %plain, label %refused
plain:
  ret ptr %held
other:
  %array = icmp eq ptr %type, {address_text(id(np.ndarray))}
  br i1 %array, label %typed, label %refused
typed:
  %tat = getelementptr i8, ptr %held, i64 {_TYPE}
  %descr = load ptr, ptr %tat
  %double = icmp eq ptr %descr, {address_text(id(np.dtype(np.float64)))}
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
"""`@numbers(object, wanted)`: where a float or an array of that size has its data, else null."""
