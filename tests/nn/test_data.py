"""Data: tables, generated points, splits and encodings."""

import gzip
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
        (lambda: data.one_hot(["a", "b"]), ValueError, "number the classes first"),
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


@pytest.mark.parametrize(
    "content",
    [
        "a;b\n1;x\n2;y",
        "a\tb\n1\tx\n2\ty\n",
        "a|b\n1|x\n2|y\n",
        "\ufeffa,b\r\n1,x\r\n2,y",
        "a,b\r1,x\r2,y\r",
        "a,b,\n1,x,\n2,y,\n",  # separators at the ends of lines
        "a,b\n1,x,\n2,y,\n",
        'a, b\n1, "x"\n2, "y"\n',
        "a;b\n1,0;x\n2,00;y\n",  # decimal commas
    ],
)
def test_csv_files_of_several_kinds_are_read(content, tmp_path):
    (tmp_path / "t.csv").write_text(content)
    table = data.load_csv(tmp_path / "t.csv")
    assert (table.feature_names, table.x.tolist()) == (["a"], [[1.0], [2.0]])
    assert (table.target_names, table.y.tolist()) == (["x", "y"], [0, 1])


def test_a_csv_file_without_names_gets_numbered_columns(tmp_path):
    (tmp_path / "t.csv").write_text("1,0\n2,1\n")
    table = data.load_csv(tmp_path / "t.csv")
    assert (table.feature_names, table.target_name) == (["column_0"], "column_1")


