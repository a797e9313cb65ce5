"""compile and compile_graph: from a function of Values, or from a graph, to a Compiled."""

from __future__ import annotations

import inspect
import time
from collections.abc import Collection, Mapping, Sequence

from autograd_core.compiler.capture import Function, Nested, capture_graph, tree
from autograd_core.compiler.compiled import Compiled
from autograd_core.compiler.printers import known_dtype
from autograd_core.compiler.version import version_of
from autograd_core.graph import Value, paused_gc

_is_value = _watch = _numbers = None  # pickles of 0.1.0 refer to these names
BACKENDS = ("auto", "numpy", "native", "jax")


def compile(
    function: Function,
    *,
    batch: Sequence[int | None] | None = None,
    static: Collection[int | str] | int | str | None = None,
    inputs: Mapping[int, Sequence[Value]] | None = None,
    backend: str = "auto",
    dtype: str = "float64",
) -> Compiled:
    """Return `function`, written on Values, as a program on plain numbers and arrays.

    The function runs once on Values, when it is first called and whenever its arguments have a
    new structure; the graph it builds is turned into a program. So randomness, printing and reading
    files happen once, not at each call. A branch on a Value is recorded, and a call that takes the
    other branch captures the function again. Values from outside the function, such as the weights
    of a model, are read at each call. `detach()` and `no_grad()` are compiled: no gradient passes.
    A function that takes a plain number out of a Value (`x.data`, `x.item()`, a format) runs on
    Values at each call, after a warning, since a program would keep the number of the first call.

    Args:
        function: Takes Values, lists, tuples, dicts and object arrays of Values; returns Values.
        batch: For each argument, 0 to map the function over its leading axis, or None.
        static: Positions or names of arguments that are not numbers; the function gets them
            unchanged. They must be hashable.
        inputs: Maps the position of an argument to existing Values that stand for it, such as a
            model's parameters, which the function uses without taking them as an argument. The
            gradient by that argument is the gradient by these Values; capturing the function sets
            their `data` to the argument's numbers.
        backend: What runs it. "numpy"; "native", machine code, which needs llvmlite (the extra
            `native`) or a C compiler; "jax" (the extra `jax`); "auto", NumPy at first, and machine
            code once the calls have taken about as long as making it takes.
        dtype: The numbers JAX computes in: "float64", "float32" or "bfloat16"; the other backends
            compute in float64 only.

    Raises:
        TypeError: If `function` is not callable.
        ValueError: If `batch` marks no argument, `static` names an unknown one, or there is no
            such backend or dtype.

    >>> from autograd_core.functional import exp
    >>> f = compile(lambda x, y: exp(x) * y)
    >>> f(0.0, 3.0), f.value_and_grad(0.0, 3.0, wrt=(0, 1))
    (3.0, (3.0, (3.0, 1.0)))
    >>> w = Value(2.0)
    >>> g = compile(lambda weights, x: w * x, inputs={0: [w]})
    >>> g.value_and_grad([5.0], 3.0)
    (15.0, [3.0])

    Explained in notebooks/10_from_scalars_to_arrays.ipynb.
    """
    if not callable(function):
        raise TypeError(
            f"compile wants a function of Values, got {type(function).__name__} {function!r:.60}; "
            "for a graph that exists already there is compile_graph(root, inputs)"
        )
    if isinstance(batch, int):
        raise ValueError(f"batch wants 0 or None for each argument, got {batch}; write ({batch},)")
    axes = () if batch is None else tuple(batch)
    if any(axis not in (0, None) for axis in axes):
        raise ValueError(
            f"batch wants 0 or None for each argument, got {batch}; move the axis with the "
            "samples to the front, np.moveaxis(x, axis, 0)"
        )
    if batch is not None and 0 not in axes:
        raise ValueError(f"batch={batch} marks no argument with 0; leave batch out")
    static_positions = _positions(function, static)
    return Compiled(
        function,
        static=static_positions,
        batch=axes,
        inputs=inputs,
        backend=_checked_backend(backend, dtype),
        dtype=dtype,
    )


def compile_graph(
    root: Nested, inputs: Sequence[Nested] = (), *, backend: str = "auto"
) -> Compiled:
    """Return the graph below `root` as a program.

    Args:
        root: A Value, or Values in lists, tuples, dicts or arrays.
        inputs: The arguments of the program: each is a Value of the graph, or several in lists,
            tuples, dicts or arrays. All other leaves are read at each call, so that a change of
            their `data` takes effect.
        backend: What runs it, as in `compile`.

    Raises:
        TypeError: If something in them is not a Value.
        ValueError: If there is no such backend.

    >>> x, w = Value(3.0), Value(2.0)
    >>> f = compile_graph(x * w, [x])
    >>> f(5.0), f.grad(5.0)
    (10.0, 2.0)
    >>> w.data = 100.0
    >>> f(5.0)
    500.0

    Explained in notebooks/10_from_scalars_to_arrays.ipynb.
    """
    begin = time.perf_counter()
    structure, roots = tree.leaves(root, "root must be")
    found = [tree.leaves(item, "each of inputs must be") for item in inputs]
    for node in [*roots, *[node for _, nodes in found for node in nodes]]:
        if not isinstance(node, Value):
            raise TypeError(f"compile_graph wants Values of a graph, got {node!r:.60}")
    with paused_gc():
        trace = capture_graph(roots, structure, [nodes for _, nodes in found])
        names = [f"x{position}" for position in range(len(found))]
        structures = [structure for structure, _ in found]
        batched = [False] * len(found)
        version = version_of(
            trace, names, structures, batched, begin, "auto", _checked_backend(backend), "graph"
        )
    return Compiled(None, fixed=version, name="the graph")


def _checked_backend(backend: str, dtype: str = "float64") -> str:
    """Return the name of the backend.

    Raises:
        ValueError: If there is no such backend or dtype, or it does not compute in that dtype.
    """
    if backend not in BACKENDS:
        raise ValueError(f"backend wants one of {', '.join(BACKENDS)}, got {backend!r}")
    if known_dtype(dtype) != "float64" and backend != "jax":
        raise ValueError(
            f"dtype={dtype!r} wants backend='jax', got {backend!r}; the others compute in float64"
        )
    return backend


def _positions(
    function: Function, static: Collection[int | str] | int | str | None
) -> frozenset[int]:
    """Return the positions of the static arguments.

    Raises:
        ValueError: If the function has no argument of that name or position.
    """
    if static is None:
        return frozenset()
    named = [static] if isinstance(static, (int, str)) else list(static)
    parameters = inspect.signature(function).parameters
    names = list(parameters)
    variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters.values())
    positions = set()
    for item in named:
        position = names.index(item) if item in names else item
        if not isinstance(position, int) or position < 0 or not (variadic or position < len(names)):
            raise ValueError(
                f"static={item!r} is none of the arguments {', '.join(names)}; they are counted "
                "from 0"
            )
        positions.add(position)
    return frozenset(positions)
