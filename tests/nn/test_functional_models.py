"""Models in Keras's functional style: layers called with nn.Input, put together by nn.Model."""

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn

A = (np.arange(10).reshape(5, 2) % 4) / 3.0
B = (np.arange(15).reshape(5, 3) % 5) / 4.0 - 0.4
U = (np.arange(10).reshape(5, 2) % 3) / 2.0
V = np.array([0.0, 1.0, 1.0, 0.0, 1.0])[:, None]


def two_by_two(keyed: bool = False) -> nn.Model:
    a, b = nn.Input((2,), name="a"), nn.Input((3,), name="b")
    hidden = nn.Concatenate()([nn.Dense(4, activation="tanh", name="ha")(a), b])
    u = nn.Dense(2, name="u")(hidden)
    v = nn.Dense(1, activation="sigmoid", name="v")(hidden)
    model = nn.Model([a, b], {"u": u, "v": v} if keyed else [u, v])
    model.set_weights(
        [
            (np.arange(w.size).reshape(w.shape) % 7 - 3) / 5.0 + 0.1 * i
            for i, w in enumerate(model.get_weights())
        ]
    )
    return model


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("backend", ["numpy", "graph"])
def test_fit_gives_keras_numbers(keyed: bool, backend: str) -> None:
    model = two_by_two(keyed)
    model.compile(
        nn.SGD(lr=0.1),
        {"u": "mse", "v": "binary_crossentropy"},
        {"u": ["mae"]},
        {"u": 0.5, "v": 2.0},
        backend=backend,
    )
    history = model.fit([A, B], [U, V], epochs=3, batch_size=2, shuffle=False, verbose=0)
    wanted = [1.2740657329559326, 1.1838791370391846, 1.1368767023086548]  # keras 3.15.1, float32
    assert history["loss"] == pytest.approx(wanted, abs=2e-7)
    assert model.metrics_names == ["loss", "u_loss", "v_loss", "u_mae"]
    found = model.predict({"b": B, "a": A})
    assert isinstance(found, dict) == keyed
    v = found["v"] if keyed else found[1]
    assert v[-1, 0] == pytest.approx(0.7846472, abs=2e-7)


def test_a_loaded_or_copied_model_is_the_same(tmp_path: Path) -> None:
    model = two_by_two(keyed=True)
    model.compile("adam", {"u": "mse", "v": "binary_crossentropy"}, {"v": "accuracy"})
    model.fit([A, B], {"u": U, "v": V}, epochs=2, verbose=0)
    model.save(tmp_path / "m.npz")
    scores = model.evaluate([A, B], {"u": U, "v": V})
    for again in (
        nn.load(tmp_path / "m.npz"),
        copy.deepcopy(model),
        pickle.loads(pickle.dumps(model)),
    ):
        assert again.evaluate([A, B], {"u": U, "v": V}) == scores
        assert again.layer_names() == model.layer_names()


def shared() -> nn.Model:
    a, b = nn.Input((2,), name="a"), nn.Input((3,), name="b")
    s, q = nn.Dense(3, name="s"), nn.Dense(3, name="q")(b)
    h, g = s(a), s(nn.Dense(2, name="p")(q))
    k = nn.Add(name="add")([h, g])
    r = nn.Dense(2, name="r")(nn.Multiply(name="mul")([k, q]))
    t = nn.Dense(1, name="t")(nn.Concatenate(name="c")([a, r, h]))
    return nn.Model([a, b], [r, t])


def test_layers_stand_in_keras_order() -> None:  # keras 3.15.1; so its weights fit ours
    assert shared().layer_names() == ["b", "q", "a", "p", "s", "add", "mul", "r", "c", "t"]


def test_a_shared_layer_has_one_set_of_weights() -> None:
    a, b = nn.Input(2), nn.Input(2)
    tower = nn.Dense(3, "tanh", rng=0)
    model = nn.Model([a, b], tower(a) - tower(b))
    assert model.count_params() == 9
    model.compile("sgd", "mse")
    assert np.array_equal(model.predict([A, A]), np.zeros((5, 3)))
    assert np.array_equal(model.predict([A, A + 1.0]), tower.predict(A) - tower.predict(A + 1.0))


def test_arithmetic_of_symbols_is_that_of_numbers() -> None:
    x = nn.Input(2)
    model = nn.Model(x, (2.0 * x + x * x - 1.0 + (3.0 - x) / 2.0) * -x)
    wanted = (2.0 * A + A * A - 1.0 + (3.0 - A) / 2.0) * -A
    assert model.predict(A) == pytest.approx(wanted, abs=1e-15)


def test_models_are_layers_of_others() -> None:
    x, inner = nn.Input(2), two_by_two()
    u, v = inner([x, nn.Dense(3, rng=0)(x)])
    model = nn.Model(x, nn.Concatenate()([u, v]))
    hidden = model.layers[1].predict(A)
    assert np.array_equal(model.predict(A), np.hstack(inner.predict([A, hidden])))


def test_a_module_of_ones_own_says_its_size_when_it_is_tried() -> None:
    class Pair(nn.Module):
        def forward(self, x: Any) -> Any:
            return {"sum": x[0] + x[1], "both": [x[0], x[1]]}

    x = nn.Input(2)
    parts = Pair()(x)
    assert {name: part.shape for name, part in parts.items()} == {
        "sum": (None, 1),
        "both": (None, 2),
    }
    model = nn.Model(x, nn.Dense(3)(parts["both"]))
    assert model.predict(A).shape == (5, 3)


