"""Data: tables, generated points, splits and encodings."""

import math

import numpy as np
import pytest

from nn import data

MAKERS = [data.make_moons, data.make_circles, data.make_spirals, data.make_xor]


def test_iris_is_fishers_table():
    iris = data.load_iris()
    assert iris.x.shape == (150, 4)
    assert iris.target_names == ["setosa", "versicolor", "virginica"]
    assert np.bincount(iris.y).tolist() == [50, 50, 50]
    # Fisher 1936, table I: the means of the sepal and petal lengths and widths
    assert iris.x.mean(axis=0) == pytest.approx([5.8433, 3.0573, 3.758, 1.1993], abs=5e-5)


def test_pima_has_268_of_768_with_diabetes():
    x, y = data.load_pima()
    assert x.shape == (768, 8)
    assert y.sum() == 268


@pytest.mark.parametrize("make", MAKERS)
def test_generated_points_have_their_number_and_balanced_classes(make):
    x, y = make(101, seed=0)
    assert x.shape == (101, 2)
    assert sorted(np.bincount(y).tolist()) in ([50, 51], [51, 50])


@pytest.mark.parametrize("make", MAKERS)
def test_a_seed_gives_the_same_points(make):
    first, second, other = make(40, seed=3), make(40, seed=3), make(40, seed=4)
    assert (first[0] == second[0]).all()
    assert (first[1] == second[1]).all()
    assert (first[0] != other[0]).any()


def test_circles_without_noise_lie_on_their_circles():
    x, y = data.make_circles(40, noise=0.0, factor=0.3, seed=0)
    assert np.hypot(*x.T) == pytest.approx(np.where(y == 0, 1.0, 0.3))


