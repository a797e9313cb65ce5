"""The page of the player, as text; tests/browser looks at it in a browser."""

import gzip
import itertools
import json
import math
import re

import pytest

import nn
import viz
from autograd_core import Value, ops
from autograd_core.table import Op
from viz.player import Recorder, play
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


def test_a_page_costs_a_reader_what_a_small_image_does():
    # a network for iris, 4 -> 16 -> 3, with its loss: 130 kB as text that can be read, of which
    # the graph is 24; 38 kB as a server or a notebook's archive sends it (steps of three
    # sizes, layers in words and pictures in closed boxes came to 17 kB of text, 5 packed)
    page = play(nn.MLP(4, [16, 3], rng=0), [5.1, 3.5, 1.4, 0.2], [1.0, 0.0, 0.0]).html.encode()
    assert len(page) < 140_000
    assert len(gzip.compress(page)) < 42_000


def test_the_page_has_one_style_one_script_and_no_address_to_load_from():
    page = play(product()).html
    assert page.count("<style>") == page.count("<script>") == 1
    assert re.findall(r"(?:src|href)=|@import|fetch\(|XMLHttpRequest", page) == []
    assert set(re.findall(r"https?://[^\"]*", page)) == {"http://www.w3.org/2000/svg"}


def test_special_functions_come_only_with_graphs_that_use_them():
    assert "polygamma" not in play(product()).html
    assert "polygamma" in play(Value(2.0).gelu()).html


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