@pytest.mark.parametrize(
    ("layer", "wanted"),
    [
        (nn.Add(), A + A[:, :1]),
        (nn.Subtract(), A - A[:, :1]),
        (nn.Multiply(), A * A[:, :1]),
        (nn.Average(), (A + A[:, :1]) / 2.0),
        (nn.Maximum(), np.maximum(A, A[:, :1])),
        (nn.Minimum(), np.minimum(A, A[:, :1])),
        (nn.Concatenate(), np.hstack([A, A[:, :1]])),
    ],
)
def test_layers_that_merge(layer: nn.Module, wanted: Any) -> None:
    a, b = nn.Input(2), nn.Input(1)
    model = nn.Model([a, b], layer([a, b]))
    assert model.predict([A, A[:, :1]]) == pytest.approx(wanted, abs=1e-15)
    rows = layer([A, A[:, :1]])
    assert rows.numpy() == pytest.approx(wanted, abs=1e-15)


def test_a_call_gives_samples_and_tables() -> None:
    model = two_by_two()
    u, v = model([A, B])
    one_u, one_v = model([A[1], B[1]])
    assert [number.data for number in u[1]] == [number.data for number in one_u]
    assert v[1].data == one_v.data == model.predict([A, B])[1][1, 0]


def test_summary_says_where_inputs_come_from() -> None:
    text = two_by_two().summary(print_fn=lambda line: None)
    assert "Concatenate of ha, b" in text
    assert "Dense of concatenate" in text  # v, which stands below u
    assert "total 36 parameters" in text


def test_the_way_to_an_inner_layer_is_a_model() -> None:
    model = two_by_two()
    hidden = nn.Model(model.inputs, model.get_layer("ha").output)
    assert hidden.predict([A, B])[2] == pytest.approx(model.get_layer("ha").predict(A)[2])
    again = nn.Model(model.inputs, model.outputs)
    assert np.array_equal(again.predict([A, B])[0], model.predict([A, B])[0])
    assert (model.input_names, model.output_names) == (["a", "b"], ["u", "v"])


def test_a_class_below_model_has_a_call() -> None:  # as in Keras
    class Net(nn.Model):
        def __init__(self) -> None:
            super().__init__(name="net")
            self.u, self.v = nn.Dense(2, rng=0), nn.Dense(1, rng=1)

        def call(self, x: Any, training: bool = False) -> Any:
            modes.append(training)
            return self.u(x), self.v(x)

    modes: list[bool] = []
    net = Net()
    net.compile("sgd", ["mse", "mae"])
    history = net.fit(A, [U, V], epochs=2, verbose=0)
    assert history["loss"][1] < history["loss"][0]
    assert net.predict(A)[1].shape == (5, 1)
    assert set(modes) == {True, False}
    with pytest.raises(TypeError, match="has a call of its own"):
        nn.Model.__init__(net, nn.Input(2), nn.Input(2))


def test_towers_of_sequentials_are_joined_by_a_function() -> None:
    left, right = (
        nn.Sequential([nn.Dense(4, input_dim=2)]),
        nn.Sequential([nn.Dense(4, input_dim=3)]),
    )
    a, b = nn.Input(2), nn.Input(3)
    model = nn.Model(a_and_b := [a, b], nn.layers.concatenate([left(a), right(b)]))
    assert len(a_and_b) == 2
    assert np.array_equal(model.predict([A, B]), np.hstack([left.predict(A), right.predict(B)]))


def test_what_is_no_functional_model_is_refused() -> None:
    x = nn.Input(2, name="x")
    with pytest.raises(ValueError, match="need x, which is not among"):
        nn.Model(nn.Input(2), nn.Dense(1)(x))
    with pytest.raises(TypeError, match=r"inputs are what nn\.Input gives"):
        nn.Model(nn.Dense(2), nn.Dense(1)(x))
    with pytest.raises(TypeError, match="outputs are what layers give"):
        nn.Model(x, 3)
    with pytest.raises(ValueError, match=r"one size, got sizes \[2, 3\]"):
        nn.Add()([x, nn.Input(3)])
    with pytest.raises(TypeError, match="takes no training="):
        nn.Dropout(0.5)(x, training=True)
    with pytest.raises(TypeError, match=r"got 3.0 among them"):
        nn.Add()([x, 3.0])
    with pytest.raises(ValueError, match="has the inputs a, b"):
        two_by_two().predict(A)


def test_module_dict_and_list_are_parts() -> None:
    class Heads(nn.Module):
        def __init__(self) -> None:
            self.heads = nn.ModuleDict({"a": nn.Linear(2, 1, rng=0)})
            self.heads["b"] = nn.Linear(2, 1, rng=1)
            self.more = nn.ModuleList([nn.Linear(2, 1, rng=2)]).append(nn.Linear(2, 1, rng=3))

        def forward(self, x: Any) -> Any:
            return {name: head(x) for name, head in self.heads.items()} | {"c": self.more[1](x)}

    model = Heads()
    assert model.count_params() == 12
    model.compile("sgd", "mse")
    y = dict.fromkeys("abc", A[:, 0])
    history = model.fit(A, y, epochs=2, verbose=0)
    assert history["loss"][1] < history["loss"][0]
    assert model.more[0].weight.grad is None  # it takes no part


def test_a_model_is_a_layer_of_a_dict_of_inputs() -> None:
    inner = two_by_two()
    a, b = nn.Input((2,), name="first"), nn.Input((3,), name="second")
    outer = nn.Model([a, b], inner({"b": b, "a": a}))
    for mine, wanted in zip(outer.predict([A, B]), inner.predict([A, B]), strict=True):
        np.testing.assert_array_equal(mine, wanted)