def test_a_first_line_with_a_class_that_comes_again_is_a_sample(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("1.5,2,yes\n3,4,no\n5,6,yes\n")
    table = data.load_csv(path)
    assert table.feature_names == ["column_0", "column_1"]
    assert table.y.tolist() == [1, 0, 1]


def test_names_may_be_numbers_where_the_target_has_a_name(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("2019,2020,outcome\n3,4,no\n5,6,yes\n")
    assert data.load_csv(path).feature_names == ["2019", "2020"]


def test_a_quoted_cell_may_hold_commas(tmp_path):
    (tmp_path / "t.csv").write_text('a,b\n1,"x, y"\n2,z\n')
    assert data.load_csv(tmp_path / "t.csv").target_names == ["x, y", "z"]


def test_a_quoted_cell_may_hold_lines_and_odd_line_ends(tmp_path):
    (tmp_path / "t.csv").write_text('"a\nb",c\n1,"x\n1"\n2,y\u2028z\n', encoding="utf-8")
    table = data.load_csv(tmp_path / "t.csv")
    assert (table.feature_names, table.target_names) == (["a b"], ["x 1", "y z"])


def test_names_with_another_separator_in_quotes_do_not_mislead(tmp_path):
    (tmp_path / "t.csv").write_text('"a, in m, or km";b\n1;x\n2;y\n')
    assert data.load_csv(tmp_path / "t.csv").feature_names == ["a, in m, or km"]


def test_decimal_commas_without_names_are_not_separators(tmp_path):
    (tmp_path / "t.csv").write_text("0,5;1,5;x\n2,5;3,25;y\n1,5;2,0;x\n")
    assert data.load_csv(tmp_path / "t.csv").x.tolist() == [[0.5, 1.5], [2.5, 3.25], [1.5, 2.0]]


def test_a_gzipped_file_is_read_and_a_damaged_one_named(tmp_path):
    packed = gzip.compress(b"a,b\n1,x\n2,y\n")
    (tmp_path / "t.csv.gz").write_bytes(packed)
    assert data.load_csv(tmp_path / "t.csv.gz").x.tolist() == [[1.0], [2.0]]
    (tmp_path / "t.csv.gz").write_bytes(packed[:-9])
    with pytest.raises(data.TableError, match="damaged gzip"):
        data.load_csv(tmp_path / "t.csv.gz")


def test_a_quote_left_open_is_a_clear_error(tmp_path):
    (tmp_path / "t.csv").write_text('a,b\n1,"x\n2,y\n')
    with pytest.raises(data.TableError, match="double quote is left open"):
        data.load_csv(tmp_path / "t.csv")


def test_a_column_without_a_name_gets_its_number(tmp_path):
    (tmp_path / "t.csv").write_text(",a,b\n0,1,x\n1,2,y\n")  # as pandas writes its index
    assert data.load_csv(tmp_path / "t.csv").feature_names == ["column_0", "a"]


def test_a_column_of_text_becomes_an_input_for_each_category(tmp_path):
    (tmp_path / "t.csv").write_text("colour,a,b\nred,1,x\nblue,2,y\nred,3,x\n")
    table = data.load_csv(tmp_path / "t.csv")
    assert table.feature_names == ["colour=blue", "colour=red", "a"]
    assert table.x.tolist() == [[0, 1, 1], [1, 0, 2], [0, 1, 3]]


@pytest.mark.parametrize("cell", ["", "nan", "NaN"])
def test_a_missing_category_is_named_by_row_and_column(cell, tmp_path):
    (tmp_path / "t.csv").write_text(f"a,colour,b\n1,red,x\n2,{cell},y\n3,red,x\n")
    with pytest.raises(data.TableError, match="row 3, column 'colour': the category is missing"):
        data.load_csv(tmp_path / "t.csv")


def test_texts_that_are_all_different_are_no_categories(tmp_path):
    (tmp_path / "t.csv").write_text("name,a,b\nAda,1,x\nAlan,2,y\n")
    with pytest.raises(data.TableError, match="row 2, column 'name': 'Ada' is not a number, and 2"):
        data.load_csv(tmp_path / "t.csv")
    assert data.load_csv(tmp_path / "t.csv", drop=["name"]).feature_names == ["a"]


def test_columns_of_categories_are_read_back_by_their_names(tmp_path):
    (tmp_path / "t.csv").write_text("a,colour\n1,red\n2,blue\n3,red\n")
    names = ["colour=red", "colour=blue", "a"]
    assert data.load_columns(tmp_path / "t.csv", names).tolist() == [
        [1, 0, 1],
        [0, 1, 2],
        [1, 0, 3],
    ]
    with pytest.raises(data.TableError, match="row 3, column 'colour': 'blue' is not one of"):
        data.load_columns(tmp_path / "t.csv", ["colour=red", "a"])


def test_a_file_without_names_gives_the_columns_of_those_numbers_if_it_has_them(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("1,20,30\n2,21,31\n")  # the class first, as in UCI's wine
    assert data.load_columns(path, ["column_1", "column_2"]).tolist() == [[20, 30], [21, 31]]
    path.write_text("20,30\n21,31\n")  # to predict: without the class
    assert data.load_columns(path, ["column_1", "column_2"]).tolist() == [[20, 30], [21, 31]]


def test_numeric_classes_are_sorted_as_numbers(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,10\n2,9\n3,10\n")
    assert data.load_csv(tmp_path / "t.csv").target_names == ["9", "10"]


@pytest.mark.parametrize("cell", ["abc", "nan", "inf", "", "1,5", "1_000", "1e200"])
def test_a_bad_cell_is_named_by_row_and_column(cell, tmp_path):
    (tmp_path / "t.csv").write_text(f"a;b;c\n1.5;2;x\n3;{cell};y\n")
    with pytest.raises(data.TableError, match="row 3, column 'b'"):
        data.load_csv(tmp_path / "t.csv")


def test_a_bare_name_is_one_column_and_no_columns_are_an_error(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("ab,cd,y\n1,2,x\n3,4,z\n")
    assert data.load_csv(path, features="ab").feature_names == ["ab"]
    assert data.load_csv(path, drop="ab").feature_names == ["cd"]
    assert data.load_columns(path, "cd").tolist() == [[2.0], [4.0]]
    for call in (data.load_columns, lambda path, names: data.load_csv(path, features=names)):
        with pytest.raises(data.TableError, match="name at least one"):
            call(path, [])


def test_of_many_columns_an_error_lists_the_first(tmp_path):
    names = [f"f{i}" for i in range(300)]
    (tmp_path / "t.csv").write_text(f"{','.join(names)}\n{','.join('1' * 300)}\n")
    with pytest.raises(data.TableError, match=r"f18, f19, ... 300 in all$"):
        data.load_csv(tmp_path / "t.csv", "price")


def test_a_file_that_is_no_text_is_a_clear_error(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(data.TableError, match="not a text file"):
        data.load_csv(tmp_path / "t.csv")


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
