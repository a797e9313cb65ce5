"""Several inputs and several outputs through compile, fit, evaluate and predict.

The numbers are Keras's (3.15.1 on jax, float32) for the same network, weights and tables.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn

A = (np.arange(10).reshape(5, 2) % 4) / 3.0
B = (np.arange(15).reshape(5, 3) % 5) / 4.0 - 0.4
U = (np.arange(10).reshape(5, 2) % 3) / 2.0
V = np.array([0.0, 1.0, 1.0, 0.0, 1.0])[:, None]
W = np.array([1.0, 2.0, 0.5, 1.0, 0.0])
FLOAT32 = 2e-7  # what Keras computes in


class Net(nn.Module):
    """Two inputs, two outputs in a dict or in a list."""

    def __init__(self, keyed: bool = True) -> None:
        self.ha = nn.Dense(4, activation="tanh", input_dim=2)
        self.u, self.v = nn.Dense(2, input_dim=7), nn.Dense(1, "sigmoid", input_dim=7)
        self.keyed = keyed
        numbers = [
            (np.arange(w.size).reshape(w.shape) % 7 - 3) / 5.0 + 0.1 * i
            for i, w in enumerate(self.get_weights())
        ]
        self.set_weights(numbers)

    def forward(self, a: Any, b: Any) -> Any:
        hidden = [*self.ha(a), *b]
        u, v = self.u(hidden), self.v(hidden)
        return {"u": u, "v": v} if self.keyed else [u, v]


def compiled(backend: str = "numpy", **options: Any) -> Net:
    net = Net()
    losses = {"u": "mse", "v": "binary_crossentropy"}
    net.compile(
        nn.SGD(lr=0.1), losses, loss_weights={"u": 0.5, "v": 2.0}, backend=backend, **options
    )
    return net


@pytest.mark.parametrize("backend", ["numpy", "graph"])
def test_three_epochs_give_keras_numbers(backend: str) -> None:
    net = compiled(backend, metrics={"u": ["mae"], "v": ["accuracy"]})
    history = net.fit(
        [A, B], {"u": U, "v": V}, epochs=3, batch_size=2, shuffle=False, verbose=0
    ).history
    wanted = {
        "loss": [1.2740657329559326, 1.1838791370391846, 1.1368767023086548],
        "u_loss": [0.42475366592407227, 0.30039268732070923, 0.24664583802223206],
        "v_loss": [0.5308443903923035, 0.5168414115905762, 0.5067768692970276],
        "u_mae": [0.5434935688972473, 0.457223504781723, 0.4082006514072418],
        "v_accuracy": [1.0, 1.0, 0.800000011920929],
    }
    assert list(history) == list(wanted)
    for name, numbers in wanted.items():
        assert history[name] == pytest.approx(numbers, abs=FLOAT32)
    found = net.predict({"b": B, "a": A})
    assert found["u"][0] == pytest.approx([0.375857, 0.0515951], abs=FLOAT32)
    assert found["v"].shape == (5, 1)
    assert found["v"][-1, 0] == pytest.approx(0.7846472, abs=FLOAT32)


@pytest.mark.parametrize(
    ("weights", "loss", "u_loss", "v_loss"),
    [
        (None, 1.2864505052566528, 0.4563736915588379, 0.5291317701339722),
        (W, 1.3271117210388184, 0.5518184900283813, 0.5256012678146362),
        ({"u": W, "v": W[::-1]}, 1.2399952411651611, 0.5518184900283813, 0.4820430278778076),
        ([W, W[::-1]], 1.2399952411651611, 0.5518184900283813, 0.4820430278778076),
    ],
)
@pytest.mark.parametrize("backend", ["numpy", "graph"])
def test_sample_weights_for_all_outputs_or_for_each(
    backend: str, weights: Any, loss: float, u_loss: float, v_loss: float
) -> None:
    net = compiled(backend)
    scores = net.evaluate((A, B), [U, V], sample_weight=weights)
    assert scores == pytest.approx([loss, u_loss, v_loss], abs=FLOAT32)
    assert net.metrics_names == ["loss", "u_loss", "v_loss"]


def test_one_loss_is_for_all_outputs_and_a_list_is_by_place() -> None:
    net = Net(keyed=False)
    net.compile("sgd", "mse", metrics=[["mae"], ["mse", "mae"]])
    scores = net.evaluate([A, B], [U, V], return_dict=True)
    assert list(scores.values()) == pytest.approx(
        [0.6265436410903931, 0.4563736915588379, 0.17016993463039398,
         0.5736652612686157, 0.17016993463039398, 0.40803027153015137],
        abs=FLOAT32,
    )  # fmt: skip
    net.compile("sgd", ["mse", "mae"], loss_weights=[1.0, 0.25])
    assert net.evaluate([A, B], [U, V]) == pytest.approx(
        [0.5583812594413757, 0.4563736915588379, 0.40803027153015137], abs=FLOAT32
    )


def test_an_output_without_a_loss_is_only_given() -> None:
    net = Net()
    net.compile("sgd", {"u": "mse"})
    assert net.evaluate([A, B], {"u": U, "v": V}) == pytest.approx(0.4563736915588379, abs=FLOAT32)
    assert set(net.predict([A, B])) == {"u", "v"}


def test_two_numbers_are_two_outputs_where_the_losses_say_so() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            self.a, self.b = nn.Linear(2, 1, rng=0), nn.Linear(2, 1, rng=1)

        def forward(self, x: Any) -> Any:
            return self.a(x), self.b(x)

    net = Two()
    net.compile("sgd", ["mse", "mae"])
    loss, first, second = net.evaluate(A, [U[:, 0], V])
    assert loss == pytest.approx(first + second)
    assert [part.shape for part in net.predict(A)] == [(5, 1), (5, 1)]
    net.compile("sgd", "mse")  # one output of two numbers
    assert net.predict(A).shape == (5, 2)


class Dicts(nn.Module):
    """Keras's way: the inputs come in one dict."""

    def __init__(self) -> None:
        self.u, self.v = nn.Dense(2, input_dim=2, rng=0), nn.Dense(1, "sigmoid", input_dim=3, rng=1)

    def forward(self, x: Any) -> Any:
        return {"u": self.u(x["a"]), "v": self.v(x["b"])}