def test_moons_without_noise_lie_on_their_half_circles():
    x, y = data.make_moons(40, noise=0.0, seed=0)
    centre = np.where(y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    assert np.hypot(*(x - centre).T) == pytest.approx(np.ones(40))


def test_spirals_may_have_several_arms():
    assert np.bincount(data.make_spirals(30, classes=3, seed=0)[1]).tolist() == [10, 10, 10]


def test_a_split_keeps_every_row_once_and_rows_together():
    x, y = np.arange(40).reshape(20, 2), np.arange(20)
    parts = data.train_test_split(x, y, test_size=0.25, seed=0)
    assert [len(part) for part in parts] == [15, 5, 15, 5]
    assert sorted(np.concatenate(parts[2:])) == list(range(20))
    assert (parts[0][:, 0] == 2 * parts[2]).all()


def test_a_split_may_keep_the_shares_of_the_classes():
    y = np.array([0] * 30 + [1] * 10)
    _, test = data.train_test_split(y, test_size=0.2, seed=1, stratify=y)
    assert np.bincount(test).tolist() == [6, 2]


@pytest.mark.parametrize(
    ("rows", "test_size", "wanted"), [(10, 0.25, 3), (150, 0.25, 38), (7, 2, 2)]
)
def test_a_share_is_rounded_up_as_in_scikit_learn(rows, test_size, wanted):
    assert len(data.train_test_split(range(rows), test_size=test_size, seed=0)[1]) == wanted


def test_a_class_too_rare_to_split_is_named():
    with pytest.raises(ValueError, match="every class, 'b' has 1"):
        data.train_test_split(range(5), stratify=list("aaaab"))


def test_scikit_learns_names_are_understood():
    moons = data.make_moons(n_samples=20, noise=0.1, random_state=3)
    assert np.array_equal(moons[0], data.make_moons(20, 0.1, seed=3)[0])
    parts = data.train_test_split(*moons, random_state=1, stratify=moons[1])
    same = data.train_test_split(*moons, seed=1, stratify=moons[1])
    assert all(np.array_equal(a, b) for a, b in zip(parts, same, strict=True))


def test_a_split_without_shuffling_takes_the_last_rows():
    assert data.train_test_split(range(4), test_size=1, shuffle=False)[1].tolist() == [3]


@pytest.mark.parametrize("size", [0.0, 1.0, 8])
def test_a_split_that_leaves_a_part_empty_is_an_error(size):
    with pytest.raises(ValueError, match="leaves a part empty"):
        data.train_test_split(range(8), test_size=size)


def test_standardize_uses_the_training_part_for_all():
    train, test = data.standardize([[1.0], [3.0]], [[5.0]])
    assert (train.tolist(), test.tolist()) == ([[-1.0], [1.0]], [[3.0]])


def test_a_column_that_does_not_vary_becomes_0():
    assert data.standardize([[7.0], [7.0]]).tolist() == [[0.0], [0.0]]


def test_a_column_of_one_number_has_scale_1_whatever_its_rounding():
    scale = data.Standardizer.fit([[0.1]] * 45)  # numpy's deviation of it is 1.4e-17
    assert scale.scale.tolist() == [1.0]
    assert data.Standardizer.fit([[1e-200], [2e-200]]).scale.tolist() == [1.0]  # squares are 0


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: data.StandardScaler().fit([[1.0, math.nan]]), ValueError, r"got nan at \[0, 1\]"),
        (lambda: data.standardize([[math.inf], [1.0]]), ValueError, r"got inf at \[0, 0\]"),
        (lambda: data.StandardScaler().fit([["a"]]), ValueError, "x wants numbers, got 'a'"),
        (lambda: data.one_hot(["a", "b"]), ValueError, "turn text into numbers first"),
        (lambda: data.encode_labels([1.0, math.nan]), ValueError, "got nan at 1; fill it in"),
        (lambda: data.encode_labels(["a", None]), ValueError, "got None at 1"),
        (lambda: data.encode_labels(np.array(["a", 1], object)), TypeError, "labels of one kind"),
    ],
)
def test_what_cannot_be_prepared_is_named(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_one_hot_rows():
    assert data.one_hot([1, 0], 3).tolist() == [[0, 1, 0], [1, 0, 0]]
    with pytest.raises(ValueError, match="0 to 1, got 2"):
        data.one_hot([0, 2], 2)


def test_noise_below_0_is_an_error():
    with pytest.raises(ValueError, match="noise must be at least 0"):
        data.make_moons(10, noise=-math.inf)


def test_a_table_with_other_columns_than_the_one_measured_is_refused():
    scaler = data.StandardScaler().fit([[1.0, 2.0], [3.0, 5.0]])
    for use in (scaler.transform, scaler.inverse_transform):
        with pytest.raises(ValueError, match="has 2 columns, this one has 1"):
            use([[1.0], [2.0]])
    with pytest.raises(ValueError, match="without rows"):
        data.StandardScaler().fit(np.empty((0, 2)))


def test_blobs_without_centers_are_three_and_no_labels_are_no_rows():
    x, y = data.make_blobs(9, centers=None, random_state=0)
    assert x.shape == (9, 2)
    assert np.bincount(y).tolist() == [3, 3, 3]
    assert data.one_hot([]).shape == (0, 0)


def test_no_points_and_no_whole_batches_are_clear_errors():
    with pytest.raises(ValueError, match="n_samples must be at least 1, got 0"):
        data.make_spirals(0)
    with pytest.raises(TypeError, match=r"batch_size must be a whole number, got 2\.5"):
        next(data.minibatches(range(4), batch_size=2.5))


def test_each_cloud_may_have_its_own_deviation():
    x, y = data.make_blobs(40, centers=[[0.0], [50.0]], cluster_std=[0.0, 1.0], random_state=0)
    assert np.ptp(x[y == 0]) == 0.0 < np.ptp(x[y == 1])
    with pytest.raises(ValueError, match="or 2, one for each cloud, got"):
        data.make_blobs(4, centers=2, cluster_std=[1.0, 1.0, 1.0])
    for nowhere in ([], np.empty((0, 2)), np.empty((1, 2, 3))):  # ended in a ZeroDivisionError
        with pytest.raises(ValueError, match="centers wants"):
            data.make_blobs(4, centers=nowhere)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.train_test_split(), "one row per sample, got none"),
        (lambda: data.train_test_split(3.0), "one row per sample, got none"),
        (lambda: data.train_test_split(range(8), stratify=[0, 1]), "each of the 8 rows, got 2"),
        (lambda: data.StandardScaler().fit([[1, 2], [3, 4]]).transform([1, 2, 3]), "2 columns.*3"),
        (lambda: data.one_hot([0], 0), "classes must be at least 1, got 0"),
    ],
)
def test_tables_that_do_not_fit_are_clear_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_row_and_a_column_alone_are_scaled():
    scaler = data.StandardScaler().fit([[1.0, 2.0], [3.0, 6.0]])
    assert scaler.transform([3.0, 2.0]).tolist() == [1.0, -1.0]
    assert data.StandardScaler().fit([[1.0], [3.0]]).transform([1.0, 3.0, 5.0])[2] == 3.0


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ([1000001.0, 1000002.0], ["1000001", "1000002"]),  # both were called 1e+06
        ([20200115.0, 20200215.0], ["20200115", "20200215"]),
        ([0.1234567, 0.1234568], ["0.1234567", "0.1234568"]),
        (np.array([0.1, 2.0], np.float32), ["0.1", "2"]),
        ([1e-7, 0.0, 1e300], ["0", "1e-07", "1e+300"]),
        ([10**20, 10**20 + 1], ["100000000000000000000", "100000000000000000001"]),
        ([True, False], ["False", "True"]),
        (["0021", "21"], ["0021", "21"]),
    ],
)
def test_different_labels_have_different_names(labels, names):
    assert data.encode_labels(labels)[1] == names


