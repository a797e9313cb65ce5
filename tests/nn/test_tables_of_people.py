"""Tables as people have them (tests/nn/tables): read right, or refused with place and cure."""

import io
import math
import warnings
from pathlib import Path

import numpy as np
import pytest

from nn import data

TABLES = Path(__file__).parent / "tables"
PLAIN = (["größe"], [[1.0], [2.0], [3.0], [4.0]], ["a", "b", "a", "b"])  # what most files hold
SAID = {
    "latin1.csv": "is read as Windows-1252",
    "pandas_index.csv": "column 'column_0' is left out: it names the rows",
    "unnamed_index.csv": "column 'Unnamed: 0' is left out: it names the rows",
    "rownames.csv": "column 'rownames' is left out: it names the rows",
    "ids.csv": "column 'CustomerID' is left out: it names the rows",
    "empty_column.csv": "column 'remark' is left out: it holds nothing",
    "marks.csv": "missing of 6 cells: x 4, colour 2",
    "missing_target.csv": "2 of 5 rows are left out: their target is missing",
    "only_numbers_as_names.csv": "(0, 1, 2) is taken for names; if it holds a sample, say header=F",
    "pixels.csv": "(0, 1, 2, 3, 4) is taken for names",
    "years_as_names.csv": "(2019, 2020, 2021) is taken for names",
    "samples_of_text.csv": "(sunny, hot, no) is taken for a sample; if it holds names, say",
    "mushrooms.csv": "(p, x, s, x) is taken for a sample",
    "dates_iso.csv": "column 'when' holds dates such as 2024-01-01: days since 1970",
    "dates_points.csv": "column 'when' holds dates such as 01.02.2024: days since 1970, and places",
    "dates_months.csv": "1/2/2024 (month first; write 2024-12-31 if the day is): days since 1970",
    "dates_words.csv": "holds dates such as Jan 2, 2024: days",
}
SAID |= {
    "german_excel.csv": "is read as Windows-1252",
    "two_of_a_name.csv": "columns of one name are numbered: 'x (2)'",
    "total_below.csv": "row 5 (Total) is left out: it is the sum of the others",
    "zip_codes_as_numbers.csv": "column 'zip': 01234 is read as the number 1234; if it is a code",
    "exponents_as_codes.csv": "column 'code': 1e5 is read as the number 100000; if it is a code",
    "titles_above.csv": "the lines above the names are left out (Sales report 2023, exported 2023",
    "title_alone.csv": "the lines above the names are left out (Sales report)",
    "case_alone.csv": "column 'member': 'Yes', 'yes' are different categories; write them alike",
    "points_as_thousands.csv": "487.130 is read as 487.13; if it is 487130, say decimal=','",
    "clock.csv": "column 'at' holds times such as 06:00: the share of the day, and places in the d",
    "dates_compact.csv": "column 'when' holds dates such as 20240101: days since 1970",
    "decimals_as_classes.csv": "column 'k' is taken for 3 classes (0.5, 1.5, 2.5); to predict a",
    "identifier.csv": "column 'identifier' is left out: it names the rows",
    "lines_in_cells.csv": "column 'id' is left out: it names the rows",
    "databases.tsv": "column 'level_0' is left out: it names the rows",
    "notes.csv": "column 'note' is left out: all its texts are different, as 'note 0'",
    "unit_words.csv": "column 'load' holds numbers in kg, as 12 kg; if they are codes, take the",
    "unit_words_commas.csv": "column 'load' holds numbers in kg, as 12,5 kg",
    "dates_am_pm.csv": "column 'when' holds dates such as 1/2/2024 10:30:00 AM: days since 1970",
    "dates_of_mails.csv": "column 'when' holds dates such as Thu, 01 Feb 2024 06:00:00: days since",
}
OPTIONS = {"pokemon.csv": {"drop": ["Name"]}}  # then # is the only input, and taken


SIN = [math.sin(2 * math.pi * day / 7) for day in range(7)]  # from Monday
COS = [math.cos(2 * math.pi * day / 7) for day in range(7)]


def circle(share):
    return math.sin(2 * math.pi * share), math.cos(2 * math.pi * share)


def column(*numbers):
    return [[number] for number in numbers]