LOSSES = {"u": "mse", "v": "binary_crossentropy"}


def test_text_labels_weighted_metrics_and_a_file(tmp_path: Path) -> None:
    net, x = Dicts(), {"a": A, "b": B}
    names = ["yes" if v else "no" for v in V[:, 0]]
    net.compile("adam", LOSSES, {"u": "mae"}, weighted_metrics={"u": ["mae"], "v": ["accuracy"]})
    net.fit(x, {"u": U, "v": names}, epochs=2, verbose=0, validation_data=(x, {"u": U, "v": names}))
    found = net.evaluate(x, {"u": U, "v": names}, sample_weight=W, return_dict=True)
    errors = np.abs(net.predict(x)["u"] - U).mean(axis=1)
    assert found["u_weighted_mae"] == pytest.approx((errors * W).sum() / W.sum())
    assert found["u_mae"] == pytest.approx(errors.mean())
    each = net.evaluate(x, {"u": U, "v": V}, sample_weight={"u": W, "v": W}, return_dict=True)
    assert each["u_weighted_mae"] == pytest.approx(found["u_weighted_mae"])
    net.save(tmp_path / "m.npz")
    again = nn.load(tmp_path / "m.npz")
    scores = again.evaluate(x, {"u": U, "v": names}, sample_weight=W, return_dict=True)
    assert scores == found


def test_a_generator_of_dicts_is_the_table_in_batches() -> None:
    def batches() -> Iterator[Any]:
        while True:
            for rows in (slice(2), slice(2, 4)):
                yield {"a": A[rows], "b": B[rows]}, {"u": U[rows], "v": V[rows]}

    first, second = Dicts(), Dicts()
    for net in (first, second):
        net.compile("adam", LOSSES)
    table = {"a": A[:4], "b": B[:4]}, {"u": U[:4], "v": V[:4]}
    by_table = first.fit(*table, epochs=2, batch_size=2, shuffle=False, verbose=0)
    streamed = second.fit(batches(), epochs=2, steps_per_epoch=2, verbose=0)
    assert by_table.history == streamed.history


def test_a_module_called_with_a_dict_of_tables_goes_row_by_row() -> None:
    net = Dicts()
    rows = net({"a": A, "b": B})
    one = net({"a": A[1], "b": B[1]})
    assert rows[1]["v"].data == one["v"].data == net.predict({"a": A, "b": B})["v"][1, 0]


