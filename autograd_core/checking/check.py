"""gradcheck: finite differences against backprop, down to the node that is wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Protocol, TypedDict, Unpack

from autograd_core.checking.arrays import BUDGET, check_arrays, of_arrays
from autograd_core.checking.blame import blame
from autograd_core.checking.by_hand import along, plain, plain_number, rows_by_hand, same_twice
from autograd_core.checking.differences import derivative
from autograd_core.checking.report import FAILURES, Report, Row, judge
from autograd_core.checking.rounding import rounding_of
from autograd_core.derivatives import Call, Function, Tree, flatten, paths
from autograd_core.graph import Number, Value, paused_gc, topological_order

RTOL = 1e-6  # finite differences in float64 have 8 digits or more; a wrong formula is far off


class HasParameters(Protocol):
    """A model: anything that lists its parameters."""

    def parameters(self) -> Sequence[Value]:
        """Return the leaves with respect to which the loss is differentiated."""
        ...


class Options(TypedDict, total=False):
    """The arguments that `assert_gradients` passes on to `gradcheck`."""

    gradient: Function | None
    jacobian: Function | None
    vjp: Function | None
    jvp: Function | None
    budget: int
    seed: int


def gradcheck(
    f: Function,
    inputs: Tree,
    *,
    order: int = 1,
    gradient: Function | None = None,
    jacobian: Function | None = None,
    vjp: Function | None = None,
    jvp: Function | None = None,
    rtol: float = RTOL,
    budget: int = BUDGET,
    seed: int = 0,
) -> Report:
    """Compare the derivatives of f with finite differences.

    Args:
        f: Takes Values (or lists, dicts, arrays of them), returns one Value or a tree of them; or a
            function of torch's tensors, an autograd.Function, a module, a function of JAX arrays;
            or, with one of the next four, a function of plain numbers and NumPy arrays.
        inputs: Its arguments: a tuple or list of them, or the only argument.
        order: 2 checks the second derivatives as well; for functions of Values only.
        gradient: A hand-written gradient of a plain f that returns one number, checked instead of
            backpropagation: takes the arguments of f, returns d f / d inputs.
        jacobian: Takes the arguments of f, returns an array of the output's shape followed by the
            input's, or of shape `(outputs, inputs)`; for several inputs, one each.
        vjp: Takes the arguments of f, then a cotangent of the output's shape (for a tuple of
            outputs one each), returns one gradient for each input.
        jvp: Takes the arguments of f, then a tangent for each, returns the tangent of the output.
        rtol: Relative error allowed, on top of the estimated error of the differences. For float32
            and shorter formats it is raised to what their precision allows.
        budget: Maximum number of derivatives to check of a function of arrays; where there are
            more, entries and directions are drawn at random.
        seed: Seed of these random numbers.

    Returns:
        A report with one row per input (and output, if there are several). If one is wrong, the
        report names the node whose local partial first disagrees, or how an array is wrong.

    Raises:
        ValueError: If f gives different results at one point, or `order` is neither 1 nor 2.
        TypeError: If the inputs or the outputs are not made of numbers.

    >>> report = gradcheck(lambda a, b: (a * b).tanh(), (0.5, -0.3))
    >>> report.ok, [row.verdict for row in report.rows]
    (True, ['ok', 'ok'])
    >>> gradcheck(lambda x: x.relu(), 0.0).rows[0].verdict
    'kink (subgradient inside)'
    >>> import numpy as np
    >>> def vjp(w, x, g):  # of w @ x
    ...     return x @ g.T, w.T @ g
    >>> w, x = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.5, -1.0], [1.5, 2.0]])
    >>> print(gradcheck(lambda w, x: w @ x, (w, x), vjp=vjp).guilty)
    guilty: d_w is transposed: entry [i, j] is that of [j, i]

    Explained in notebooks/03_is_it_right.ipynb.
    """
    if order not in (1, 2):
        raise ValueError(f"gradcheck's order is 1 or 2, got {order!r}")
    args = list(inputs) if isinstance(inputs, tuple | list) else [inputs]
    by_hand = {"gradient": gradient, "jacobian": jacobian, "vjp": vjp, "jvp": jvp}
    if of_arrays(f, args, by_hand):
        if order != 1:
            raise ValueError(
                "order=2 is for functions of Values; check the function that is the gradient: "
                "gradcheck(jax.grad(f), x)"
            )
        return check_arrays(f, args, _names(f, args), by_hand, rtol=rtol, budget=budget, seed=seed)
    names = [path for arg, name in zip(args, _names(f, args)) for path in paths(arg, name)]
    with paused_gc():
        if gradient is not None:
            return Report(tuple(rows_by_hand(f, gradient, args, names, rtol)))
        report = _check(f, args, names, rtol)
        if order == 2:
            # the derivatives of the gradient, whose outputs have the names of the inputs
            second = _check(lambda *a: _slopes(f, a), args, names, rtol, outputs=names)
            report = Report(report.rows + second.rows, report.guilty or second.guilty)
        return report


def _slopes(f: Function, args: Sequence[Tree]) -> list[Number]:
    call = Call(f, args, range(len(args)), {})
    return call.pull(call.root)


def _names(f: Function, args: Sequence[Tree]) -> list[str]:
    """Return the names of f's parameters, or x0, x1, ... where its signature is not known."""
    try:
        names = [
            p.name
            for p in inspect.signature(f).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"x{i}" for i in range(len(args))]