READ = {
    "thousands.csv": (["x"], column(1000, 1777, 12554, 950), [*"abab"]),
    "thousands_points.csv": (["x"], column(1000.5, 1777, 12554.25, 950), [*"abab"]),
    "thousands_blanks.csv": (["x"], column(1000.5, 1777, 12554, 950), [*"abab"]),
    "thousands_swiss.csv": (["x"], column(1000.5, 1777, 12554, 950), [*"abab"]),
    "german_excel.csv": (
        ["Umsatz", "Rabatt"], [[1250.5, 5], [980, 10], [12000.25, 0]], ["ja", "nein", "ja"],
    ),
    "french_blanks.csv": (
        ["population", "surface"], [[964616, 7.72], [12001, 1.5], [850, 3.25]],
        ["grande", "petite", "grande"],
    ),
    "unicode_text.txt": (["Größe", "Alter"], [[180, 30], [165, 25], [170, 41]], [*"mwm"]),
    "total_below.csv": (
        ["store=north", "store=south", "visitors"],
        [[1, 0, 10], [0, 1, 20], [1, 0, 12]], ["yes", "no", "yes"],
    ),
    "zip_codes_as_numbers.csv": (["zip"], column(1234, 90210, 2139), [*"aba"]),
    "exponents_as_codes.csv": (["code"], column(1e5, 2e5, 3e7), [*"aba"]),
    "titles_above.csv": (
        ["units", "price"], [[3, 1.5], [4, 2.25], [5, 0.5]], ["ja", "nein", "ja"],
    ),
    "title_alone.csv": (
        ["units", "price"], [[3, 1.5], [4, 2.25], [5, 0.5]], ["yes", "no", "yes"],
    ),
    "case_alone.csv": (
        ["member=Yes", "member=no", "member=yes"],
        [[1, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]], [*"abab"],
    ),
    "points_as_thousands.csv": (["residents"], column(487.13, 1.25, 3.5), [*"aba"]),
    "rupees.csv": (["price"], column(348861, 950, 12500), [*"aba"]),
    "clock.csv": (
        ["at (days)", "at (day, sine)", "at (day, cosine)"],
        [[0.25, 1, 0], [0.5, 0, -1], [0.75, -1, 0]], [*"xyx"],
    ),
    "lines_in_cells.csv": (
        ["address=Low St Town, 2", "address=Main St Town, 1", "n"],
        [[0, 1, 5], [1, 0, 6], [0, 1, 7]], [*"xyx"],
    ),
    "dates_compact.csv": (["when (days)"], column(19723, 19724, 19726), [*"aba"]),
    "decimals_as_classes.csv": (["a"], column(1, 2, 3, 4), ["0.5", "1.5", "2.5", "0.5"]),
    "identifier.csv": (["a"], column(1, 2, 3), [*"xyx"]),
    "blank_lines_between.csv": (["a", "b"], [[1, 2], [3, 4], [5, 6]], [*"xyx"]),
    "two_of_a_name.csv": (["x", "x (2)"], [[5, 1], [7, 2]], [*"ab"]),
    "percent.csv": (["x"], column(5, 7, -2.5, 0), [*"abab"]),
    "money.csv": (["x"], column(2.5, 1234, -3, -4.5), [*"abab"]),
    "euros.csv": (["x"], column(2.5, 1234, -3, 4.5), [*"abab"]),
    "codes_of_money.csv": (["x"], column(2.5, 3, 4, 5), [*"abab"]),
    "decimal_commas_tabs.tsv": (
        ["x", "z"], [[0.5, 1000], [1.25, 2500], [2.5, 1750], [-3, 1250]], [*"abab"],
    ),
    "decimal_commas_quoted.csv": (["x"], column(0.5, 1.25, 2.5, -3), [*"abab"]),
    "minus_signs.csv": (["x"], column(-1.5, -2, 3, 40), [*"abab"]),
    "marks.csv": (  # 3 is the mean of 1 and 5
        ["x", "colour=blue", "colour=red", "colour=?"],
        [[1, 0, 1, 0], [3, 0, 0, 1], [3, 1, 0, 0], [3, 0, 1, 0], [3, 0, 0, 1], [5, 1, 0, 0]],
        [*"ababab"],
    ),
    "missing_target.csv": (["x"], column(1, 4, 5), [*"aba"]),
    "plus_and_minus.csv": (["x"], column(1, 2, 3, 4), [*"+-+-"]),
    "numbers_as_names.csv": (
        ["0", "1"], [[0.5, 1.5], [1.5, 0.25], [2.5, 3]], ["up", "down", "up"],
    ),
    "only_numbers_as_names.csv": (["0", "1"], [[0.5, 1.5], [1.5, 0.25], [2.5, 3]], [*"101"]),
    "pixels.csv": (
        ["0", "1", "2", "3"], [[0, 16, 3, 0], [0, 4, 1, 0], [5, 1, 2, 9]], [*"101"],
    ),
    "years_as_names.csv": (["2019", "2020"], [[5, 7], [6, 9], [4, 1]], [*"101"]),
    "samples_of_numbers.csv": (
        ["column_0", "column_1"], [[0, 1], [1, 0], [0, 0], [1, 1]], [*"1100"],
    ),
    "samples_of_text.csv": (
        ["column_0=rain", "column_0=sunny", "column_1=hot", "column_1=mild"],
        [[0, 1, 1, 0], [0, 1, 0, 1], [1, 0, 0, 1], [1, 0, 1, 0], [1, 0, 0, 1]],
        ["no", "no", "yes", "yes", "no"],
    ),
    "mushrooms.csv": (
        [f"column_{kind}" for kind in ("0=e", "0=p", "1=s", "1=x", "1=y", "2=s", "2=x")],
        [[0, 1, 0, 1, 0, 1, 0], [1, 0, 0, 1, 0, 1, 0], [0, 1, 0, 0, 1, 1, 0],
         [1, 0, 1, 0, 0, 0, 1]],
        [*"xyxy"],
    ),
    "names_of_text.csv": (
        ["outlook=rain", "outlook=sunny", "temp=hot", "temp=mild"],
        [[0, 1, 1, 0], [0, 1, 0, 1], [1, 0, 0, 1], [1, 0, 1, 0]],
        ["no", "no", "yes", "yes"],
    ),
    "pokemon.csv": (["#"], column(1, 2, 4, 5), ["Grass", "Grass", "Fire", "Fire"]),
    "uci_auto.txt": (
        ["column_0", "column_1", "column_2"],
        [[18, 8, 307], [15, 8, 350], [16.5, 4, 97], [17, 4, 98]],
        ["chevrolet malibu", "buick skylark", "buick skylark", "chevrolet malibu"],
    ),
    "big_codes.csv": (["a"], column(0.5, 1.5, 2.5), ["1000001", "1000002", "1000001"]),
    "zip_codes.csv": (["a"], column(0.5, 1.5, 2.5), ["0021", "0121", "0021"]),
    "versions.csv": (["a"], column(0.5, 1.5, 2.5), ["1.1", "1.10", "1.1"]),
    "dates_as_classes.csv": (["a"], column(0.5, 1.5, 2.5), ["20200115", "20200215", "20200115"]),
    "true_false.csv": (
        ["member=False", "member=True", "age"], [[0, 1, 30], [1, 0, 20], [0, 1, 25]], [*"101"],
    ),
    # 19723 days from 1970-01-01 to 2024-01-01: 54 years of 365 days, and 13 leap days
    "dates_iso.csv": (["when (days)"], column(19723, 19724, 19726, 19725), [*"abab"]),
    "dates_months.csv": (  # the 2nd of January, of February, of March
        [f"when ({part})" for part in ("days", "week, sine", "week, cosine")],
        [[19724, SIN[1], COS[1]], [19755, SIN[4], COS[4]], [19784, SIN[5], COS[5]]], [*"aba"],
    ),
    "dates_points.csv": (  # Thursday, Friday, Wednesday; the mean of the three, and no day
        [f"when ({part})" for part in ("days", "week, sine", "week, cosine")],
        [[19754, SIN[3], COS[3]], [19755, SIN[4], COS[4]], [19781, SIN[2], COS[2]],
         [19763 + 1 / 3, 0, 0]], [*"abab"],
    ),
    "dates_words.csv": (
        [f"when ({part})" for part in ("days", "week, sine", "week, cosine")],
        [[19724, SIN[1], COS[1]], [19755, SIN[4], COS[4]], [19756, SIN[5], COS[5]]], [*"aba"],
    ),
    "databases.tsv": (
        ["x", "colour=blue", "colour=red", "colour=?"],
        [[1, 0, 1, 0], [3, 1, 0, 0], [3, 0, 0, 1], [5, 0, 1, 0]], [*"abab"],
    ),
    "notes.csv": (["x"], column(*range(30)), [*"ab"] * 15),
    "unit_words.csv": (
        ["load", "age", "place=1st", "place=2nd", "place=3rd"],
        [[12, 1, 1, 0, 0], [7.5, 2, 0, 1, 0], [1200, 7 / 3, 0, 0, 1], [30, 4, 1, 0, 0]], [*"abab"],
    ),
    "unit_words_commas.csv": (["load"], column(12.5, 7, 1200.25), [*"aba"]),
    "dates_am_pm.csv": (  # 10:30, noon, a quarter of an hour and 30 seconds before midnight
        [f"when ({part})" for part in
         ("days", "day, sine", "day, cosine", "week, sine", "week, cosine")] + ["x"],
        [[19724.4375, *circle(0.4375), *circle(1.4375 / 7), 1],
         [19755.5, *circle(0.5), *circle(4.5 / 7), 2],
         [19802 + 85530 / 86400, *circle(85530 / 86400), *circle((2 + 85530 / 86400) / 7), 3]],
        [*"aba"],
    ),
    "dates_of_mails.csv": (
        ["when (days)", "when (day, sine)", "when (day, cosine)", "x"],
        [[19754.25, 1, 0, 1], [19755.5, 0, -1, 2], [19756.75, -1, 0, 3]], [*"aba"],
    ),
    "mac_lines.csv": (["a"], column(1, 2, 3), [*"xyx"]),
    "blank_lines.csv": (["a"], column(1, 2, 3), [*"xyx"]),
    "separators_at_ends.csv": (["a"], column(1, 2, 3), [*"xyx"]),
}  # fmt: skip


