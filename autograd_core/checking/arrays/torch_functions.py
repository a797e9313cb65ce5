"""Problems made of PyTorch's functions of tensors, autograd.Functions and modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from autograd_core.checking.arrays.problem import Arrays, Problem
from autograd_core.derivatives import Function, Tree, opened
from autograd_core.table import Floats


def torch_problem(
    torch: ModuleType, f: Function, args: Sequence[Tree], names: Sequence[str]
) -> Problem:
    """Return the problem of a function of tensors; a module's parameters are inputs too.

    Args:
        torch: The module `torch`, which the caller has loaded.
        f: A function, a module, or a subclass of `torch.autograd.Function`.
        args: Trees of tensors; only those of floating point are inputs of the problem.
        names: The names of the arguments.

    Raises:
        TypeError: If no tensor is of floating point, or one is complex.
    """
    if isinstance(f, type) and issubclass(f, torch.autograd.Function):
        f = f.apply  # type: ignore[attr-defined]
    leaves = [leaf for arg, name in zip(args, names) for leaf in _tensors(torch, arg, name)]
    leaves = [(name, t) for name, t in leaves if _is_floating(name, t)]
    if isinstance(f, torch.nn.Module):
        leaves += [(name, p) for name, p in f.named_parameters() if p.requires_grad]
    if not leaves:
        raise TypeError("gradcheck wants a tensor of floating point to differentiate by, got none")

    def tensors(inputs: Arrays) -> list[Any]:
        return [
            torch.from_numpy(np.array(a)).to(t.device, t.dtype).reshape(t.shape)
            for a, (_, t) in zip(inputs, leaves)
        ]

    def run(given: list[Any]) -> list[Any]:
        source = iter(given)
        result = _called(torch, f, [_filled(torch, arg, source) for arg in args], source)
        found = [t for _, t in _tensors(torch, result, "the output")]
        if not found:
            raise TypeError(f"gradcheck wants a function that returns tensors, got {result!r:.60}")
        return [t for t in found if t.is_floating_point()]

    def value(inputs: Arrays) -> list[Floats]:
        with torch.enable_grad():  # the function may call autograd itself
            return [_array(t) for t in run([t.requires_grad_() for t in tensors(inputs)])]

    def vjp(inputs: Arrays, cotangents: Arrays) -> list[Any]:
        given = [t.requires_grad_() for t in tensors(inputs)]
        with torch.enable_grad():
            outputs = run(given)
            live = [(y, u) for y, u in zip(outputs, cotangents) if y.requires_grad]
            if not live:
                return [None] * len(given)
            seeds = [torch.from_numpy(u).to(y.device, y.dtype) for y, u in live]
            roots = [y for y, _ in live]
            slopes = torch.autograd.grad(roots, given, seeds, allow_unused=True)
        return [None if g is None else _array(g) for g in slopes]

    def jvp(inputs: Arrays, tangents: Arrays) -> list[Any]:
        dual = torch.autograd.forward_ad
        with dual.dual_level():
            given = [dual.make_dual(t, d) for t, d in zip(tensors(inputs), tensors(tangents))]
            found = [(y, dual.unpack_dual(y).tangent) for y in run(given)]
            return [_array(torch.zeros_like(y) if d is None else d) for y, d in found]

    inputs = tuple(_array(t) for _, t in leaves)
    raw = run([t.requires_grad_() for t in tensors(inputs)])
    dtypes = {t.dtype for t in raw} | {t.dtype for _, t in leaves}
    return Problem(
        names=tuple(name for name, _ in leaves),
        inputs=inputs,
        value=value,
        outputs=tuple(_array(t) for t in raw),
        eps=max(float(torch.finfo(dtype).eps) for dtype in dtypes),
        vjp=vjp,
        jvp=jvp if _runs_forward(jvp, inputs) else None,
    )


def _called(torch: Any, f: Any, args: list[Any], source: Iterator[Any]) -> Any:
    """Return f(*args); a module gets its parameters from `source`."""
    if not isinstance(f, torch.nn.Module):
        return f(*args)
    state = {name: next(source) if p.requires_grad else p for name, p in f.named_parameters()}
    state |= {name: buffer.clone() for name, buffer in f.named_buffers()}
    return torch.func.functional_call(f, state, tuple(args))


def _runs_forward(jvp: Callable[[Arrays, Arrays], Any], inputs: Arrays) -> bool:
    """Return whether every operation has a forward mode, which few autograd.Functions have."""
    try:
        jvp(inputs, [np.zeros_like(x) for x in inputs])
    except (NotImplementedError, RuntimeError) as error:
        words = str(error).lower()
        if isinstance(error, NotImplementedError) or "forward" in words or "jvp" in words:
            return False
        raise
    return True


def _is_floating(name: str, tensor: Any) -> bool:
    if tensor.is_complex():
        raise TypeError(
            f"{name} is complex; give its real and imaginary parts and join them by torch.complex"
        )
    return bool(tensor.is_floating_point())


def _array(tensor: Any) -> Floats:
    array: Floats = np.array(tensor.detach().cpu().double().numpy(), dtype=np.float64)
    return array


def _tensors(torch: Any, tree: Tree, name: str) -> list[tuple[str, Any]]:
    """Return the tensors of a tree, each with its Python expression."""
    if isinstance(tree, torch.Tensor):
        return [(name, tree)]
    if not isinstance(tree, dict | list | tuple):
        return []
    inner, _ = opened(tree, name)
    pairs = zip(tree if isinstance(tree, dict) else range(len(inner)), inner)
    return [leaf for key, part in pairs for leaf in _tensors(torch, part, f"{name}[{key!r}]")]


def _filled(torch: Any, tree: Tree, source: Any) -> Tree:
    """Return the tree with its tensors replaced by the next ones of `source`."""
    if isinstance(tree, torch.Tensor):
        return next(source) if tree.is_floating_point() else tree
    if not isinstance(tree, dict | list | tuple):
        return tree
    inner, build = opened(tree)
    return build([_filled(torch, part, source) for part in inner])
