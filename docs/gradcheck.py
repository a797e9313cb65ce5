"""Write docs/gradcheck.md: gradients with planted faults, and right ones, before four checkers.

python docs/gradcheck.py    (wants torch, jax and scipy; takes some minutes)
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests/core/gradients"))

import jax.test_util  # noqa: E402  # after the number of threads is set
import numpy as np  # noqa: E402
import torch  # noqa: E402
from scipy.optimize import check_grad  # noqa: E402

from autograd_core import gradcheck  # noqa: E402

PEERS = {
    "numpy": "scipy.optimize.check_grad",
    "torch": "torch.autograd.gradcheck",
    "jax": "jax.test_util.check_grads",
}
HEAD = """# gradcheck beside its peers

`gradcheck` takes functions of Values, and gradients written elsewhere: for NumPy (`vjp=`, `jvp=`,
`jacobian=`, `gradient=`), for PyTorch (functions, `autograd.Function`, modules, their parameters)
and for JAX (`custom_vjp` and `custom_jvp` included). Neither framework is needed or imported.

```python
import torch
from autograd_core import gradcheck

print(gradcheck(torch.nn.Linear(3, 2), torch.randn(5, 3)))
```

It compares with finite differences whose error is estimated, in the precision that the arrays have,
tells kinks from mistakes, samples entries and directions where there are too many (`budget=`,
`seed=`), and says what is wrong: transposed, summed over axis 0, a factor, missing terms,
a branch. Differences of float16 and bfloat16 are too coarse: such rows are `inconclusive`; check in
float32.

`python docs/gradcheck.py` made this page of the cases in `tests/core/gradients`: {faults} gradients
with one planted fault each, and {right} correct ones, with kinks and extremes. scipy's function
takes a scalar function of one vector, here a weighted sum of the outputs, and returns an error; it
counts as a failure above 1e-5 of the gradient. All peers run with their default
tolerances. {versions}.

| | checker | faults found | correct ones passed |
|---|---|---|---|
{counts}
"""


def ours(case: Any) -> tuple[bool, str]:
    """Return whether gradcheck passes a case, and what it says."""
    report = gradcheck(case.f, case.inputs, **case.by_hand)
    return report.ok, report.guilty.splitlines()[0].removeprefix(
        "guilty: "
    ) if not report.ok else ""


def scipys(case: Any) -> str:
    """Return what scipy says of the sum of the outputs, weighted, as one vector's function."""
    from autograd_core.checking.arrays.numpy_functions import ShapeFault, numpy_problem
    from autograd_core.checking.arrays.problem import flat, parts

    if set(case.by_hand) == {"jvp"}:
        return "not applicable"
    try:
        names = [f"x{i}" for i in range(len(case.inputs))]
        problem = numpy_problem(case.f, case.inputs, names, **case.by_hand)
    except ShapeFault:
        return "raises"
    weights = np.linspace(0.5, 1.5, flat(problem.outputs).size)

    def value(v: Any) -> float:
        return float(weights @ flat(problem.value(parts(v, problem.inputs))))

    def slope(v: Any) -> Any:
        return flat([np.asarray(g) for g in problem.pulled(weights, v)])

    x = problem.point()
    try:
        error = check_grad(value, slope, x)
        size = max(1.0, float(np.linalg.norm(slope(x))))
    except ValueError:
        return "raises"
    return "passes" if error <= 1e-5 * size else "fails"


def torchs(case: Any) -> str:
    """Return what torch.autograd.gradcheck says; of a module it looks at the inputs only."""
    f = case.f.apply if isinstance(case.f, type) else case.f
    inputs = [t.clone().requires_grad_() if t.is_floating_point() else t for t in case.inputs]
    try:
        torch.autograd.gradcheck(f, inputs)
    except Exception as error:
        return "not applicable" if "at least one" in str(error) else "fails"
    return "passes"


def jaxs(case: Any) -> str:
    """Return what check_grads says, in reverse mode, and in forward mode too where there is one."""
    modes = ["rev"] if isinstance(case.f, jax.custom_vjp) else ["fwd", "rev"]
    floats = [i for i, x in enumerate(case.inputs) if "int" not in str(getattr(x, "dtype", ""))]

    def of_floats(*some: Any) -> Any:
        given = list(case.inputs)
        for i, x in zip(floats, some):
            given[i] = x
        return case.f(*given)

    f = case.f if len(floats) == len(case.inputs) else of_floats
    try:
        jax.test_util.check_grads(f, [case.inputs[i] for i in floats], order=1, modes=modes)
    except Exception:
        return "fails"
    return "passes"


ASK = {"numpy": scipys, "torch": torchs, "jax": jaxs}


def main() -> None:
    """Ask all checkers of all cases, and write the page."""
    warnings.simplefilter("ignore")
    counts, missed, invented, all_faults = [], [], [], []
    total = {"FAULTS": 0, "RIGHT": 0}
    for framework, peer in PEERS.items():
        module = import_module(f"{framework}_cases")
        tally = {}
        for which in ("FAULTS", "RIGHT"):
            cases = getattr(module, which)
            total[which] += len(cases)
            mine = theirs = 0
            for case in cases:
                ok, said = ours(case)
                verdict = ASK[framework](case)
                print(framework, which, case.name, ok, verdict, said, flush=True)
                if which == "FAULTS":
                    named = not ok and re.search(case.words, said) is not None
                    mine, theirs = mine + named, theirs + (verdict in ("fails", "raises"))
                    all_faults.append(f"| {framework} | {case.name} | {verdict} | {said} |")
                    if verdict in ("passes", "not applicable"):
                        missed.append(f"| `{peer}` | {case.name} | {verdict} | {said} |")
                else:
                    mine, theirs = mine + ok, theirs + (verdict == "passes")
                    if verdict != "passes":
                        invented.append(f"| `{peer}` | {case.name} | {verdict} |")
            tally[which] = (mine, theirs, len(cases))
        for who, name in ((0, "`gradcheck`"), (1, f"`{peer}`")):
            found, passed = tally["FAULTS"], tally["RIGHT"]
            both = f"{found[who]} of {found[2]} | {passed[who]} of {passed[2]}"
            counts.append(f"| {framework} | {name} | {both} |")
    versions = ", ".join(f"{p} {version(p)}" for p in ("numpy", "scipy", "torch", "jax"))
    text = HEAD.format(
        faults=total["FAULTS"], right=total["RIGHT"], versions=versions, counts="\n".join(counts)
    )
    text += (
        "\n## Faults that a peer misses\n\n| checker | fault | its verdict | `gradcheck` says |\n"
    )
    text += "|---|---|---|---|\n" + "\n".join(missed)
    text += "\n\n## Correct gradients that a peer fails\n\n"
    text += "| checker | gradient | its verdict |\n|---|---|---|\n"
    text += "\n".join(invented)
    text += "\n\n## All planted faults\n\n| | fault | verdict of the peer | `gradcheck` says |\n"
    text += "|---|---|---|---|\n" + "\n".join(all_faults) + "\n"
    (HERE / "gradcheck.md").write_text(text)


if __name__ == "__main__":
    main()