def _check(
    f: Function,
    args: list[Tree],
    names: list[str],
    rtol: float,
    outputs: list[str] | None = None,
) -> Report:
    numbers, rebuild = flatten([plain(arg) for arg in args])

    def outputs_at(point: Sequence[float]) -> list[float]:
        result = f(*rebuild([Value(x) for x in point]))
        return [plain_number(y) for y in flatten(result, what="the output of the function")[0]]

    call = Call(f, rebuild(numbers), range(len(args)), {})
    roots, _ = flatten(call.output, what="the output of the function")
    same_twice([plain_number(root) for root in roots], outputs_at(numbers))
    labels = outputs or [f"y[{i}]" for i in range(len(roots))]
    rows: list[Row] = []
    guilty = ""
    for i, root in enumerate(roots):
        slopes = by_backward(root, call.inputs) if isinstance(root, Value) else [0.0] * len(names)
        several = len(roots) > 1 or outputs is not None
        named = [f"{labels[i]} by {name}" if several else name for name in names]
        rounding = rounding_of(root) if isinstance(root, Value) else 0.0
        found = [
            judge(name, x, slope, derivative(along(outputs_at, numbers, j, i), x, rounding), rtol)
            for j, (name, x, slope) in enumerate(zip(named, numbers, slopes))
        ]
        found, message = _explained(root, found, call.inputs, rtol)
        rows += found
        guilty = guilty or message
    return Report(tuple(rows), guilty)


def _explained(
    root: object, rows: list[Row], inputs: Sequence[Value], rtol: float
) -> tuple[list[Row], str]:
    """Return the rows without false alarms, and the message about the others."""
    if not any(row.verdict in FAILURES for row in rows):
        return rows, ""
    found = blame(root, rtol)
    rows = [found.revised(row, node, rtol) for row, node in zip(rows, inputs)]
    failed = any(row.verdict in FAILURES for row in rows)
    return rows, found.message if failed else ""


def by_backward(root: Value, inputs: Sequence[Value]) -> list[float]:
    """Return root's gradient as `backward()` computes it; every `.grad` is restored."""
    nodes = [*topological_order(root), *inputs]
    before = [node.grad for node in nodes]
    try:
        for node in inputs:
            node.grad = 0.0
        root.backward()
        return [node.grad for node in inputs]
    finally:
        for node, gradient in zip(nodes, before):
            node.grad = gradient


def assert_gradients(
    f: Function, x: Tree, *, order: int = 1, rtol: float = RTOL, **options: Unpack[Options]
) -> Report:
    """Assert that f's derivatives by backpropagation equal finite differences at x.

    Args:
        f: Takes Values, returns one Value or a tree of them; or a function of arrays, of torch or
            JAX, or of NumPy with `vjp=`, `jvp=`, `jacobian=` or `gradient=`.
        x: Its arguments: a tuple or list of them, or the only argument.
        order: 2 checks the second derivatives as well.
        rtol: Relative error allowed.
        options: The other options of `gradcheck`.

    Raises:
        AssertionError: If a derivative is wrong; its message is the report, with the guilty node.

    >>> assert_gradients(lambda x: x.tanh() * x, 0.5).ok
    True

    Explained in notebooks/08_test_your_own_gradients.ipynb.
    """
    __tracebackhide__ = True  # pytest then shows the line of the test that failed, not this one
    report = gradcheck(f, x, order=order, rtol=rtol, **options)
    if not report.ok:
        raise AssertionError(f"\n{report}")
    return report


def gradcheck_parameters(
    model: HasParameters, loss: Callable[[], Value], n: int | None = 10, *, rtol: float = RTOL
) -> Report:
    """Check d loss / d parameter for every parameter of a model.

    Args:
        model: Has `parameters()`; names come from `named_parameters()`, if it has that, or labels.
        loss: Takes nothing and returns the loss on fixed data, as one Value.
        n: How many rows the report shows, the worst ones first; None for all.
        rtol: As for `gradcheck`.

    Raises:
        ValueError: If the loss gives different numbers on the same data.

    >>> class Line:
    ...     w, b = Value(2.0, "w"), Value(1.0, "b")
    ...     def parameters(self):
    ...         return [self.w, self.b]
    >>> line = Line()
    >>> gradcheck_parameters(line, lambda: (line.w * 3.0 + line.b - 4.0) ** 2).ok
    True

    Explained in notebooks/03_is_it_right.ipynb.
    """
    parameters = list(model.parameters())
    named = getattr(model, "named_parameters", None)
    names = [name for name, _ in named()] if named else [p.label for p in parameters]
    with paused_gc():
        root = loss()
        same_twice([root.data], [loss().data])
        slopes = by_backward(root, parameters)
        rounding = rounding_of(root)
        rows = []
        for i, (parameter, slope) in enumerate(zip(parameters, slopes)):
            before = parameter.data

            def loss_at(x: float, parameter: Value = parameter) -> float:
                parameter.data = x
                return loss().data

            try:
                estimate = derivative(loss_at, before, rounding)
            finally:
                parameter.data = before
            rows.append(judge(names[i] or f"parameter {i}", before, slope, estimate, rtol))
        rows, guilty = _explained(root, rows, parameters, rtol)
    return Report(tuple(rows), guilty, shown=n)
