"""Generators, loaders, sequences and data sets in fit: the numbers are those of the table."""

import numpy as np
import pytest

import nn

X = np.random.default_rng(0).normal(size=(10, 2))
Y = X @ [1.0, -2.0]
W = np.linspace(0.5, 2.0, 10)


def model():
    made = nn.Sequential(nn.Dense(3, "tanh", input_dim=2, rng=0), nn.Dense(1, rng=1))
    made.compile(nn.SGD(lr=0.1), "mse", metrics=["mae"])
    return made


def cut(weights=False, size=4):
    places = [slice(i, i + size) for i in range(0, 10, size)]
    return [(X[p], Y[p], W[p]) if weights else (X[p], Y[p]) for p in places]


class Loader:
    """As PyTorch's DataLoader: to be gone through again and again."""

    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        return iter(self.batches)

    def __len__(self):
        return len(self.batches)


class KerasSequence:
    """As keras.utils.Sequence: batches by number."""

    def __init__(self, batches):
        self.batches, self.ended = batches, 0

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, i):
        return self.batches[i]

    def on_epoch_end(self):
        self.ended += 1


class Samples:
    """As torch.utils.data.Dataset: single samples by number."""

    def __len__(self):
        return 10

    def __getitem__(self, i):
        if not 0 <= i < 10:
            raise IndexError
        return X[i], Y[i]


def forever():
    while True:
        yield from cut()


@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("kind", [Loader, KerasSequence])
def test_batches_give_what_their_table_gives(kind, weights):
    wanted = model().fit(X, Y, batch_size=4, epochs=3, shuffle=False, verbose=0,
                         sample_weight=W if weights else None)  # fmt: skip
    found = model().fit(kind(cut(weights)), epochs=3, verbose=0)
    assert found["loss"] == wanted["loss"]
    assert found["mae"] == wanted["mae"]


def test_a_generator_goes_on_where_it_was():
    wanted = model().fit(X, Y, batch_size=4, epochs=3, shuffle=False, verbose=0)
    found = model().fit(forever(), steps_per_epoch=3, epochs=3, verbose=0)
    assert found["loss"] == wanted["loss"]
    made = model()
    for batch in [*cut(), *cut()][:4]:  # epochs of two batches each
        made.train_on_batch(*batch)
    other = model()
    other.fit(forever(), steps_per_epoch=2, epochs=2, verbose=0)
    assert other.get_weights()[0] == pytest.approx(made.get_weights()[0], rel=1e-12)


def test_tables_that_come_one_after_the_other_are_cut_by_minibatches():
    """As files of a folder: one of them is in memory at a time, and is read when it is wanted."""
    read = []

    def tables():
        for number in range(2):
            read.append(number)
            yield X + number, Y - number

    batches = (b for x, y in tables() for b in nn.data.minibatches(x, y, batch_size=5, seed=0))
    found = model()
    found.fit(batches, steps_per_epoch=1, epochs=2, verbose=0)
    assert read == [0]  # two steps, and the next table is not looked at
    found.fit(batches, steps_per_epoch=2, epochs=1, verbose=0)
    one_by_one = model()
    for x, y in tables():
        for batch in nn.data.minibatches(x, y, batch_size=5, seed=0):
            one_by_one.train_on_batch(*batch)
    assert found.get_weights()[0] == pytest.approx(one_by_one.get_weights()[0], rel=1e-12)


def test_a_generator_that_ends_ends_the_training():
    made = model()
    with pytest.warns(UserWarning, match="no more batches") as warned:
        history = made.fit(iter(cut()), epochs=5, verbose=0)
    assert warned[0].filename == __file__
    assert len(history) == 1
    assert history.stopped == "out of data after epoch 1"


def test_batches_of_many_sizes_are_the_steps_they_are():
    batches = [(X[:1], Y[:1]), (X[1:6], Y[1:6]), (X[6:8], Y[6:8]), (X[8:], Y[8:])]
    made, by_hand = model(), model()
    made.fit(Loader(batches), epochs=2, verbose=0)
    for x, y in batches * 2:
        by_hand.train_on_batch(x, y)
    assert made.get_weights()[0] == pytest.approx(by_hand.get_weights()[0], rel=1e-12)


