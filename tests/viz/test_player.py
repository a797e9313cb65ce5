"""The page of the player, as text; tests/browser looks at it in a browser."""

import json
import re

import pytest

from autograd_core import Value, ops
from viz.player import play
from viz.player.javascript import source
from viz.steps import trace


def product():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    return a * b


class Layer:
    """A network as play sees one: something that is called with a list of Values."""

    def __init__(self, outputs):
        self.outputs = outputs

    def __call__(self, x):
        made = [sum(x, Value(float(k))) for k in range(self.outputs)]
        return made if self.outputs > 1 else made[0]


def test_the_page_without_its_graph_stays_below_60_kb():
    assert len(play(Value(1.0)).html.encode()) < 61_440


def test_the_page_has_one_style_one_script_and_no_address_to_load_from():
    page = play(product()).html
    assert page.count("<style>") == page.count("<script>") == 1
    assert re.findall(r"(?:src|href)=|@import|fetch\(|XMLHttpRequest", page) == []
    assert set(re.findall(r"https?://[^\"]*", page)) == {"http://www.w3.org/2000/svg"}


def test_special_functions_come_only_with_graphs_that_use_them():
    assert "BERNOULLI" not in play(product()).html
    assert "BERNOULLI" in play(Value(2.0).gelu()).html


def test_a_label_cannot_end_the_script():
    page = play(Value(1.0, "</script><script>alert(1)</script>") * 2.0).html
    assert page.count("</script>") == 1


def test_numbers_reach_the_page_to_the_bit():
    root = (Value(0.1, "a") * Value(0.7, "b")).tanh()
    page = play(root).html
    graph = json.loads(re.search(r"const graph=(.*);\n", page)[1])
    assert graph["data"] == [node.data for node in trace(root).nodes]
    assert graph["partials"] == [list(node.partials) for node in trace(root).nodes]


def test_a_rule_in_javascript_names_every_intermediate_result_once():
    written = source(ops.SOFTMAX, 3)
    assert written.count("m.exp(") == 3 + 2  # value: a, x0, x1; partials: x0, x1
    assert written.count("m.maximum(") == 2


def test_code_for_many_operands_grows_with_the_work_only():
    assert len(source(ops.SOFTMAX, 200)) < 5 * len(source(ops.SOFTMAX, 50))


@pytest.mark.parametrize("subject", [product(), trace(product())])
def test_a_value_or_its_trace_can_be_played(subject):
    assert [node.label for node in play(subject).trace.nodes] == ["a", "b", ""]


def test_a_network_is_played_on_a_sample_with_named_inputs_and_loss():
    player = play(Layer(1), [1.0, 2.0], 5.0)
    names = [node.label for node in player.trace.nodes if node.label]
    assert names == ["x0", "x1", "t0", "loss"]
    assert player.trace.root.data == 4.0  # (3 - 5) ** 2


def test_several_outputs_and_targets_give_the_sum_of_squares():
    assert play(Layer(2), [1.0], [3.0, 4.0]).trace.root.data == 8.0


def test_a_loss_of_ones_own():
    player = play(Layer(1), [1.0], 3.0, loss=lambda y, t: (y - t).abs())
    assert player.trace.root.data == 2.0


def test_several_outputs_without_a_target_are_an_error_that_says_what_to_do():
    with pytest.raises(TypeError, match="gave list instead of one Value; pass a target"):
        play(Layer(2), [1.0])


def test_a_network_with_another_number_of_outputs_is_an_error():
    with pytest.raises(ValueError, match="2 outputs, but there are 3 targets"):
        play(Layer(2), [1.0], [1.0, 2.0, 3.0])


def test_a_network_without_a_sample_is_an_error_that_says_so():
    with pytest.raises(TypeError, match=r"play\(model, sample\)"):
        play(Layer(1))


@pytest.mark.parametrize("subject", [3.0, None, "loss", [Value(1.0)]])
def test_something_that_cannot_be_played_is_a_type_error(subject):
    with pytest.raises(TypeError, match=f"got {type(subject).__name__}"):
        play(subject)


def test_save_writes_the_page(tmp_path):
    player = play(product())
    path = player.save(tmp_path / "player.html")
    assert path.read_text(encoding="utf-8") == player.html


def test_an_unwritable_path_leaves_nothing_behind(tmp_path):
    with pytest.raises(OSError, match="missing"):
        play(product()).save(tmp_path / "missing" / "player.html")
    assert list(tmp_path.iterdir()) == []


def test_the_title_is_escaped_in_the_window_and_kept_as_text_on_the_page():
    page = play(product(), title="<b> & co").html
    assert "<title>&lt;b&gt; &amp; co</title>" in page