@pytest.mark.parametrize("path", sorted((TABLES / "read").iterdir()), ids=lambda path: path.name)
def test_a_table_is_read_right_and_guesses_are_said(path):
    if path.suffix == ".xz":
        pytest.importorskip("lzma")  # Pyodide's is a package by itself
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        table = data.load_csv(path, **OPTIONS.get(path.name, {}))
    classes = [table.target_names[label] for label in table.y]
    names, rows, wanted = READ.get(path.name, PLAIN)
    assert (table.feature_names, classes) == (names, wanted)
    if "dates" in path.name or "clock" in path.name:  # sines of angles that are rounded in two ways
        assert np.array(rows) == pytest.approx(table.x, rel=1e-12, abs=1e-9)
    else:
        assert table.x.tolist() == rows
    said = " ".join(str(warning.message) for warning in heard)
    assert SAID[path.name] in said if path.name in SAID else not said


REFUSED = {
    "two_marks.csv": "0.25 in row 2, column 'z') and decimal commas (0,5 in row 2, column 'x'",
    "mixed_units.csv": "row 3, column 'x': '0.07' is written in another way",
    "two_moneys.csv": "row 3, column 'x': '€7' is written in another way",
    "text_in_numbers.csv": "row 3, column 'x': 'many' is not a number; write one, drop the row",
    "infinite.csv": "row 3, column 'x': 'inf' is not a finite number; drop or fill the row",
    "ragged.csv": "row 3: 2 cells, but 3 columns (x, z, k); put",
    "dates_two_ways.csv": "dates are written in several ways (01/02/2023, 2023-01-02",
    "id_as_target.csv": "column 'id' names the rows, all are different; choose another target",
    "short_header.csv": "the first line has 2 cells (x, k), all others have 3; give each column",
    "open_quote.csv": "row 3: unexpected end of data; see whether a double quote is left open",
    "one_class.csv": "column 'k' has only one class, 'a'; two are needed. Choose another target",
    "one_column.csv": "has only the target column 'x' and no inputs; separate cells by",
    "only_names.csv": "has a line of names but no rows; add one line",
    "empty.csv": "is empty; it needs a line of names",
    "no_target.csv": "no row has a 'k'; name another target",
    "grams_and_kilograms.csv": "row 2, column 'load': '1 kg' is not a number, and 30 different t",
    "dates_as_target.csv": "column 'due' holds dates such as 2024-01-01; to predict one write it",
    "footer.csv": "row 4: 1 cells, but 3 columns (x, y, k); remove the line, if it is no sample",
    "rows.json": "is JSON; write it as CSV",
    "rows.jsonl": "is JSON; write it as CSV",
    "weka.arff": "is an ARFF file; put a line of names in place of those up to @data",
    "prices.csv": "column 'price' has 30 different numbers in 30 rows; to predict a number say",
    "texts_as_classes.csv": "column 'text' has 30 different texts in 60 rows (note 0, note 1,",
    "page.csv": "is a web page; download the table itself",
    "sheet.csv": "is an old Excel file; save it as CSV, or as .xlsx",
    "sheet.xlsx": "is an Excel file",  # without pandas, or damaged
    "noise.csv": "is not a text file; export it as CSV",
    "cut.csv.gz": "is a damaged gzip file; copy it again",
    "two_tables.zip": "holds 2 files (a.csv, b.csv); unpack it",
}


