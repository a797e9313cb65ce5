"""Dense, Dropout and Softmax, with the names that users of Keras and PyTorch expect."""

import numpy as np
import pytest

import nn


def test_dense_learns_its_inputs_from_the_layer_before_it():
    model = nn.Sequential([nn.Dense(12, input_dim=8), nn.Dense(8), nn.Dense(1)])
    assert len(model.parameters()) == 221


def test_dense_learns_its_inputs_from_the_first_sample():
    model = nn.Sequential([nn.Dense(3), nn.Dropout(0.1), nn.Dense(1)])
    model([1.0, 2.0])
    assert len(model.parameters()) == 13
    assert model.parameters()[0].label == "layers[0].neurons[0].w[0]"


def test_softmax_goes_over_the_whole_layer():
    row = nn.Dense(3, activation="softmax", input_dim=2, rng=0)([1.0, 2.0])
    assert sum(p.data for p in row) == pytest.approx(1.0)


def test_dropout_drops_its_share_and_keeps_the_mean():
    layer = nn.Dropout(0.3, rng=0)
    kept = [y.data for y in layer([1.0] * 10_000)]
    # 10,000 draws: the standard error of the share is 0.0046; 5 of them
    assert kept.count(0.0) / 10_000 == pytest.approx(0.3, abs=0.023)
    assert set(kept) == {0.0, 1.0 / 0.7}


def test_dropout_does_nothing_outside_training():
    model = nn.Sequential(nn.Layer(1, 4, init="ones"), nn.Dropout(0.9, rng=0))
    assert model.predict([[1.0]]).tolist() == [[1.0] * 4]
    assert model.training


def test_count_params_and_get_layer_as_in_keras():
    model = nn.Sequential([nn.Dense(12, input_dim=8, name="first"), nn.Dense(1)])
    assert model.count_params() == 12 * 9 + 13
    assert model.get_layer("first") is model.get_layer(index=0) is model.layers[0]
    with pytest.raises(ValueError, match=r"no layer 'second'; there are first, layers\[1\]"):
        model.get_layer("second")


def test_dropout_takes_pytorchs_and_kerass_names():
    assert nn.Dropout(p=0.2).rate == nn.Dropout(rate=0.2).rate == nn.Dropout(0.2).rate == 0.2
    assert nn.Dropout().rate == 0.5  # PyTorch's default
    ours, theirs = nn.Dropout(0.5, rng=3), nn.Dropout(0.5, seed=3)
    assert [y.data for y in ours([1.0] * 9)] == [y.data for y in theirs([1.0] * 9)]


def dropping(backend="numpy", epochs=(2,), fit_seed=None, **options):
    x = np.arange(14.0).reshape(7, 2) / 7.0
    layers = nn.Dense(4, "tanh", input_dim=2, rng=0), nn.Dropout(0.4, **options), nn.Dense(1, rng=1)
    model = nn.Sequential(*layers)
    model.compile("sgd", "mse", backend=backend)
    for count in epochs:
        model.fit(x, x[:, 0], epochs=count, batch_size=3, shuffle=False, verbose=0, seed=fit_seed)
    return np.concatenate([weights.ravel() for weights in model.get_weights()])


@pytest.mark.parametrize("options", [{"seed": 3}, {"rng": 3}])
def test_fit_draws_from_the_seed_of_a_dropout_unless_it_has_one_itself(options):
    wanted = dropping(**options)
    assert np.array_equal(dropping(**options), wanted)
    assert np.allclose(dropping("graph", **options), wanted, rtol=1e-12)  # roundings of 6 steps
    assert np.array_equal(dropping(epochs=(1, 1), **options), wanted)  # the second draws on
    assert not np.array_equal(dropping(fit_seed=4), wanted)
    assert not np.array_equal(dropping(fit_seed=5, **options), wanted)
    assert np.array_equal(dropping(fit_seed=5, **options), dropping(fit_seed=5))


def test_fit_draws_anew_where_nothing_has_a_seed():
    assert not np.array_equal(dropping(), dropping())


def test_softmax_takes_pytorchs_and_kerass_names_for_the_last_axis():
    rows = [[0.0, 1.0], [2.0, 2.0]]
    wanted = [[p.data for p in row] for row in nn.Softmax()(rows)]
    assert wanted[1] == [0.5, 0.5]
    for layer in (nn.Softmax(dim=1), nn.Softmax(-1), nn.Softmax(axis=-1)):
        assert [[p.data for p in row] for row in layer(rows)] == wanted
    assert [nn.softmax(row, dim=-1) for row in rows] == wanted


def test_shapes_are_numbers_or_keras_tuples():
    for shape in (3, (3,), [3], (None, 3)):
        assert nn.Input(shape).nin == 3
        assert nn.Dense(2, input_shape=shape).nin == 3
    model = nn.Sequential(nn.Dense(2))
    model.build((None, 3))
    assert model.count_params() == 8


@pytest.mark.parametrize("shape", [(), (28, 28), (None, 28, 28)])
def test_shapes_of_images_are_a_clear_error(shape):
    for make in (nn.Input, lambda shape: nn.Dense(2, input_shape=shape)):
        with pytest.raises(ValueError, match=r"one number, as \(3,\), got .*flatten them first"):
            make(shape)
