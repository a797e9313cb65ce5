"""Arguments of generated programs: numbers in lists, dicts and arrays of every layout."""

import numpy as np

from .steps.context import Tensor

BATCHABLE = ("vector", "matrix", "cube", "number", "list", "nested", "dict", "tuple")


def laid_out(array, layout):
    """Return the numbers, rounded to the layout's dtype, as an array of that layout."""
    if layout == "float32":
        return array.astype(np.float32)
    if layout == "int":
        return np.rint(2 * array).astype(np.int64)
    if layout == "bool":
        return array > 0
    if layout == "fortran":
        return np.asfortranarray(array)
    if layout == "negative":
        return np.ascontiguousarray(array[::-1])[::-1]
    if layout == "strided":
        wide = np.full((*array.shape[:-1], 2 * array.shape[-1] + 1), np.nan)
        wide[..., 1::2] = array
        return wide[..., 1::2]
    if layout == "read-only":
        array = array.copy()
        array.flags.writeable = False
    return array


def parts(argument):
    """Return the shapes of an argument's parts."""
    rows, columns, planes = argument.sizes
    return {
        "vector": [(rows,)], "matrix": [(rows, columns)], "cube": [(planes, rows, columns)],
        "number": [()], "list": [(rows,)], "nested": [(rows, columns)],
        "dict": [(rows, columns), (rows,)], "tuple": [(rows,), ()],
        "deep": [(rows, columns), (rows,), (planes,), ()], "empty": [(0, columns)],
    }[argument.form]  # fmt: skip


def numbers(argument, rng, samples=None):
    """Return an argument, or one with `samples` rows for `batch=`."""
    lead = () if samples is None else (samples,)
    found = [rng.normal(size=lead + shape) * argument.scale for shape in parts(argument)]
    arrays = [laid_out(a, argument.layout) if a.ndim else float(a) for a in found]
    first, *rest = arrays
    if argument.form in ("list", "nested") or (argument.form, argument.sizes[2]) == ("empty", 1):
        return first.tolist()
    if argument.form == "dict":
        return {"w": first, "b": rest[0] if samples else rest[0].tolist()}
    if argument.form == "tuple":
        return (first, rest[0])
    if argument.form == "deep":
        layers = [{"w": first.tolist(), "b": rest[0]}, (rest[1], rest[2])]
        return {"layers": layers, "scale": rest[2]}
    return first


def leaves(tree):
    """Return the numbers of a tree, in order."""
    if isinstance(tree, dict):
        return [number for part in tree.values() for number in leaves(part)]
    if isinstance(tree, list | tuple):
        return [number for part in tree for number in leaves(part)]
    if isinstance(tree, np.ndarray):
        return list(tree.ravel())
    return [tree]


def mapped(function, tree):
    """Return the tree with a function applied to its numbers; arrays become object arrays."""
    if isinstance(tree, dict):
        return {key: mapped(function, part) for key, part in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)([mapped(function, part) for part in tree])
    if isinstance(tree, np.ndarray):
        found = np.empty(tree.size, dtype=object)
        for i, number in enumerate(tree.ravel()):  # NumPy takes a peer's scalars for arrays
            found[i] = function(number)
        return found.reshape(tree.shape)
    return function(tree)


def rows_of(tree, sample):
    """Return one sample of an argument with a leading axis."""
    if isinstance(tree, dict):
        return {key: rows_of(part, sample) for key, part in tree.items()}
    if isinstance(tree, tuple):
        return tuple(rows_of(part, sample) for part in tree)
    return np.asarray(tree)[sample]


def flat_rows(tree):
    """Return the result of a batch as one row of numbers for each sample."""
    if isinstance(tree, dict):
        tree = tuple(tree.values())
    if isinstance(tree, list | tuple):
        return np.concatenate([flat_rows(part) for part in tree], axis=1)
    return np.asarray(tree, float).reshape(len(tree), -1)


def tensors(tree):
    """Return the tensors in an argument: arrays, lists of numbers, tables, single numbers."""
    if isinstance(tree, dict):
        return [tensor for part in tree.values() for tensor in tensors(part)]
    if isinstance(tree, np.ndarray):
        return [Tensor(tree.shape or (1,), list(tree.ravel()))]
    if not isinstance(tree, list | tuple):
        return [Tensor((1,), [tree])]
    if not tree:
        return []
    flat = [isinstance(part, list | tuple | dict | np.ndarray) for part in tree]
    if not any(flat):
        return [Tensor((len(tree),), list(tree))]
    if all(isinstance(part, list) for part in tree):
        rows = [number for row in tree for number in row]
        return [Tensor((len(tree), len(tree[0])), rows)]
    return [tensor for part in tree for tensor in tensors(part)]
