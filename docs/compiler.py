"""Write docs/compiler.md and its picture: the program recovered from a graph of 66,000 nodes.

python docs/compiler.py
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from autograd_core import compile
from autograd_core.compiler import Compiled
from viz.render import find_engine, run_engine

HERE = Path(__file__).parent
PICTURE = "images/compiler_groups.svg"


def moons(samples: int = 100, seed: int = 0) -> tuple[list[list[float]], list[float]]:
    """Return points on two interleaved half circles, and -1 or 1 for each."""
    rng = random.Random(seed)
    points, labels = [], []
    for index in range(samples):
        angle, upper = rng.uniform(0.0, math.pi), index % 2 == 0
        x, y = math.cos(angle), math.sin(angle)
        point = (x, y) if upper else (1.0 - x, 0.5 - y)
        points.append([coordinate + rng.gauss(0.0, 0.1) for coordinate in point])
        labels.append(1.0 if upper else -1.0)
    return points, labels


def layer(parameters: Sequence[Any], n_in: int, n_out: int) -> list[tuple[Sequence[Any], Any]]:
    """Return the weights and the bias of each neuron, which are stored one after the other."""
    size = n_in + 1
    rows = [parameters[i * size : (i + 1) * size] for i in range(n_out)]
    return [(row[:n_in], row[n_in]) for row in rows]


def neuron(weights: Sequence[Any], inputs: Sequence[Any], bias: Any) -> Any:
    """Return the weighted sum, one multiplication and one addition at a time."""
    return sum((w * x for w, x in zip(weights, inputs)), bias)


def compiled_step() -> Compiled:
    """Return the loss of MLP(2, [16, 16, 1]) on all points, compiled and called once."""
    points, labels = moons()
    sizes = (2, 16, 16, 1)

    def loss(p: Sequence[Any]) -> Any:
        layers, start = [], 0
        for n_in, n_out in pairwise(sizes):
            layers.append(layer(p[start:], n_in, n_out))
            start += (n_in + 1) * n_out
        total = 0.0
        for point, label in zip(points, labels):
            inputs: Sequence[Any] = point
            for hidden in layers[:-1]:
                inputs = [neuron(w, inputs, b).relu() for w, b in hidden]
            ((w, b),) = layers[-1]
            total = total + (1.0 - label * neuron(w, inputs, b)).relu()
        return total * (1.0 / len(points)) + 1e-4 * sum(a * a for a in p)

    compiled = compile(loss)
    rng = random.Random(1)
    compiled.value_and_grad([rng.uniform(-1.0, 1.0) for _ in range(337)])
    return compiled


def page(compiled: Compiled) -> str:
    """Return the page."""
    lines = compiled.report.splitlines()
    report = "\n".join(line for line in lines if not line.startswith("compiled in"))
    return f"""# From scalar graph to array program

This page is written by `python docs/compiler.py`; a test checks that it is up to date.

A full-batch training step of MLP(2, [16, 16, 1]) on 100 points, written with nothing but scalar
Values: each neuron is `sum((w * x for w, x in zip(weights, inputs)), bias)`, each loss
`(1 - label * score).relu()`. One call builds a graph with a node for each addition and each
multiplication. `compile` captures that graph and looks for the array program in it:

```text
{report}
```

## The groups

Instructions with the same operation on operands of the same groups form one group. The label of an
edge is how many different numbers are read. A group of `dot`s of all pairs of some rows is a matrix
product: 1,600 dots of 16 are `(100, 16) @ (16, 16)`.

![The groups of instructions, and what they read]({PICTURE})

## The program

Value and gradient, as `compiled.source` shows it. `build` runs once for each thread and batch size;
`run` is a call. The parameters are one vector of 337 numbers in which each neuron's weights are
followed by its bias, so the matrices are views of it: a slice, a reshape, a transpose.

```python
{compiled.source.rstrip()}
```

## Loops, C and machine code