@pytest.mark.parametrize("path", sorted((TABLES / "refused").iterdir()), ids=lambda path: path.name)
def test_a_table_is_refused_with_place_and_cure(path):
    with pytest.raises(data.TableError) as refused:
        data.load_csv(path)
    assert REFUSED[path.name] in str(refused.value)
    assert path.name in str(refused.value)
    assert "\n" not in str(refused.value)


def write(tmp_path, text):
    (tmp_path / "t.csv").write_text(text)
    return tmp_path / "t.csv"


HOLES = "age,size,k\n1,10,a\nNA,20,b\n3,30,a\n4,,b\n"


@pytest.mark.parametrize(
    ("rule", "names", "rows"),
    [
        ("mean", ["age", "size"], [[1, 10], [8 / 3, 20], [3, 30], [4, 20]]),
        ("category", ["age", "age=?", "size", "size=?"],
         [[1, 0, 10, 0], [8 / 3, 1, 20, 0], [3, 0, 30, 0], [4, 0, 20, 1]]),
        ("drop", ["age", "size"], [[1, 10], [3, 30]]),
    ],
)  # fmt: skip
def test_a_rule_for_missing_cells_that_is_asked_for_needs_no_warning(rule, names, rows, tmp_path):
    text = HOLES if rule != "drop" else HOLES.replace("3,30,a", "3,30,b")
    table = data.load_csv(write(tmp_path, text), missing=rule)
    assert (table.feature_names, table.x.tolist()) == (names, rows)