@pytest.mark.parametrize(
    "rows",
    [
        np.eye(2)[[0, 1, 1, 1] * 2],  # one-hot
        np.array([[0], [1], [1], [1]] * 2),  # a column
        np.array([[0, 1], [1, 1], [1, 1], [1, 1]] * 2),  # several labels
        [(0, 0), (0, 1), (0, 1), (0, 1)] * 2,
        ["a", "b", "b", "b"] * 2,
    ],
)
def test_rows_of_any_kind_keep_their_shares(rows):
    _, test = data.train_test_split(range(8), test_size=4, stratify=rows, random_state=0)
    assert sum(row % 4 == 0 for row in test.tolist()) == 1  # 2 of 8 rows are of the rare class


class Frame:
    """What is asked of a pandas table: names and numbers."""

    def __init__(self, **columns):
        self.columns, self.numbers = list(columns), np.array([*columns.values()]).T

    def __array__(self, dtype=None, copy=None):
        return self.numbers.astype(dtype)

    def __len__(self):
        return len(self.numbers)


FRAME = Frame(age=[20.0, 40.0], income=[1e3, 3e3])


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (Frame(income=[1e3], age=[20.0]), r"x has the columns income, age; wanted age, income in"),
        (Frame(age=[20.0], size=[1e3]), "x has no column 'income'; it has age, size"),
        (Frame(age=[20.0], income=[1e3], size=[1.0]), "x has a column 'size'"),
    ],
)
def test_a_table_of_other_columns_is_not_scaled(other, message):
    scaler = data.StandardScaler().fit(FRAME)
    scale = data.Standardizer.fit(FRAME)
    for call in (scaler.transform, scale, lambda x: data.standardize(FRAME, x)):
        with pytest.raises(ValueError, match=message):
            call(other)


def test_a_table_of_the_same_columns_and_one_without_names_are_scaled():
    scaler = data.StandardScaler().fit(FRAME)
    assert scaler.transform(FRAME).tolist() == [[-1.0, -1.0], [1.0, 1.0]]
    assert scaler.transform([[20.0, 1e3]]).tolist() == [[-1.0, -1.0]]
    assert scaler.inverse_transform([[1.0, 1.0]]).tolist() == [[40.0, 3e3]]


def test_a_column_that_varies_by_rounding_alone_is_not_blown_up():
    scale = data.Standardizer.fit([[0.1 + 0.2, 100.0], [0.3, 100.0], [0.3, 100.00000000000001]])
    assert scale.scale.tolist() == [1.0, 1.0]  # 100.001 was 1e11 (scikit-learn's issue 19527)
    moments = data.Standardizer.fit([[1.7e12], [1.7e12 + 1.0]])  # milliseconds since 1970
    assert moments.scale.tolist() == [0.5]