def doubling(steps):
    """An operation whose rules use every number twice, and so on: as text they would double."""

    def value(m, a):
        for _ in range(steps):
            a = a / 2.0 + a * a**2
        return a

    return Op(f"doubling_{steps}", value, lambda m, y, a: (value(m, y) // 1.0 + abs(a) % 2.0,))


def test_code_for_shared_parts_grows_with_the_work_only():
    short, long = (len(source(doubling(steps), 1)) for steps in (30, 60))
    assert long < 2.2 * short


@pytest.mark.parametrize("subject", [product(), trace(product())])
def test_a_value_or_its_trace_can_be_played(subject):
    assert [node.label for node in play(subject).trace.nodes][:2] == ["a", "b"]


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


# ---- the record of a training -------------------------------------------------------------------


class Neuron:
    def __init__(self, *numbers):
        self.w = [Value(number) for number in numbers]
        self.b = Value(0.5)


class Model:
    """A model with neurons, as the recorder sees it."""

    def __init__(self):
        self.neurons = [Neuron(1.0, -2.0), Neuron(3.0, 4.0)]
        self.layers = [self]

    def parameters(self):
        return [number for neuron in self.neurons for number in (*neuron.w, neuron.b)]

    def __call__(self, x):
        return self.neurons[0].w[0] * x[0] + self.neurons[0].w[1] * x[1]


SAMPLES, CLASSES = [[0.0, 0.0], [1.0, 2.0], [2.0, 1.0]], [0, 1, 1]


def record(recorder, epochs):
    recorder.set_model(Model())
    for epoch in range(epochs):
        recorder.on_epoch_end(epoch, {"loss": 1.0 / (epoch + 1)})
    recorder.on_train_end({})
    return recorder


@pytest.mark.parametrize("epochs", [1, 7, 8, 9, 1000])
def test_a_recorder_keeps_the_first_and_the_last_epoch_and_not_too_many(epochs):
    frames = record(Recorder(frames=8), epochs).frames
    assert (frames[0].epoch, frames[-1].epoch) == (0, epochs - 1)
    assert len(frames) <= 8


def test_epochs_that_are_kept_are_evenly_spaced():
    recorder = Recorder(frames=8)
    for epoch in range(500):
        recorder.on_epoch_end(epoch, {})
    epochs = [frame.epoch for frame in recorder.frames]
    assert len({b - a for a, b in itertools.pairwise(epochs)}) == 1


def test_a_frame_holds_weights_gradients_and_the_grid_of_its_epoch():
    recorder = Recorder(SAMPLES, CLASSES, resolution=3)
    model = Model()
    recorder.set_model(model)
    recorder.on_epoch_end(0, {"loss": 1.0})
    model.neurons[0].w[0].data = 9.0
    model.neurons[0].w[0].grad = 0.25
    recorder.on_epoch_end(1, {"loss": 0.5})
    first, second = recorder.frames
    assert (first.weights[0], second.weights[0], second.gradients[0]) == (1.0, 9.0, 0.25)
    assert first.layers[0].weights == [[1.0, -2.0], [3.0, 4.0]]
    (low, _), (high, _) = recorder.corners
    assert first.grid[0, 0] - first.grid[2, 0] == pytest.approx(low - high)  # weight 1 along x0
    assert second.grid[0, 0] - second.grid[2, 0] == pytest.approx(9.0 * (low - high))


def test_a_second_training_starts_a_new_record():
    recorder = record(Recorder(frames=4), 9)
    record(recorder, 2)
    assert [frame.epoch for frame in recorder.frames] == [0, 1]


def test_the_page_of_a_recorder_has_every_frame():
    page = play(record(Recorder(SAMPLES, CLASSES, resolution=4), 5)).html
    plain = json.loads(re.search(r"training\((\{.*\})\);", page)[1])
    assert [frame["logs"]["loss"] for frame in plain["frames"]] == [1.0, 0.5, 1 / 3, 0.25, 0.2]
    assert len(plain["frames"][0]["grid"]) == 16
    assert plain["plane"]["labels"] == CLASSES


@pytest.mark.parametrize("wrap", [dict, lambda curves: type("History", (), {"history": curves})()])
def test_a_history_of_curves_alone_can_be_played(wrap):
    page = play(wrap({"loss": [2.0, float("nan"), 1.0], "accuracy": [0.5, 0.6, 0.7]})).html
    plain = json.loads(re.search(r"training\((\{.*\})\);", page)[1])
    assert [frame["logs"]["loss"] for frame in plain["frames"]] == [2.0, "NaN", 1.0]
    assert plain["names"] == ["loss", "accuracy"]


def test_a_history_of_many_epochs_is_thinned_out():
    page = play({"loss": [float(epoch) for epoch in range(100_000)]}).html
    plain = json.loads(re.search(r"training\((\{.*\})\);", page)[1])
    assert len(plain["frames"]) <= 401
    assert plain["frames"][-1]["epoch"] == 99_999


def test_a_recorder_that_saw_nothing_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match=r"fit\(callbacks=\[recorder\]\)"):
        play(Recorder())


@pytest.mark.parametrize(
    "arguments", [{"frames": 1}, {"resolution": 1}, {"x": SAMPLES}, {"x": [[1.0]], "y": [0]}]
)
def test_a_recorder_refuses_what_it_cannot_use(arguments):
    with pytest.raises(ValueError, match=r"Recorder|X has two columns"):
        Recorder(**arguments)


# ---- models of nn, as they are compiled ---------------------------------------------------------


def compiled(outputs, loss, **options):
    model = nn.MLP(2, [3, outputs], rng=0)
    if loss.startswith("binary"):
        model = nn.Sequential(nn.Dense(1, activation="sigmoid", input_dim=2, rng=0))
    model.compile(loss=loss, **options)
    return model


def test_a_compiled_model_is_played_with_its_own_loss():
    model = compiled(1, "binary_crossentropy")
    player = play(model, [0.5, -1.0], 1)
    (p,) = model.predict([[0.5, -1.0]]).ravel()
    assert player.trace.root.data == pytest.approx(-math.log(p), rel=1e-12)
    assert player.trace.root.name == "loss"


@pytest.mark.parametrize("target", [2, "c", [0.0, 0.0, 1.0]])
def test_a_class_is_given_by_number_name_or_one_hot(target):
    model = compiled(3, "cross_entropy")
    model.fit([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["a", "b", "c"], verbose=0, seed=0)
    played = play(model, [0.5, -1.0], target).trace
    logits = [value.data for value in model([0.5, -1.0])]
    expected = math.log(sum(map(math.exp, logits))) - logits[2]
    assert played.root.data == pytest.approx(expected, rel=1e-12)
    assert [node.data for node in played.nodes if node.label in ("t0", "t1", "t2")] == [0, 0, 1]


@pytest.mark.parametrize(
    ("target", "message"),
    [("d", r"no class 'd'; the classes are none"), (3, "class"), (-1, "class")],
)
def test_a_target_outside_of_the_loss_is_a_value_error(target, message):
    with pytest.raises(ValueError, match=message):
        play(compiled(3, "cross_entropy"), [0.5, -1.0], target)


def test_a_picture_may_come_in_rows_and_must_fit():
    page = play(nn.MLP(4, [2, 1], rng=0), [[1.0, 2.0], [3.0, 4.0]], image=(2, 2)).html
    assert '"image":[2,2]' in page
    with pytest.raises(ValueError, match="a picture of 6 numbers, the sample has 4"):
        play(nn.MLP(4, [2, 1], rng=0), [1.0, 2.0, 3.0, 4.0], image=(2, 3))


def test_fit_records_what_play_needs_and_leaves_the_weights_as_they_are():
    x, y = nn.data.make_moons(40, noise=0.1, random_state=0)
    model = compiled(1, "mse", metrics=["accuracy"])
    history = model.fit(x, y, epochs=12, verbose=0, seed=0, record=True)
    before = [p.data for p in model.parameters()]
    page = play(history).html
    assert [p.data for p in model.parameters()] == before
    plain = json.loads(re.search(r"training\((\{.*\})\);", page)[1])
    losses = [frame["logs"]["loss"] for frame in plain["frames"]]
    assert losses == pytest.approx(history["loss"])
    assert len(plain["frames"][0]["grid"]) == 24 * 24
    first, last = (
        [
            number
            for layer in plain["frames"][end]["layers"]
            for row, bias in zip(layer["weights"], layer["biases"], strict=True)
            for number in (*row, bias)
        ]
        for end in (0, -1)
    )
    assert first != last
    assert sorted(last) == pytest.approx(sorted(before), abs=5e-4, rel=5e-4)


@pytest.mark.parametrize("epochs", [1, 5, 99, 100, 101, 350])
def test_a_record_is_bounded_and_ends_with_the_last_epoch(epochs):
    model = nn.MLP(1, [1], rng=0)
    model.compile(loss="mse")
    history = model.fit([[1.0]], [2.0], epochs=epochs, verbose=0, record=True)
    kept = [epoch for epoch, *_ in history.record.epochs]
    assert (kept[0], kept[-1]) == (0, epochs - 1)
    assert len(kept) <= 100


# ---- names ---------------------------------------------------------------------------------------


def test_unlabelled_values_are_called_what_the_variables_call_them():
    w, x = Value(2.0), Value(3.0, "given")
    out = w * x
    assert [node.name for node in play(out).trace.nodes] == ["w", "given", "out"]
    assert viz.draw_dot(out).steps.root.name == "out"
    assert out.label == ""


def test_a_value_of_two_names_or_a_private_one_keeps_its_number():
    w = other = Value(2.0)  # noqa: F841
    _hidden = Value(3.0)
    names = [node.name for node in play((w * _hidden).exp()).trace.nodes]
    assert names == ["v0", "v1", "v2", "v3"]


def test_a_path_in_a_network_is_found_whatever_the_order_of_reading_is():
    model = nn.MLP(2, [2, 1], rng=0)
    x = [Value(1.0, "first"), Value(2.0, "second")]
    out = model(x)
    scene = viz.draw_dot(out, path=(x[1], out), collapse=None).scene
    assert any("second" in box.fields for box in scene.boxes)
    assert not any("first" in box.fields for box in scene.boxes)


def test_a_network_of_several_inputs_is_played_with_a_part_of_the_sample_for_each():
    place, more = nn.Input((2,), name="place"), nn.Input((1,), name="more")
    model = nn.Model([place, more], nn.Dense(1, "sigmoid", rng=0)(nn.Concatenate()([place, more])))
    model.compile("adam", "binary_crossentropy")
    player = play(model, [[0.5, -1.0], [2.0]], 1.0)
    loss = model.evaluate([[[0.5, -1.0]], [[2.0]]], [1.0])
    assert player.trace.root.data == pytest.approx(loss, rel=1e-12)
    assert {"place0", "place1", "more0"} <= {node.name for node in player.trace.nodes}
    by_name = play(model, {"more": 2.0, "place": [0.5, -1.0]}, 1.0)
    assert by_name.trace.root.data == player.trace.root.data
    with pytest.raises(ValueError, match="has the inputs place, more; pass a sample with the numb"):
        play(model, [0.5, -1.0, 2.0], 1.0)