def test_refusing_is_a_rule_too_and_an_unknown_one_is_named(tmp_path):
    path = write(tmp_path, HOLES)
    with pytest.raises(data.TableError, match="row 3, column 'age': 'NA' stands for a missing"):
        data.load_csv(path, missing="error")
    with pytest.raises(ValueError, match="no rule for missing cells named 'median'; choose from"):
        data.load_csv(path, missing="median")
    with pytest.raises(data.TableError, match="each row has a missing cell"):
        data.load_csv(write(tmp_path, "a,b,k\n1,,x\n,2,y\n"), missing="drop")


def test_what_is_guessed_can_be_said(tmp_path):
    path = write(tmp_path, "0,1,2\n3,4,5\n6,7,8\n")
    assert len(data.load_csv(path, header=False)) == 3
    assert len(data.load_csv(path, header=True)) == 2
    path = write(tmp_path, "id,a,k\n1,5,x\n2,6,y\n")
    assert data.load_csv(path, keep=["id"]).feature_names == ["id", "a"]
    assert data.load_csv(path, features=["id"]).feature_names == ["id"]
    path = write(tmp_path, "floor,k\n1,x\nG,y\n1,x\n")
    assert data.load_csv(path, categories="floor").feature_names == ["floor=1", "floor=G"]
    path = write(tmp_path, "a,k\n" + "".join(f"{i % 3},{i}\n" for i in range(30)))
    assert len(data.load_csv(path, regression=False).target_names) == 30
    assert data.load_csv(path, regression=True).y.tolist() == [*range(30)]


def test_the_decimal_mark_can_be_said_where_numbers_may_be_read_both_ways(tmp_path):
    path = TABLES / "read" / "points_as_thousands.csv"
    with pytest.warns(UserWarning, match=r"487\.130 is read as 487130; if it is 487\.13, say dec"):
        table = data.load_csv(path, decimal=",")
    assert table.x.tolist() == [[487130], [1250], [3500]]
    new = write(tmp_path, "residents;k\n2.750;a\n")
    assert data.read_again(new, table.recipe).x.tolist() == [[2750]]
    with pytest.raises(ValueError, match="decimal wants"):
        data.load_csv(path, decimal=";")


def test_a_total_is_left_out_of_what_is_evaluated_and_kept_in_what_is_predicted():
    path = TABLES / "read" / "total_below.csv"
    recipe = data.load_table(path).recipe
    assert len(data.read_again(path, recipe, "sold").x) == 3
    assert len(data.read_again(path, recipe).x) == 4


