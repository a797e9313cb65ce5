"""What a choice does not take passes no gradient, in the page as in `backward()`."""

import math

import pytest

from autograd_core import Value
from autograd_core.functional import clip, where
from viz.player import play

# The slopes are those of PyTorch 2.13.0, and of the reading in table/choices.py.
PROGRAMS = {
    "log of floor": (0.5, lambda x: x.floor().log(), 0.0),
    "floor of log": (0.0, lambda x: x.log().floor(), 0.0),
    "sqrt of relu": (-1.0, lambda x: x.relu().sqrt(), 0.0),
    "log of clip": (-1.0, lambda x: clip(x, 0.0, 1.0).log(), 0.0),
    "sqrt of where": (-1.0, lambda x: where(x > 0.0, x, 0.0).sqrt(), 0.0),
    "sqrt of maximum": (-1.0, lambda x: x.maximum(0.0).sqrt(), 0.0),
    "sqrt of relu at the kink": (0.0, lambda x: x.relu().sqrt(), 0.0),
    "sqrt of a square": (0.0, lambda x: (x * x).sqrt(), math.nan),  # a product, no choice
    "log of relu, taken": (2.0, lambda x: x.relu().log(), 0.5),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_page_trace_and_backward_agree(visit, name):
    number, program, slope = PROGRAMS[name]
    x = Value(number, "x")
    output = program(x) + 0.0
    output.backward()
    player = play(output)
    shown = visit(player)
    here = shown.run(
        """number => { const { trace } = player, leaf = trace.graph.label.indexOf('x');
        const first = trace.adjoint[leaf];
        trace.set(leaf, number);
        return [first, trace.adjoint[leaf]]; }""",
        number,
    )
    traced = next(node.adjoint for node in player.trace.nodes if node.label == "x")
    for found in (float(x.grad), traced, *here):
        assert found == pytest.approx(slope, nan_ok=True)


def test_a_step_says_what_is_handed_over(visit):
    output = Value(-1.0, "x").relu().sqrt()
    output.label = "y"
    player = play(output)
    shown = visit(player)
    shown.press("End")
    assert shown.text("line") == player.trace.text(player.trace.backward[-1])
    assert "nothing passes, whatever arrived" in shown.page.text_content("footer")