The NumPy program makes a call for each instruction, and each takes at least half a microsecond. As
nested loops the same array program makes none: `autograd_core/compiler/printers/loops/` fuses nests
with the same loops, so that a number used in the turn that computes it needs no array, and sums
accumulate where their terms are computed. For a function of 200 numbers:

```python
>>> import numpy as np
>>> from autograd_core import compile, functional as F
>>> def energy(x):
...     return sum(F.tanh(v * v + 1.0) * v for v in x)
>>> f = compile(energy)
>>> value, slopes = f.value_and_grad(np.linspace(-1.0, 1.0, 200))
>>> print(f.c_source.split("static void program")[1].split("int energy")[0])
(const double *restrict x,
                    const double *restrict live,
                    double *restrict outputs,
                    double *restrict d_x) {{
    double v1;
    v1 = 0.0;
#pragma omp simd reduction(+:v1)
    for (long long i0 = 0; i0 < 200; i0++) {{
        const double v2 = x[i0] * x[i0];
        const double v3 = v2 + 1.0;
        const double v4 = tanh(v3);
        v1 += x[i0] * v4;
        const double t1 = v4 * v4;
        const double t2 = 1.0 - t1;
        const double t3 = x[i0] * t2;
        const double t4 = t3 * x[i0];
        const double t5 = v4 + t4;
        d_x[i0] = t5 + t4;
    }}
    outputs[0] = v1;
}}
<BLANKLINE>
<BLANKLINE>

```

`compiled.c_source` is one file of C99 without dependencies, with a `main` as an example. The loops
become machine code in one of two ways. With llvmlite (`pip install "autograd-core[native]"`) LLVM
compiles them in this process and writes no file. With only a C compiler (`$CC`, `cc`, `clang`,
`gcc`) they become a library in the user's cache folder (mode 0700, files written as a whole, each
with a checksum; `AUTOGRAD_CORE_CACHE` names another folder, and if empty turns the cache off). With
neither, NumPy runs the program, and the report says so.

- `compile(f, backend="auto")`, the default, starts with NumPy and makes machine code when the calls
  have taken about as long as making it does. Both times are estimated from the program, not
  measured, so that the same calls give the same bits. To get the same bits however training is cut
  into parts, choose `backend="numpy"` or `"native"`. Large matrix products stay with NumPy's BLAS.
- LLVM takes half a second at most, a C compiler a second. A long program that does little in each
  loop is compiled with less optimization, so that its calls take two to four times as long; a
  longer one runs step by step (below). A long program that does much in each loop stays with NumPy,
  whose calls then cost little in comparison.
- `model.compile(..., backend=...)` takes the same names. In machine code a training step is one
  call: after the gradients the program applies the optimizer's rule (nn/optimizers/rules.py), with
  clipping, weight decay and the optimizer's state; rates are arguments. Where no callback runs in
  between, one call makes the steps of several batches, or of many epochs of one batch each.
- A loop that reads the same numbers in every turn, such as a loop over samples reads a matrix, is
  jammed (`jam.py`): it makes four turns at once, so that each number is read once for four
  products, and four sums accumulate side by side.
- The numbers are the same up to rounding, with the same inf, nan and subgradients. There is no
  fast-math and no contraction; only sums may be added in another order, as NumPy does too. With
  glibc's libmvec, LLVM calls vector functions of four numbers, or eight on AVX-512, which are
  accurate to 4 units in the last place.
- A program with a function that C's library lacks (digamma) stays with NumPy.

## JAX

With `compile(f, backend="jax")` (`pip install "autograd-core[jax]"`) JAX runs the program, and
`compiled.to_jax()` is the program as a pure function of JAX, for `jit`, `vmap`, `grad`,
`shard_map`, `jax.export` and several devices; its docstring is its source. For a layer on a batch,
`f = compile(layer, batch=(0, None, None))`, after a call of `f`, `f.to_jax(wrt=(0, 1, 2))` is

