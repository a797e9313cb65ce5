"""What Values, traces, players and models show as the last line of a cell."""

import base64
import html
import re
import subprocess
import sys

import pytest

import viz
from autograd_core import Value


def chain(length):
    x = Value(1.0, label="x")
    for _ in range(length):
        x = -x
    return x


def bundle(thing, **options):
    return thing._repr_mimebundle_(**options)


def pictures(page):
    found = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    return [base64.b64decode(data).decode() for data in found]


def untrusted(page):
    """Strip what JupyterLab strips from a notebook that is not trusted: frames, scripts, styles."""
    page = re.sub(r"<(iframe|script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r' style="[^"]*"', "", page)


@pytest.mark.parametrize(
    "make", [chain, lambda n: viz.trace(chain(n)), lambda n: viz.play(chain(n))]
)
def test_a_small_graph_shows_itself_as_html_svg_and_text(make):
    assert sorted(bundle(make(3))) == ["image/svg+xml", "text/html", "text/plain"]


def test_the_player_is_in_a_frame_that_can_run_scripts_and_nothing_else():
    page = bundle(chain(3))["text/html"]
    (frame,) = re.findall(r"<iframe[^>]*>", page)
    assert 'sandbox="allow-scripts"' in frame
    assert html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1]) == viz.play(chain(3)).html


def test_without_the_frame_an_animated_picture_is_left():
    (picture,) = pictures(untrusted(bundle(chain(3))["text/html"]))
    assert "@keyframes" in picture
    assert "<script" not in picture


def test_a_label_cannot_break_out_of_the_frame():
    x = Value(1.0, label="\"></iframe><script>alert(1)</script>'")
    page = bundle(x * x)["text/html"]
    assert page.count("</iframe>") == 1
    assert "<script" not in page


def test_a_leaf_is_text_only():
    assert bundle(Value(2.0)) == {"text/plain": "Value(data=2.0, grad=0.0)"}


def test_a_large_graph_shows_a_summary_and_no_player():
    shown = bundle(chain(400))
    assert "401 nodes" in shown["text/html"]
    assert "<iframe" not in shown["text/html"]


def test_a_large_network_is_shown_collapsed():
    total = Value(0.0)
    for j in range(50):
        path = f"layers[0].neurons[{j}]"
        out = (Value(0.1, label=f"{path}.w[0]") * Value(float(j), label=f"x{j}") + 1.0).tanh()
        out.label = path
        total = total + out
    assert "layers[0].neurons[7]" in bundle(total)["image/svg+xml"]
    assert "neurons[7].w[0]" not in bundle(total)["image/svg+xml"]


def test_a_huge_graph_shows_its_size_and_is_not_drawn():
    shown = bundle(chain(30_000))
    assert sorted(shown) == ["text/html", "text/plain"]
    assert "30,001 nodes" in shown["text/html"]


def test_include_and_exclude_are_heeded():
    assert list(bundle(chain(3), include=["text/plain"])) == ["text/plain"]
    assert "text/html" not in bundle(chain(3), exclude=["text/html"])


def test_showing_never_raises():
    value = chain(3)
    value.data = "no number"
    assert list(bundle(value)) == ["text/plain"]


def test_showing_leaves_the_graph_as_it_is():
    value = chain(3)
    bundle(value)
    assert (value.data, value.grad, value.parents[0].grad) == (-1.0, 0.0, 0.0)


def test_without_ipython_viz_is_imported_without_it():
    code = "import sys, viz; sys.exit('IPython' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


MODEL = """
from IPython.core.interactiveshell import InteractiveShell
import nn
show = InteractiveShell.instance().display_formatter.format
model = nn.MLP(2, [1], rng=0)
assert list(show(model)[0]) == ["text/plain"]
import viz
data, _ = show(model)
assert "<svg" in data["image/svg+xml"] and "x1" in data["image/svg+xml"], data
class Other(nn.Module):
    pass
assert list(show(Other())[0]) == ["text/plain"]
"""


def test_in_ipython_a_model_shows_its_network(tmp_path, monkeypatch):
    pytest.importorskip("IPython")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", MODEL], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
