"""Keras's losses of logarithms, percentages, counts and distributions, with its tests' numbers."""

import numpy as np
import pytest

import nn
from autograd_core import Value, gradcheck
from nn import losses

TRUE, SAID = [[1.0, 9.0, 2.0], [-5.0, -2.0, 6.0]], [[4.0, 8.0, 12.0], [8.0, 1.0, 3.0]]
CASES = {  # Keras 3.15.1, in float32: name -> targets, predictions, loss
    "MeanSquaredLogarithmicError": (TRUE, SAID, 1.4370421),
    "MeanAbsolutePercentageError": (TRUE, SAID, 211.8518524),
    "LogCosh": (TRUE, SAID, 4.8292456),
    "Poisson": (SAID, [[1.0, 9.0, 2.0], [5.0, 2.0, 6.0]], -3.3065822),
    "KLDivergence": ([[0.5, 0.8, 0.12], [0.7, 0.43, 0.8]],
                     [[0.4, 0.9, 0.12], [0.36, 0.3, 0.4]], 0.5960739),
    "CategoricalHinge": ([[0, 1, 0], [1, 0, 0], [0, 0, 1]],
                         [[0.2, 0.5, 0.3], [-1.0, 2.0, 0.5], [0.9, 0.05, 0.05]], 2.2166667),
    "CosineSimilarity": ([[0.3, 1.0, -2.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
                         [[0.2, 0.5, 0.3], [-1.0, 2.0, 0.5], [0.9, 0.05, 0.05]], 0.1550657),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_loss_is_that_of_keras(name):
    targets, predictions, loss = CASES[name]
    made = getattr(losses, name)()([[Value(p) for p in row] for row in predictions], targets)
    assert made.data == pytest.approx(loss, rel=1e-7, abs=1e-7)  # float32 has 7 digits


@pytest.mark.parametrize("name", CASES)
def test_its_gradient_is_that_of_differences(name):
    targets, predictions, _ = CASES[name]
    assert gradcheck(lambda rows: getattr(losses, name)()(rows, targets), (predictions,))


def test_categorical_hinge_takes_class_numbers_and_counts_no_score_below_zero():
    scores = [[0.2, 0.5, 0.3], [-1.0, -2.0, -0.5]]
    by_rows = losses.CategoricalHinge()(scores, [[0, 1, 0], [1, 0, 0]])
    assert losses.get("categorical_hinge")(scores, [1, 0]).data == by_rows.data
    assert by_rows.data == pytest.approx((0.8 + 2.0) / 2.0)
    with pytest.raises(ValueError, match="classes 0 to 2"):
        losses.CategoricalHinge()(scores, [1, 3])


def test_both_backends_train_by_the_categorical_hinge():
    x, classes = np.array([[0.1, 0.9], [0.7, 0.2], [0.4, 0.4]]), [1, 0, 2]
    trained = []
    for backend in ("numpy", "graph"):
        model = nn.Sequential([nn.Dense(3, input_dim=2, rng=0)])
        model.compile(nn.SGD(0.1), "categorical_hinge", ["accuracy"], backend=backend)
        history = model.fit(x, classes, epochs=9, batch_size=2, shuffle=False, verbose=0)
        assert history["loss"][-1] < history["loss"][0]
        trained.append(model.get_weights()[0].ravel().tolist())
    assert trained[0] == pytest.approx(trained[1], rel=1e-12)


def test_the_metric_of_that_name_is_the_cosine_itself():
    targets, predictions, loss = CASES["CosineSimilarity"]
    for metric in ("cosine_similarity", nn.metrics.CosineSimilarity()):
        _, function = nn.metrics.get(metric)
        assert function(np.array(targets), np.array(predictions)) == pytest.approx(-loss, rel=1e-6)


def test_a_vector_of_zeros_has_no_direction():
    assert losses.CosineSimilarity()([[0.0, 0.0]], [[1.0, 2.0]]).data == 0.0


def test_log_cosh_does_not_overflow():
    assert losses.LogCosh()([-1000.0], [0.0]).data == pytest.approx(1000.0 - np.log(2.0))


@pytest.mark.parametrize("loss", ["msle", "mape", "logcosh", "poisson", "kld", "cosine_similarity"])
def test_both_backends_train_by_it_to_the_same_weights(loss):
    x = np.array([[0.1, 0.9], [0.7, 0.2], [0.4, 0.4]])
    trained = []
    for backend in ("numpy", "graph"):
        model = nn.Sequential([nn.Dense(2, "softmax", input_dim=2, rng=0)])
        model.compile(nn.SGD(0.1), loss, backend=backend)
        history = model.fit(x, x, epochs=5, batch_size=2, shuffle=False, verbose=0)
        assert history["loss"][-1] < history["loss"][0]
        trained.append(model.get_weights()[0].ravel().tolist())
    assert trained[0] == pytest.approx(trained[1], rel=1e-12)  # roundings of ten steps


def test_a_loss_is_a_metric_too_by_name_and_as_an_object():
    model = nn.Sequential([nn.Dense(1, "sigmoid", input_dim=1, kernel_initializer="ones")])
    model.compile("sgd", "binary_crossentropy", ["binary_crossentropy", "mape", losses.Hinge()])
    assert model.metrics_names == ["loss", "binary_crossentropy", "mape", "hinge"]
    loss, again, percentage, hinge = model.evaluate([[-1.0], [2.0]], [1, 1])
    shares = [1.0 / (1.0 + np.exp(1.0)), 1.0 / (1.0 + np.exp(-2.0))]
    assert again == pytest.approx(loss, rel=1e-12)  # one from probabilities, one from logits
    assert percentage == pytest.approx(100.0 * (1.0 - np.mean(shares)), rel=1e-12)
    assert hinge == pytest.approx(1.0 - np.mean(shares), rel=1e-12)


# Keras 3.15.1 with sample weights, in float32: the loss of each sample; their sum is "sum".
WEIGHED = [
    (losses.BinaryCrossentropy, {"label_smoothing": 0.2}, [0.343427986, 0.248194218, 2.524267435]),
    (losses.Huber, {"delta": 0.3}, [0.0125, 0.03, 0.27]),
    (losses.CategoricalCrossentropy, {}, [0.200670703, 0.225992568, 2.772588759]),
    (losses.MeanSquaredError, {}, [0.025, 0.0625, 0.9]),
    (losses.CosineSimilarity, {}, [-0.976187048, -0.434121577, -0.632455501]),
]


@pytest.mark.parametrize(("kind", "options", "wanted"), WEIGHED)
def test_reductions_are_those_of_keras(kind, options, wanted):
    says, targets, weights = (
        [[0.9, 0.2], [0.4, 0.7], [0.1, 0.3]],
        [[1, 0], [0, 1], [1, 0]],
        [1, 0.5, 2],
    )

    def reduced(how):
        return kind(reduction=how, **options)(says, targets, weights)

    each = [loss.data for loss in reduced("none")]
    assert each == pytest.approx(wanted, rel=2e-7)  # float32 has 7 digits
    assert reduced("sum").data == pytest.approx(sum(each), rel=1e-14)
    assert reduced("sum_over_batch_size").data == pytest.approx(sum(each) / 3.0, rel=1e-14)
    with pytest.raises(ValueError, match="reduction"):
        kind(reduction="average")


@pytest.mark.parametrize("backend", ["graph", "numpy"])
def test_training_by_a_sum_takes_steps_as_many_times_as_large(backend, tmp_path):
    x, y = np.arange(8.0).reshape(4, 2) / 8.0, np.ones((4, 2))

    def trained(reduction, rate):
        model = nn.Sequential(nn.Dense(2, input_dim=2, init="ones"))
        model.compile(
            nn.SGD(lr=rate), losses.MeanSquaredError(reduction=reduction), backend=backend
        )
        model.fit(x, y, epochs=3, batch_size=4, shuffle=False, verbose=0)
        return model

    model = trained("sum", 0.01)
    wanted = trained("sum_over_batch_size", 0.04).get_weights()
    np.testing.assert_allclose(model.get_weights()[0], wanted[0], rtol=1e-13)
    assert model.evaluate(x, y) == pytest.approx(float(((model.predict(x) - y) ** 2).sum()) / 2.0)
    model.save(tmp_path / "model.npz")
    assert nn.load(tmp_path / "model.npz").evaluate(x, y) == model.evaluate(x, y)
    with pytest.raises(ValueError, match="none"):
        trained("none", 0.01)


def test_a_mean_by_weights_divides_by_their_sum():  # Keras's losses_test.py
    loss = nn.losses.MeanSquaredError(reduction="mean_with_sample_weight")
    outputs, targets = [[4.0, 8.0, 12.0], [8.0, 1.0, 3.0]], [[1.0, 9.0, 2.0], [-5.0, -2.0, 6.0]]
    weighted = loss(outputs, targets, sample_weight=[[1.2], [3.4]])
    assert weighted.data == pytest.approx((110 / 3 * 1.2 + 187 / 3 * 3.4) / (1.2 + 3.4))
    assert loss(outputs, targets).data == pytest.approx(49.5)
    assert loss(outputs, targets, sample_weight=0.0).data == 0.0
    with pytest.raises(ValueError, match="fit divides by the number of samples"):
        nn.MLP(1, [1]).compile("sgd", loss)


IGNORING = {"from_logits": True, "ignore_class": -1}


@pytest.mark.parametrize(
    ("ignored", "reduction", "wanted"),
    [
        (-1, "sum_over_batch_size", 2.1397902965545654),
        (-1, "sum", 4.279581069946289),
        (1, "sum_over_batch_size", 2.1397902965545654),
        (1, "mean_with_sample_weight", 1.4265270233154297),
    ],
)
def test_samples_of_the_class_to_ignore_count_nothing(ignored, reduction, wanted):
    outputs, labels = [[1.0, 2.0, 0.5], [0.0, -1.0, 3.0], [2.0, 0.0, 1.0]], [0, ignored, 2]
    loss = nn.losses.SparseCategoricalCrossentropy(
        from_logits=True, ignore_class=ignored, reduction=reduction
    )
    found = loss(outputs, labels, sample_weight=[1.0, 5.0, 2.0])
    assert found.data == pytest.approx(wanted, rel=1e-6)  # keras 3.15.1, in 32 bits


def test_fit_takes_the_mean_over_the_samples_that_are_not_ignored():
    layer = nn.Dense(3, use_bias=False, kernel_initializer=nn.initializers.Constant(0.5))
    model = nn.Sequential([nn.Input((1,)), layer])
    model.compile(
        nn.optimizers.SGD(0.5), nn.losses.SparseCategoricalCrossentropy(**IGNORING), ["accuracy"]
    )
    x, y = np.arange(5.0), [0, -1, 2, 1, -1]
    history = model.fit(x, y, batch_size=3, shuffle=False, verbose=0)
    # keras 3.15.1, in 32 bits
    assert history["loss"] == pytest.approx([1.4067598581314087], rel=1e-7)
    assert model.get_weights()[0][0] == pytest.approx(
        [0.10191219, 1.6019121, -0.20382443], rel=1e-6
    )
    assert model.evaluate(x, y, batch_size=3)[0] == pytest.approx(1.4413950443267822, rel=1e-7)
    assert model.evaluate(x, y)[1] == pytest.approx(2 / 3)  # of 0, 2, 1 the second is not


def test_a_model_of_several_outputs_takes_no_class_to_ignore():
    entry = nn.Input((1,))
    model = nn.Model(entry, [nn.Dense(2)(entry), nn.Dense(2)(entry)])
    loss = nn.losses.SparseCategoricalCrossentropy(**IGNORING)
    model.compile("sgd", [loss, loss])
    with pytest.raises(ValueError, match="ignore_class is for a model of one output"):
        model.fit([[1.0]], [[0], [1]], verbose=0)


def test_a_sum_over_the_batch_is_reported_as_the_mean_of_batches():
    layer = nn.Dense(1, use_bias=False, kernel_initializer="ones")
    model = nn.Sequential([nn.Input((1,)), layer])
    model.compile(nn.optimizers.SGD(0.01), nn.losses.MeanSquaredError(reduction="sum"))
    x, y = np.arange(5.0), np.zeros(5)
    options = {"validation_data": (x, y), "validation_batch_size": 4, "shuffle": False}
    history = model.fit(x, y, batch_size=2, verbose=0, **options)
    # keras 3.15.1, in 32 bits: each batch counts by its size
    assert history["loss"] == pytest.approx([7.077008247375488], rel=1e-7)
    assert history["val_loss"] == pytest.approx([3.5018372535705566], rel=1e-6)
    assert model.evaluate(x, y, batch_size=3) == pytest.approx(3.1613807678222656, rel=1e-6)
    assert model.test_on_batch(x, y) == pytest.approx(30.0 * model.get_weights()[0][0, 0] ** 2)


def test_a_loss_takes_another_name():
    made = [
        nn.losses.MeanSquaredError(name="own"),
        nn.losses.Huber(0.5, name="own"),
        nn.losses.BinaryCrossentropy(from_logits=True, name="own"),
        nn.losses.SparseCategoricalCrossentropy(name="own"),
    ]
    assert {loss.name for loss in made} == {"own"}
    assert made[2].threshold == 0.0