@pytest.mark.parametrize(
    ("x", "y", "options", "message"),
    [
        ([A, B], U, {}, "y wants one of each of u, v"),
        ([A, B], {"u": U}, {}, "'v' is missing"),
        ([A, B], {"u": U, "v": V, "w": V}, {}, "no 'w' among them"),
        ([A, B[:3]], [U, V], {}, "different lengths"),
        (A, [U, V], {}, "has the inputs a, b"),
        ([A, B], [U, V], {"class_weight": {0: 1.0}}, "one output"),
        ([A, B], [U, V[:3]], {}, "different lengths"),
    ],
)
def test_what_does_not_fit_is_refused(x: Any, y: Any, options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compiled().fit(x, y, verbose=0, **options)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"loss": {"u": "mse", "q": "mse"}}, "no 'q' among them"),
        ({"loss": "mse", "metrics": ["mae"]}, "metrics wants one of each of u, v"),
        ({"loss": ["mse", "sse"]}, "all means or all sums"),
        ({"loss": "mse", "loss_weights": [1.0]}, "loss_weights wants one of each"),
    ],
)
def test_losses_and_metrics_have_to_fit_the_outputs(arguments: Any, message: str) -> None:
    net = Net()
    net.compile("sgd", **arguments)
    with pytest.raises(ValueError, match=message):
        net.fit([A, B], [U, V], verbose=0)


def test_a_metric_that_takes_no_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="sample_weight"):
        Net().compile("sgd", "mse", weighted_metrics=[lambda y_true, y_pred: 0.0])


def test_weighted_metrics_of_one_output_are_keras_numbers() -> None:
    model = nn.Sequential([nn.Dense(1, input_dim=2)])
    model.set_weights([np.array([[0.3], [-0.2]]), np.array([0.1])])
    model.compile("sgd", "mse", metrics=["mae"], weighted_metrics=["mae", "mse"])
    found = model.evaluate(A, V, sample_weight=W, return_dict=True)
    assert found == pytest.approx(
        {"loss": 0.41966667771339417, "mae": 0.59333336353302,
         "weighted_mae": 0.5370370149612427, "mse": 0.46629631519317627},
        abs=FLOAT32,
    )  # fmt: skip


def test_the_loss_of_a_sample_is_that_of_its_table() -> None:
    net = compiled()
    loss = net.loss_of()
    assert loss is not None
    outputs = net.of_parts([A[1].tolist(), B[1].tolist()])
    one = loss(outputs, {"u": U[1], "v": V[1]}).data
    assert one == pytest.approx(net.evaluate([A[1:2], B[1:2]], [U[1:2], V[1:2]])[0])


def test_one_output_of_several_numbers_may_be_named_too() -> None:
    x = nn.Input(2)
    model = nn.Model(x, nn.Dense(2, activation="softmax", name="p", rng=0)(x))
    model.compile("sgd", {"p": "sparse_categorical_crossentropy"}, ["accuracy"])
    named = model.evaluate(A, V)
    model.compile("sgd", "sparse_categorical_crossentropy", ["accuracy"])
    assert named == model.evaluate(A, V)


def test_a_model_of_one_input_says_that_it_takes_one_table() -> None:
    for x in ({"a": A, "b": B}, [A, B]):
        with pytest.raises(ValueError, match="MLP takes one table, got several"):
            nn.MLP(2, [1], rng=0).predict(x)
    assert np.array_equal(nn.Add().predict([A, A]), A + A)


def test_one_output_may_be_named_too() -> None:
    model = nn.Sequential([nn.Dense(1, input_dim=2, rng=0)])
    model.compile("sgd", {"p": "mse"}, {"p": ["mae"]})
    named = model.evaluate(A, {"p": V}, return_dict=True)
    model.compile("sgd", "mse", ["mae"])
    assert named == model.evaluate(A, V, return_dict=True)
    model.compile("sgd", "mse", loss_weights=0.5)
    with pytest.raises(ValueError, match="loss_weights weigh several outputs"):
        model.evaluate(A, V)
    model.compile("sgd", ["mse", "mae"])
    with pytest.raises(ValueError, match="for several outputs, and Sequential returns one"):
        model.evaluate(A, V)


@pytest.mark.parametrize("monitor", ["u_loss", "val_u_loss", "u_mae", "v_accuracy"])
def test_early_stopping_knows_the_direction_of_an_output_s_numbers(monitor: str) -> None:
    net = compiled(metrics={"u": ["mae"], "v": ["accuracy"]})
    stop = nn.callbacks.EarlyStopping(monitor)
    net.fit([A, B], [U, V], verbose=0, validation_split=0.4, callbacks=[stop])
    assert stop.larger == (monitor == "v_accuracy")
