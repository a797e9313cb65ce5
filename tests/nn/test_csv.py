"""Tables from CSV files, as people have them: what is read and what is refused."""

import gzip

import pytest

from nn import data


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
    (tmp_path / "t.csv").write_text(",a,b\n7,1,x\n7,2,y\n")
    assert data.load_csv(tmp_path / "t.csv").feature_names == ["column_0", "a"]


def test_a_column_of_text_becomes_an_input_for_each_category(tmp_path):
    (tmp_path / "t.csv").write_text("colour,a,b\nred,1,x\nblue,2,y\nred,3,x\n")
    table = data.load_csv(tmp_path / "t.csv")
    assert table.feature_names == ["colour=blue", "colour=red", "a"]
    assert table.x.tolist() == [[0, 1, 1], [1, 0, 2], [0, 1, 3]]


@pytest.mark.parametrize("cell", ["", "nan", "NaN"])
def test_a_missing_category_is_named_by_row_and_column_if_asked(cell, tmp_path):
    (tmp_path / "t.csv").write_text(f"a,colour,b\n1,red,x\n2,{cell},y\n3,red,x\n")
    with pytest.raises(data.TableError, match=r"row 3, column 'colour': .* fill it in"):
        data.load_csv(tmp_path / "t.csv", missing="error")


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
        data.load_csv(tmp_path / "t.csv", missing="error")


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
    (tmp_path / "t.csv").write_bytes(bytes(range(256)))
    with pytest.raises(data.TableError, match="not a text file"):
        data.load_csv(tmp_path / "t.csv")