@pytest.mark.parametrize("last", ["Total,9,yes", "Totals,1.5,2"])
def test_a_last_row_that_sums_nothing_stays(last, tmp_path):
    path = write(tmp_path, f"name,n,k\na,1,yes\nb,2,no\na,3,no\n{last}\n".replace(",2\n", ",no\n"))
    assert len(data.load_csv(path, categories=["name"])) == 4


def test_an_id_that_is_the_only_input_is_taken(tmp_path):
    assert data.load_csv(write(tmp_path, "index,k\n1,x\n2,y\n")).feature_names == ["index"]


@pytest.mark.parametrize("name", ["id", "ID", "user_id", "PassengerId", "customer-ID", "uuid", "#"])
def test_a_column_that_names_the_rows_is_left_out_with_a_word(name, tmp_path):
    path = write(tmp_path, f"{name},a,k\n1,5,x\n2,6,y\n")
    with pytest.warns(UserWarning, match="is left out: it names the rows"):
        assert data.load_csv(path).feature_names == ["a"]


@pytest.mark.parametrize("name", ["paid", "valid", "humid", "video", "grid", "day"])
def test_a_column_that_is_called_otherwise_is_taken(name, tmp_path):
    assert data.load_csv(write(tmp_path, f"{name},a,k\n1,5,x\n2,6,y\n")).feature_names == [
        name,
        "a",
    ]


def test_a_time_of_day_is_a_place_on_a_circle(tmp_path):
    path = write(tmp_path, "at,k\n06:00,x\n12:00,y\n18:00,x\n00:00,y\n")
    with pytest.warns(UserWarning, match="places in the day"):
        table = data.load_csv(path)
    assert table.feature_names == ["at (days)", "at (day, sine)", "at (day, cosine)"]
    wanted = [[0.25, 1, 0], [0.5, 0, -1], [0.75, -1, 0], [0, 0, 1]]
    assert table.x == pytest.approx(np.array(wanted), abs=1e-15)


def test_dates_of_a_further_table_are_read_as_those_of_the_first(tmp_path):
    path = write(tmp_path, "when,k\n01.02.2024,x\n02.03.2024,y\n13.04.2024,x\n")
    table = data.load_table(path)
    again = data.read_again(write(tmp_path, "when\n03.02.2024\n"), table.recipe)
    assert again.x[0, 0] == 19756.0  # the 3rd of February
    stored = data.Recipe.from_json(table.recipe.to_json())
    assert stored.columns[0].date == "%d.%m.%Y"
    with pytest.raises(data.TableError, match="row 2, column 'when': '2024-02-03' is no date wri"):
        data.read_again(write(tmp_path, "when\n2024-02-03\n"), stored)


def test_a_table_comes_from_standard_input(tmp_path, monkeypatch):
    raw = io.BytesIO(b"a,k\n1,x\n2,y\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(raw))
    assert data.load_csv("-").x.tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize("kind", ["parquet", "excel"])
def test_parquet_and_excel_are_read_where_pandas_is(kind, tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip({"parquet": "pyarrow", "excel": "openpyxl"}[kind])
    frame = pandas.DataFrame({"a": [1.5, None, 3.0], "c": ["r", "b", "r"], "k": [0, 1, 0]})
    getattr(frame, f"to_{kind}")(tmp_path / "t.bin", index=False)
    table = data.load_csv(tmp_path / "t.bin", missing="mean")
    assert table.feature_names == ["a", "c=b", "c=r"]
    assert table.x.tolist() == [[1.5, 0, 1], [2.25, 1, 0], [3, 0, 1]]


@pytest.mark.parametrize("further", ["x,y\n0,0.05\n1,0.1\n", "x,y\n0,$5\n1,$7\n"])
def test_a_target_in_another_unit_than_the_model_has_learnt_is_refused(further, tmp_path):
    path = write(tmp_path, "x,y\n" + "".join(f"{i},{i + 1} %\n" for i in range(5)))
    recipe = data.load_csv(path, regression=True).recipe
    assert data.Recipe.from_json(recipe.to_json()) == recipe
    again = data.read_again(write(tmp_path, further), recipe, "y")
    with pytest.raises(data.TableError, match=r"row 2, column 'y': .* is written in another way"):
        data.known_target(again, "y", recipe, [])
