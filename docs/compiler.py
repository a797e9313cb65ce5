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
    """Return weights and bias of each neuron, which lie one after the other."""
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

Instructions that do the same to operands that come from the same groups are one group. The numbers
on the edges say how many different numbers are read. A group of `dot`s whose operands pair off is a
matrix product: 1,600 dots of 16 are `(100, 16) @ (16, 16)`.

![The groups of instructions, and what they read]({PICTURE})

## The program

Value and gradient, as `compiled.source` shows it. `build` runs once for each thread and size of
batch; `run` is a call. Parameters come as one vector of 337 numbers in which each neuron's weights
are followed by its bias, so the matrices are views of it: a slice, a reshape, a transpose.

```python
{compiled.source.rstrip()}
```

## Loops, C and machine code

NumPy's program is one call an instruction, half a microsecond each. The same array program as
nested loops needs none: `autograd_core/compiler/printers/loops/` puts nests that go the same way
into one loop, where what is made and used in one turn needs no array, and a sum is added up where
its terms are made. Of a function on 200 numbers,

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

`compiled.c_source` is one file of C99 that needs nothing else, with a `main` as an example. Here it
runs in two ways: LLVM compiles the loops inside this process (`pip install "autograd-core[native]"`
brings llvmlite; nothing is written anywhere), or, where only a C compiler is there (`$CC`, `cc`,
`clang`, `gcc`), that makes a library, which is kept in the user's cache folder (mode 0700, each
file whole and with its checksum; `AUTOGRAD_CORE_CACHE` moves the folder, and empty turns it off).
With neither NumPy runs it, and the report says so.

- `compile(f, backend="auto")`, the default, starts with NumPy and makes machine code when the calls
  have taken about as long as making it does, by estimates from the program and not by a clock, so
  that the same calls give the same bits; to have the same bits however training is cut into parts,
  settle it by `backend="numpy"` or `"native"`. Large matrix products stay with NumPy and its BLAS.
- Making it takes half a second at most, by a compiler of C a second: a long program that does
  little in each loop is compiled as it is written, at two to four times the time of a call, a
  longer one runs step by step (below), and one that does much in each loop stays with NumPy, whose
  calls then cost little.
- `model.compile(..., backend=...)` takes the same names. In machine code a step of training is one
  call: the optimizer's rule, of nn/optimizers/rules.py, is written into the program after the
  gradients, with clipping, weight decay and what is carried from step to step; rates are arguments.
  Several batches follow each other without Python between, where no callback asks for each, and so
  do many epochs of one batch each.
- A loop that goes through the same numbers in every turn, as samples go through a matrix, takes
  four turns at once (`jam.py`): each number is read once for four products, and four sums grow side
  by side.
- The numbers are the same to rounding, inf, nan and subgradients included: there is no fast-math
  and no contraction; only sums may be added in another order, as NumPy does too. Where glibc's
  libmvec is there, LLVM calls its functions of four numbers at once, or of eight on AVX-512, which
  are right to 4 units in the last place.
- What C's library has no function for (digamma) stays with NumPy.

## JAX

`compile(f, backend="jax")` (`pip install "autograd-core[jax]"`) has JAX run the program, and
`compiled.to_jax()` is the program as a pure function of JAX, for `jit`, `vmap`, `grad`,
`shard_map`, `jax.export` and more devices than one; its docstring is its source. Of a layer on a
batch, `f = compile(layer, batch=(0, None, None))`, once `f` has been called,
`f.to_jax(wrt=(0, 1, 2))` is

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
  True)`; `backend="jax"` sees to that itself. `dtype="float32"` is right to 7 digits and
  `"bfloat16"` to 2 or 3; sums over many terms lose more.
- inf, nan and subgradients are eager's. What differs is JAX's: numbers below 2.2e-308 are 0 on a
  CPU, lgamma, gamma and digamma are right to 12 digits. polygamma from the second order on, which
  JAX has wrong below 0, is refused by name.
- The derivative that JAX takes of a function with one number for a result is our gradient. Others,
  of a batch, of several results, second ones, are JAX's of these lines: relu has half a slope at 0.
- A function that decides on its arguments (`if x > 0`) is refused: a pure function cannot check.

## ONNX

`compiled.to_onnx("f.onnx", wrt=(0, 1))` (`pip install "autograd-core[onnx]"`) writes the program as
a graph for the runtimes of ONNX, gradients included: an input for each argument, the outputs
`value` and `d_x`, any number of samples. Functions that ONNX lacks (erfc, lgamma, log1p ...) and
decisions are refused by name. `dtype="float32"` is for runtimes that lack functions of float64;
onnxruntime computes erf in float32 whatever it is given.

## What to know

- The function runs once, on Values; randomness, printing and reading files happen then. A branch
  on a Value is noted, and a call for which it goes the other way captures the function again.
- `batch=(None, 0)` maps one sample's graph over the leading axis of the second argument: the graph
  is that of one sample, any number of samples runs, and gradients of the first are summed.
- Graphs without such structure, deep and narrow or irregular, become straight-line Python. Where
  they are too long to be compiled, and llvmlite is there, a machine that LLVM has compiled once
  runs them step by step, at one to three nanoseconds each, once they have been called often enough.
- `compiled.report` says what was found; `compiled.picture` is the picture above, as DOT text.
- `compiled.bind(x, wrt=0)` is the call without its checks, for a loop that makes it very often.
- Its numbers are the graph's, also inf, nan and -0.0, but for rounding, and for this: like terms of
  a sum may be added in another order (what is subtracted is not part of it, so two-sum and Kahan's
  sum work); constant factors between 2**-64 and 2**64 may be multiplied in elsewhere, so within
  that of overflow another number of two may overflow first; a sum of terms that are all -0.0 is
  0.0. What is computed twice is computed once, and its gradient added up before it goes on: it may
  be inf where the graph adds inf and -inf to nan. In a batch, the gradient by an argument that all
  samples share is added up over them where that is cheapest, and products of exponentials that are
  equal by their formulas have difference 0 also where their parts are inf or nan.
- Every program is verified before it runs. If the compiler has a fault, the function runs as
  straight-line Python, a batch sample by sample, and a warning and the report say so;
  `AUTOGRAD_CORE_VERIFY=1` in the environment checks every pass and raises instead.
- How fast it is beside NumPy, JAX, PyTorch and CasADi: `python tests/benchmarks/compiler.py`.
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