```text
def program(x, w, b, live):
    B = x.shape[0]
    t1 = x @ w.T
    v1 = t1 + b
    v2 = jnp.tanh(v1)
    t2 = v2 * v2
    v3 = t2.sum(1)
    v4 = 0.5 * v3
    t3 = 1.0 - t2
    t4 = v2 * t3
    d_x = t4 @ w
    d_w = t4.T @ x
    d_b = t4.sum(0)
    return v4.reshape(B, 1), [d_x, d_w, d_b]
```

- It computes in float64, for which a function of JAX needs `jax.config.update("jax_enable_x64",
  True)`; `backend="jax"` does that itself. `dtype="float32"` is right to 7 digits and `"bfloat16"`
  to 2 or 3; sums of many terms lose more.
- inf, nan and subgradients are the same as on Values. Two differences are JAX's own: on a CPU
  numbers below 2.2e-308 are 0, and lgamma, gamma and digamma are right to 12 digits. polygamma from
  the second order on, which JAX has wrong below 0, is refused with an error that names it.
- JAX's derivative of a function that returns one number is our gradient. All others (of a batch, of
  several results, second derivatives) are those JAX takes of these lines, where relu has slope 0.5
  at 0.
- A function that branches on its arguments (`if x > 0`) is refused, because a pure function cannot
  check which branch is right.

## ONNX

`compiled.to_onnx("f.onnx", wrt=(0, 1))` (`pip install "autograd-core[onnx]"`) writes the program as
a graph for the runtimes of ONNX, gradients included: an input for each argument, the outputs
`value` and `d_x`, any number of samples. Functions that ONNX lacks (erfc, lgamma, log1p ...) and
branches on arguments are refused with an error that names them. `dtype="float32"` is for runtimes
that lack functions of float64; onnxruntime computes erf in float32 always.

## What to know

- The function runs once, on Values; randomness, printing and reading files happen then. A branch
  on a Value is recorded, and a call that takes the other branch captures the function again.
- `batch=(None, 0)` captures the function for one sample and maps it over the leading axis of the
  second argument, for any number of samples. Gradients by the first argument are summed over them.
- Graphs without such structure (deep and narrow, or irregular) become straight-line Python. If they
  are too long to compile, have been called often enough, and llvmlite is installed, a machine that
  LLVM compiles once runs them step by step, at one to three nanoseconds a step.
- `compiled.report` says what was found; `compiled.picture` is the picture above, as DOT text.
- `compiled.bind(x, wrt=0)` is a call without checks, for a loop that makes it very often.
- The numbers are those of the graph, inf, nan and -0.0 included, up to rounding and the following.
  - Terms of a sum may be added in another order. Differences keep theirs, so that two-sum and
    Kahan's sum work. A sum of terms that are all -0.0 is 0.0.
  - Constant factors between 2**-64 and 2**64 may be multiplied in elsewhere, so that within such a
    factor of overflow another number may overflow than in the graph.
  - A common subexpression is computed once, and the terms of its adjoint are added before they are
    passed on: a gradient may be inf where the graph adds inf and -inf to nan.
  - In a batch, the gradient by an argument that all samples share is summed over them where that is
    cheapest, and the difference of products of exponentials with equal formulas is 0 even if they
    are inf or nan.
- Every program is verified before it runs. If the compiler has a fault, the function runs as
  straight-line Python, a batch sample by sample, and a warning and the report say so. With
  `AUTOGRAD_CORE_VERIFY=1` in the environment every pass is verified, and a fault is raised.
- Its speed beside NumPy, JAX, PyTorch and CasADi: `python tests/benchmarks/compiler.py`.
"""


def main() -> None:
    """Write the page and the picture."""
    compiled = compiled_step()
    (HERE / "compiler.md").write_text(page(compiled))
    engine = find_engine()
    if engine is None:
        raise SystemExit("no layout engine: pip install graphviz-pure, or install Graphviz")
    (HERE / PICTURE).write_bytes(run_engine(engine, compiled.picture, "svg"))


if __name__ == "__main__":
    main()
