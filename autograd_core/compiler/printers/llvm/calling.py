"""Calling: LLVM functions that Python calls like built-in ones, on floats and NumPy's arrays.

Arguments are checked first; any other object raises TypeError before anything is computed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from autograd_core.compiler.printers.llvm.objects import (
    HEAD,
    REFUSED,
    address_text,
    function_text,
    new_array,
    new_tuple,
)


def caller(
    objects: Sequence[tuple[str, int, bool]],
    fixed: Sequence[str],
    batch: bool,
    feedback: Sequence[tuple[str, str, int]] = (),
) -> str:
    """Return `@call(self, args, count)`, which runs `@program` on a context and on objects.

    The context is an array of int64: the number of samples, then the addresses of `fixed`. With
    `feedback` the program runs on several batches, one after the other. The context then ends with
    the number of batches, and the number of rows of each result that is copied: as many, or 1.

    Args:
        objects: The name and the size of each object, and whether the size is for each sample.
        fixed: The names of the arrays whose addresses are in the context, in order.
        batch: Whether there are samples.
        feedback: Copies after each batch: the names of source and target, and the size.
    """
    lines = [
        *_first_lines("call", len(objects) + 1),
        *_context(fixed, bool(feedback)),
    ]
    rows = {True: "%rows" if feedback else "%samples", False: "1"}
    results = {source for source, _, _ in feedback}
    for place, (name, size, batched) in enumerate(objects, start=1):
        count = "%kept" if name in results else rows[batched]
        lines.append(f"  %size{place} = mul i64 {count}, {size}")
        lines += _argument(place, name, f"%size{place}")
    names = [name for name, _, _ in objects]
    if feedback:
        lines += _batch_loop(objects, results, f"next{len(objects)}")
        names = [f"{n}.now" if batched or n in results else n for n, _, batched in objects]
    given = [f"ptr %{name}" for name in [*names, *fixed]]
    lines.append(f"  call void @program({', '.join([*given, 'i64 %samples'])})")
    for source, target, size in feedback:
        copied = f"ptr %{target}, ptr %{source}.now, i64 {8 * size}, i1 false"
        lines.append(f"  call void @llvm.memcpy.p0.p0.i64({copied})")
    if feedback:
        lines += ["  %following = add i64 %batch, 1", "  br label %head", "done:"]
    lines += [
        f"  call void {function_text('Py_IncRef')}(ptr {address_text(id(None))})",
        f"  ret ptr {address_text(id(None))}",
        *REFUSED,
    ]
    if feedback:
        lines.append("declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)")
    return "\n".join(lines)


def _context(fixed: Sequence[str], several: bool) -> list[str]:
    """Return lines that read the context, with the fields for several batches if there may be."""
    lines = [
        "  %given = load ptr, ptr %args",
        f"  %held = getelementptr i8, ptr %given, i64 {HEAD}",
        "  %context = load ptr, ptr %held",
        "  %samples = load i64, ptr %context",
    ]
    fields = [("ptr", name) for name in fixed]
    fields += [("i64", "batches"), ("i64", "kept")] if several else []
    for place, (kind, name) in enumerate(fields, start=1):
        lines.append(f"  %f{place} = getelementptr i64, ptr %context, i64 {place}")
        lines.append(f"  %{name} = load {kind}, ptr %f{place}")
    if several:
        lines += ["  %rows = mul i64 %samples, %batches", "  %every = icmp ne i64 %kept, 1"]
    return lines


def _first_lines(function: str, count: int) -> list[str]:
    """Return the first lines of a function with `count` arguments."""
    return [
        f"define ptr @{function}(ptr %self, ptr %args, i64 %count) {{",
        f"  %right = icmp eq i64 %count, {count}",
        "  br i1 %right, label %start, label %refused",
        "start:",
    ]


def _argument(place: int, name: str, wanted: str) -> list[str]:
    """Return lines that find the data of an argument, and refuse it if its size is not `wanted`."""
    return [
        f"  %a{place} = getelementptr ptr, ptr %args, i64 {place}",
        f"  %o{place} = load ptr, ptr %a{place}",
        f"  %{name} = call ptr @numbers(ptr %o{place}, i64 {wanted})",
        f"  %bad{place} = icmp eq ptr %{name}, null",
        f"  br i1 %bad{place}, label %refused, label %next{place}",
        f"next{place}:",
    ]


def _batch_loop(
    objects: Sequence[tuple[str, int, bool]], results: Collection[str], before: str
) -> list[str]:
    """Return the head of a loop over batches, with the addresses of a batch's rows."""
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
    """Return `@direct(self, args, count)`, which takes the user's arguments, without live leaves.

    It returns a float, or a tuple of it and the gradients, each a float or a new array.

    Args:
        arguments: The name and the size of each argument.
        value: The name of the only output.
        gradients: The name and the shape of each gradient; None for a float.
        fixed: The names and the addresses of the other arrays that the program takes.
        nested: Whether the gradients are in a tuple of their own.
    """
    floats = {"v": value}  # by the name of a float that is returned, the variable it is made of
    floats |= {f"g{place}": name for place, (name, shape) in enumerate(gradients) if shape is None}
    lines = _first_lines("direct", len(arguments))
    lines += [f"  %{name} = alloca double" for name in floats.values()]
    for place, (name, size) in enumerate(arguments):
        lines += _argument(place, name, str(size))
    constants = []
    for place, (name, shape) in enumerate(gradients):
        if shape is not None:
            dims = ", ".join(f"i64 {n}" for n in shape)
            constants.append(f"@dims{place} = private constant [{len(shape)} x i64] [{dims}]")
            lines += new_array(f"g{place}", name, len(shape), f"@dims{place}")
    given = [f"ptr %{name}" for name, _ in arguments]
    given += ["ptr null", f"ptr %{value}", *[f"ptr %{name}" for name, _ in gradients]]
    given += [f"ptr {address_text(address)}" for address in fixed.values()]
    lines.append(f"  call void @program({', '.join([*given, 'i64 1'])})")
    number = function_text("PyFloat_FromDouble")
    for what, name in floats.items():
        lines.append(f"  %{what}.d = load double, ptr %{name}")
        lines.append(f"  %{what} = call ptr {number}(double %{what}.d)")
    found = [f"%g{place}" for place in range(len(gradients))]
    if nested:
        lines += new_tuple("inner", found)
        found = ["%inner"]
    lines += new_tuple("outer", ["%v", *found]) if found else []
    lines += [f"  ret ptr {'%outer' if found else '%v'}", *REFUSED]
    return "\n".join([*constants, *lines])
