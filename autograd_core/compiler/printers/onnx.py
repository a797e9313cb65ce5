"""ONNX: an array program as a graph for ONNX runtimes, with any number of samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd_core.compiler.arrays import (
    COMPARISONS,
    Instruction,
    Loops,
    Operand,
    Program,
    View,
    in_order,
    output_runs,
)
from autograd_core.compiler.printers.names import Names
from autograd_core.compiler.printers.refusal import NoCompiler, refuse_unknown

OPSET, IR_VERSION = 20, 10  # of 2023, the first with Gelu
LOGIC = {"logical_not": "Not", "logical_and": "And"}
CALLED = {
    "add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "power": "Pow",
    "negative": "Neg", "abs": "Abs", "sign": "Sign", "exp": "Exp", "log": "Log", "sqrt": "Sqrt",
    "sin": "Sin", "cos": "Cos", "tan": "Tan", "arcsin": "Asin", "arccos": "Acos",
    "arctan": "Atan", "sinh": "Sinh", "cosh": "Cosh", "tanh": "Tanh", "arcsinh": "Asinh",
    "arccosh": "Acosh", "arctanh": "Atanh", "floor": "Floor", "ceil": "Ceil", "round": "Round",
    "sigmoid": "Sigmoid", "erf": "Erf", "maximum": "Max", "minimum": "Min", "where": "Where",
    "copy": "Identity", "less": "Less", "less_equal": "LessOrEqual", "greater": "Greater",
    "greater_equal": "GreaterOrEqual", "equal": "Equal", "not_equal": "Equal", **LOGIC,
}  # fmt: skip
REDUCED = {"add": "ReduceSum", "multiply": "ReduceProd", "maximum": "ReduceMax",
           "minimum": "ReduceMin"}  # fmt: skip

Proto: TypeAlias = Any  # a message of onnx, which is imported only where it is used


def onnx_model(
    name: str,
    program: Program,
    live: Sequence[float],
    shapes: Sequence[Sequence[int]],
    value: Sequence[int],
    dtype: str,
) -> Proto:
    """Return the model, with an input per argument, and outputs `value` and `d_ARGUMENT`.

    Args:
        name: The name of the graph.
        program: The array program, with the gradients that the model returns.
        live: The current numbers of Values outside of the function.
        shapes: The shape of each argument, for one sample.
        value: The shape of the value, for one sample.
        dtype: The type in which it computes, `float64` or `float32`.

    Raises:
        NoCompiler: If ONNX lacks a function, or an argument has size 0.
        ImportError: If the package onnx is not installed.
    """
    refuse_unknown([step.name for step in program.instructions], CALLED, "ONNX")
    if any(math.prod(shape) == 0 for shape in shapes):
        raise NoCompiler("ONNX cannot reshape to a size of 0, and an argument has no elements")
    return _Graph(program, dtype).model(name, live, shapes, value)


def checked_model(
    name: str,
    nodes: Sequence[Proto],
    inputs: Sequence[Proto],
    outputs: Sequence[Proto],
    constants: Sequence[Proto],
) -> Proto:
    """Return a model of these parts, checked by `onnx.checker`."""
    onnx = import_module("onnx")
    made = onnx.helper.make_model(
        onnx.helper.make_graph(nodes, name, inputs, outputs, constants),
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="autograd-core",
    )
    import_module("onnx.checker").check_model(made, full_check=True)
    return made


class _Graph:
    """Builds the graph. A variable is a tensor `(samples, size)`, or `(1, size)` if not batched."""

    def __init__(self, program: Program, dtype: str) -> None:
        self.onnx = import_module("onnx")
        self.program, self.variables = program, program.variables
        self.dtype = np.dtype(dtype)
        self.kind = self.onnx.helper.np_dtype_to_tensor_dtype(self.dtype)
        self.names = Names({"value", "samples"})
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.known: dict[tuple[str, tuple[int, ...], bytes], str] = {}  # names of constants
        self.tensors: dict[int, str] = {}  # the current tensor of each variable

    # ---- nodes ---------------------------------------------------------------------------------

    def node(self, kind: str, *operands: str, out: str = "", **options: Any) -> str:
        """Add a node and return the name of its output."""
        out = out or self.names.numbered(kind.lower())
        self.nodes.append(self.onnx.helper.make_node(kind, operands, [out], **options))
        return out

    def constant(self, array: ArrayLike, dtype: DTypeLike = np.int64) -> str:
        """Return the name of a constant; equal constants share one."""
        typed = np.asarray(array, dtype)
        key = (str(typed.dtype), typed.shape, typed.tobytes())
        if key not in self.known:
            self.known[key] = self.names.numbered("c")
            self.constants.append(self.onnx.numpy_helper.from_array(typed, self.known[key]))
        return self.known[key]

    def shaped(self, tensor: str, dims: Sequence[int]) -> str:
        """Reshape the axes after that of samples to `dims`."""
        return self.node("Reshape", tensor, self.constant([0, *dims]))

    # ---- views ---------------------------------------------------------------------------------

    def flat(self, view: View) -> str:
        """Return the elements of a view, `(samples, count)`."""
        whole = self.tensors[view.var]
        if in_order(self.variables, view):
            return whole
        walk = view.loops.merged()
        if len(walk.dims) == 1 and walk.strides[0] > 0:
            last = walk.offset + (walk.dims[0] - 1) * walk.strides[0]
            places = [self.constant([at]) for at in (walk.offset, last + 1, 1, walk.strides[0])]
            return self.node("Slice", whole, *places)
        return self.node("Gather", whole, self.constant(view.loops.positions()), axis=1)

    def read(self, operand: Operand, kind: DTypeLike, spread: bool = False) -> str:
        """Return an operand as `(samples, *dims)`, with size 1 for stride 0 unless `spread`."""
        if not isinstance(operand, View):
            return self.constant(operand, kind)
        offset, dims, strides = operand.loops
        if not spread:
            dims = tuple([n if step else 1 for n, step in zip(dims, strides)])
        found = self.flat(View(operand.var, Loops(offset, dims, strides)))
        found = found if len(dims) == 1 else self.shaped(found, dims)
        return self.typed(found, self.variables[operand.var].truth, kind == np.bool_)

    def typed(self, tensor: str, truth: bool, wanted: bool) -> str:
        """Cast between bools and numbers, if a tensor is not of bools (`truth`) as `wanted`."""
        kind = self.onnx.TensorProto.BOOL if wanted else self.kind
        return tensor if truth == wanted else self.node("Cast", tensor, to=kind)

    # ---- instructions --------------------------------------------------------------------------

    def run(self, step: Instruction) -> None:
        """Add the nodes of an instruction; `many` says whether `found` has samples."""
        name, _, out, axes, table = step
        size, batched = self.variables[out.var].size, self.variables[out.var].batched
        many = any(self.variables[view.var].batched for view in step.views)
        if name == "zero":
            found, many = self.zeros(out.var), batched
        elif name in ("update", "accumulate"):
            found, many = self.part(step), batched
        elif name == "matmul":
            found, many = self.product(step, batched), batched
        elif name == "take":
            assert table is not None
            found = self.node("Gather", self.flat(step.views[0]), self.constant(table), axis=1)
        elif name == "scatter":
            assert table is not None
            values = self.flat(step.views[0])
            found = self.put(self.zeros(out.var), table, values, reduction="add")
        elif name.startswith("reduce "):
            along = [*[0] * (many and not batched), *[axis + 1 for axis in axes]]
            tensor = self.read(step.views[0], self.dtype, spread=True)
            found, many = self.node(REDUCED[name[7:]], tensor, self.constant(along)), batched
        else:
            found = self.elementwise(step)
        if len(out.loops.dims) != 1 or name == "matmul":
            found = self.shaped(found, [size])
        self.tensors[out.var] = self.repeated(found, size) if batched and not many else found

    def elementwise(self, step: Instruction) -> str:
        """Return an elementary function of operands."""
        name, out, dims = step.name, step.out, step.out.loops.dims
        kinds = [np.bool_ if name in LOGIC else self.dtype] * len(step.operands)
        if name == "where":
            kinds[0] = np.bool_
        if name == "copy" and self.variables[out.var].truth:
            kinds = [np.bool_]
        found = self.node(CALLED[name], *map(self.read, step.operands, kinds))
        found = self.node("Not", found) if name == "not_equal" else found
        truth = name in COMPARISONS or kinds[-1] == np.bool_
        found = self.typed(found, truth, self.variables[out.var].truth)
        still = [n > 1 and not any(v.loops.strides[i] for v in step.views)
                 for i, n in enumerate(dims)]  # fmt: skip
        whole = step.views and not any(still)
        return found if whole else self.node("Expand", found, self.constant([1, *dims]))

    def product(self, step: Instruction, batched: bool) -> str:
        """Return `sum(left[p, t] * right[q, t])`, summed over samples too unless `batched`."""
        found, letters = [], []
        for view, own in zip(step.views, ("pt", "qt")):
            many = self.variables[view.var].batched
            dims = self.constant([*[0] * many, *view.loops.dims])
            found.append(self.node("Reshape", self.flat(view), dims))
            letters.append("b" * many + own)
        equation = f"{','.join(letters)}->{'b' * batched}pq"
        made = self.node("Einsum", *found, equation=equation)
        return made if batched else self.node("Unsqueeze", made, self.constant([0]))

    def zeros(self, var: int) -> str:
        """Return zeros for a variable."""
        variable = self.variables[var]
        zeros = self.constant(np.zeros((1, variable.size)), self.dtype)
        return self.repeated(zeros, variable.size) if variable.batched else zeros

    def repeated(self, tensor: str, size: int) -> str:
        """Return `(samples, size)` of a tensor `(1, size)`."""
        batched = next(a for a in self.program.arguments if a.batched)
        samples = self.node("Shape", self.tensors[batched.var], start=0, end=1)
        dims = self.node("Concat", samples, self.constant([size]), axis=0)
        return self.node("Expand", tensor, dims)

    def part(self, step: Instruction) -> str:
        """Return a variable after an `update` or `accumulate` through a view."""
        out, count = step.out, step.out.loops.size
        before = self.tensors.get(out.var) or self.zeros(out.var)
        values = self.row(step.operands[0], count, self.variables[out.var].batched)
        if step.name == "update":
            return self.put(before, out.loops.positions(), values)
        values = self.node("Neg", values) if step.operands[1] == -1.0 else values
        return self.put(before, out.loops.positions(), values, reduction="add")

    def row(self, operand: Operand, count: int, many: bool) -> str:
        """Return an operand as numbers `(samples, count)` if `many`, else `(1, count)`."""
        found = self.read(operand, self.dtype, spread=True)
        if isinstance(operand, View):
            if len(operand.loops.dims) != 1:
                found = self.shaped(found, [count])
            many = many and not self.variables[operand.var].batched
        else:
            found = self.node("Expand", found, self.constant([1, count]))
        return self.repeated(found, count) if many else found

    def put(self, before: str, positions: ArrayLike, values: str, **options: Any) -> str:
        """Return a variable `(samples, size)` with values `(samples, count)` at positions."""
        at = self.constant(np.asarray(positions)[:, None])
        columns = [self.node("Transpose", tensor, perm=[1, 0]) for tensor in (before, values)]
        done = self.node("ScatterND", columns[0], at, columns[1], **options)
        return self.node("Transpose", done, perm=[1, 0])

    # ---- what goes in and out ------------------------------------------------------------------

    def model(
        self,
        name: str,
        live: Sequence[float],
        shapes: Sequence[Sequence[int]],
        value: Sequence[int],
    ) -> Proto:
        """Return the whole graph, checked."""
        program, inputs = self.program, []
        *given, outside = program.arguments
        built = {argument.var: shape for argument, shape in zip(given, shapes)}
        for argument in given:
            label = self.names.like(self.variables[argument.var].name)
            inputs.append(self.value_info(label, built[argument.var], argument.batched))
            dims = [0 if argument.batched else 1, self.variables[argument.var].size]
            self.tensors[argument.var] = self.node("Reshape", label, self.constant(dims))
        if live:
            self.tensors[outside.var] = self.constant(np.reshape(live, (1, -1)), self.dtype)
        for var, variable in enumerate(self.variables):
            if variable.data is not None:
                self.tensors[var] = self.constant(variable.data.reshape(1, -1), self.dtype)
        for step in program.instructions:
            self.run(step)
        parts = []
        for run in output_runs(program.outputs):
            count = run.loops.size if isinstance(run, View) else 1
            parts.append(self.row(run, count, program.batch))
        whole = self.node("Concat", *parts, axis=1)
        ends = [self.result("value", whole, value, program.batch)]
        for operand, argument in program.gradients:
            label = self.names.like(f"d_{self.variables[argument.var].name}")
            row = self.row(operand, self.variables[argument.var].size, argument.batched)
            ends.append(self.result(label, row, built[argument.var], argument.batched))
        return checked_model(name, self.nodes, inputs, ends, self.constants)

    def value_info(self, name: str, shape: Sequence[int], many: bool) -> Proto:
        """Return the description of an input or output."""
        dims = [*["samples"] * many, *shape]
        return self.onnx.helper.make_tensor_value_info(name, self.kind, dims)

    def result(self, name: str, row: str, shape: Sequence[int], many: bool) -> Proto:
        """Reshape a row to an output `name`, and return the description of that."""
        self.node("Reshape", row, self.constant([*[0] * many, *shape]), out=name)
        return self.value_info(name, shape, many)