def test_steps_of_a_loader_begin_again_when_it_is_through():
    history = model().fit(Loader(cut()), steps_per_epoch=6, epochs=2, verbose=0)
    assert len(history) == 2


def test_single_samples_are_cut_into_batches():
    wanted = model().fit(X, Y, batch_size=4, epochs=2, verbose=0, seed=3)
    assert (
        model().fit(Samples(), batch_size=4, epochs=2, verbose=0, seed=3)["loss"] == wanted["loss"]
    )


def test_our_own_tables_are_taken_as_they_are():
    made = nn.Sequential(nn.Dense(3, "softmax", input_dim=4, rng=0))
    made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    table = nn.data.load_iris()
    assert made.fit(table, epochs=1, verbose=0, seed=0)["loss"] == made_again(table)


def made_again(table):
    made = nn.Sequential(nn.Dense(3, "softmax", input_dim=4, rng=0))
    made.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return made.fit(table.x, table.y, epochs=1, verbose=0, seed=0)["loss"]


def test_validation_evaluate_and_predict_take_them_too():
    made = model()
    history = made.fit(X, Y, verbose=0, validation_data=Loader(cut()))
    assert history["val_loss"][0] == pytest.approx(made.evaluate(X, Y)[0], rel=1e-12)
    assert made.evaluate(Loader(cut())) == pytest.approx(made.evaluate(X, Y), rel=1e-12)
    assert made.evaluate(forever(), steps=1) == pytest.approx(made.evaluate(X[:4], Y[:4]))
    assert made.predict(Loader(cut())) == pytest.approx(made.predict(X), rel=1e-12)


def test_a_sequence_hears_of_the_end_of_each_epoch():
    sequence = KerasSequence(cut())
    model().fit(sequence, epochs=3, verbose=0)
    assert sequence.ended == 3


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (Loader([]), "yields nothing"),
        (Loader([X, X]), "inputs alone"),
        (Loader([(X, Y, W, W)]), "or an object that yields batches"),
        (X, "y wants numbers, got None"),
    ],
)
def test_what_gives_no_batches_is_refused(source, message):
    with pytest.raises(ValueError, match=message):
        model().fit(source, verbose=0)


def test_steps_of_a_table_are_refused():
    with pytest.raises(ValueError, match="a table is taken whole"):
        model().fit(X, Y, steps_per_epoch=2, verbose=0)


def test_balanced_class_weights_are_scikit_learn_s():
    y = np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 1])
    by_hand = {0: 10 / (2 * 7), 1: 10 / (2 * 3)}
    losses = []
    for weight in ("balanced", by_hand):
        made = nn.Sequential(nn.Dense(1, "sigmoid", input_dim=2, rng=0))
        made.compile("sgd", "binary_crossentropy")
        losses.append(made.fit(X, y, epochs=2, verbose=0, seed=0, class_weight=weight)["loss"])
    assert losses[0] == losses[1]


@pytest.mark.parametrize(("freq", "there"), [(2, [1, 3]), ([1, 4], [0, 3]), (1, [0, 1, 2, 3])])
def test_validation_comes_after_the_epochs_that_are_asked_for(freq, there):
    history = model().fit(X, Y, epochs=4, verbose=0, validation_data=(X, Y), validation_freq=freq)
    assert np.flatnonzero(~np.isnan(history["val_loss"])).tolist() == there
    assert history.best_epoch in there


def test_monitors_wait_for_the_next_validation():
    made = model()
    made.optimizer.lr = 0.0  # nothing gets better
    stop = nn.callbacks.EarlyStopping(patience=2)
    history = made.fit(X, Y, epochs=20, verbose=0, validation_data=(X, Y), validation_freq=3,
                       callbacks=stop)  # fmt: skip
    assert len(history) == 9  # after the third validation


@pytest.mark.parametrize("kind", [Loader, KerasSequence, iter])
def test_another_batch_size_than_that_of_the_batches_is_refused(kind):
    with pytest.raises(ValueError, match="=8, and x yields batches of 4; leave batch_size out"):
        model().fit(kind(cut()), batch_size=8, verbose=0)
    model().fit(kind(cut()), batch_size=4, verbose=0)
