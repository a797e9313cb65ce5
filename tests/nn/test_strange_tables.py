"""Tables stranger than those in the folder: read as a person reads them, or refused with a cure."""

import math
import warnings

import pytest

from nn import data

# text, names of the inputs, rows, classes, what is said; the numbers are those that a person reads,
# a missing one is the mean of its column
READ = {
    "Excel in French": (
        "Année;Prix;Réussi\n2001;1\xa0200,50;VRAI\n2002;980,00;FAUX\n2003;1\xa0100,25;VRAI\n",
        ["Année", "Prix"], [[2001, 1200.5], [2002, 980], [2003, 1100.25]], "VRAI FAUX VRAI", "",
    ),
    "R's write.csv with names of rows": (
        '"","mpg","cyl","am"\n"Mazda RX4",21,6,"a"\n"Datsun 710",22.8,4,"b"\n"Duster",14.3,8,"a"\n',
        ["mpg", "cyl"], [[21, 6], [22.8, 4], [14.3, 8]], "a b a",
        "column 'column_0' is left out: it names the rows",
    ),
    "a dump of SQL": (
        "id,name,amount,status\n1,NULL,10.5,new\n2,NULL,NULL,old\n3,NULL,9.5,new\n",
        ["amount"], [[10.5], [10.0], [9.5]], "new old new",
        "column 'name' is left out: it holds nothing; missing of 3 cells: amount 1",
    ),
    "MySQL's frame": (
        "+----+------+-----+\n| id | amt  | k   |\n+----+------+-----+\n|  1 | 10.5 | new |\n"
        "|  2 |    9 | old |\n|  3 |    7 | new |\n+----+------+-----+\n",
        ["amt"], [[10.5], [9], [7]], "new old new", "column 'id' is left out: it names the rows",
    ),
    "Markdown": (
        "| a | k |\n|---|:-:|\n| 1 | x |\n| 2 | y |\n| 3 | x |\n",
        ["a"], [[1], [2], [3]], "x y x", "column 'column_0' is left out: it holds",
    ),
    "quotes and line breaks in cells": (
        'a,text,k\n1,"He said ""hi"",\nthen left",x\n2,"Not, me",y\n3,"Not, me",x\n',
        ["a", 'text=He said "hi", then left', "text=Not, me"],
        [[1, 1, 0], [2, 0, 1], [3, 0, 1]], "x y x", "",
    ),
    "two lines of names": (
        ",size,size,class\n,w,h,\n0,2,3,a\n1,4,6,b\n2,6,9,a\n",
        ["size", "size (2)"], [[2, 3], [4, 6], [6, 9]], "a b a",
        "columns of one name are numbered: 'size (2)'; 1 of 4 rows are left out",
    ),
    "a name of two lines": ('"a\nb",k\n1,x\n2,y\n', ["a b"], [[1], [2]], "x y", ""),
    "apostrophes of Excel in Zurich": (
        "a,k\n1’100.5,x\n980.25,y\n12’000,x\n", ["a"], [[1100.5], [980.25], [12000]], "x y x", "",
    ),
    "thin spaces": (
        "a;k\n1\u2009100,5;x\n980,25;y\n12\u202f000;x\n",
        ["a"], [[1100.5], [980.25], [12000]], "x y x", "",
    ),
    "minus as brackets": ("a,k\n(1.50),x\n2.5,y\n", ["a"], [[-1.5], [2.5]], "x y", ""),
    "errors of Excel": (
        "a,k\n#DIV/0!,x\n1.5,y\n#N/A,x\n2.5,y\n", ["a"], [[2], [1.5], [2], [2.5]], "x y x y",
        "missing of 4 cells: a 2",
    ),
    "yes and Y": (
        "a,ok,k\n1,yes,x\n2,Y,y\n3,no,x\n4,yes,y\n",
        ["a", "ok=Y", "ok=no", "ok=yes"],
        [[1, 0, 0, 1], [2, 1, 0, 0], [3, 0, 1, 0], [4, 0, 0, 1]], "x y x y",
        "column 'ok': 'Y', 'yes' are different categories; write them alike if they are one",
    ),
    "codes of 17 digits": (
        "a,b,k\n90071992547409931,1,x\n90071992547409932,2,y\n90071992547409931,3,x\n",
        ["a", "b"], [[9.007199254740994e16, 1], [9.007199254740994e16, 2],
        [9.007199254740994e16, 3]], "x y x",
        "column 'a': 90071992547409931 is read as the number 9.00719925474e+16; if it is a code",
    ),
    "shares as names": (
        "100%,50%,k\n0.5,0.25,x\n0.75,0.5,y\n", ["100%", "50%"], [[0.5, 0.25], [0.75, 0.5]], "x y",
        "",
    ),
    "a zero below zero": ("a,k\n-0,x\n0,y\n-0.0,x\n", ["a"], [[0], [0], [0]], "x y x", ""),
    "powers with commas": (
        "a;k\n1,5E+03;x\n2,5e-2;y\n", ["a"], [[1500], [0.025]], "x y", "",
    ),
    "a column of one number": ("a,b,k\n1,7,x\n2,7,y\n", ["a", "b"], [[1, 7], [2, 7]], "x y", ""),
    "rows that come again": (
        "a,k\n1,x\n1,x\n2,y\n1,x\n", ["a"], [[1], [1], [2], [1]], "x x y x", "",
    ),
    "separators at ends and a mark": (
        "\ufeffa;b;k;;\n1;2;x;;\n3;4;y;;\n", ["a", "b"], [[1, 2], [3, 4]], "x y", "",
    ),
    "JSON in cells": (
        'a,meta,k\n1,"{""x"": 1}",x\n2,"{""x"": 2}",y\n3,"{""x"": 3}",x\n',
        ["a"], [[1], [2], [3]], "x y x", "column 'meta' is left out: all its texts are different",
    ),
    "a blank column between tabs": (
        "a\t\tb\tk\n1\t\t2\tx\n3\t\t4\ty\n", ["a", "b"], [[1, 2], [3, 4]], "x y",
        "column 'column_1' is left out: it holds nothing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ["S.No.", "Sr. No.", "SNo", "row", "Lfd. Nr.", "n°", "row_number"])
def test_a_column_that_numbers_the_rows_is_left_out_with_a_word(name, tmp_path):
    (tmp_path / "t.csv").write_text(f"{name},a,k\n1,5,x\n2,5,y\n3,6,x\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="is left out: it names the rows"):
        assert data.load_csv(tmp_path / "t.csv").feature_names == ["a"]


@pytest.mark.parametrize("name", READ)
def test_it_is_read_right(name, tmp_path):
    text, names, rows, classes, said = READ[name]
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        table = data.load_csv(path)
    assert table.feature_names == names
    assert table.x.tolist() == rows
    assert [table.target_names[label] for label in table.y] == classes.split()
    words = "; ".join(str(warning.message) for warning in heard)
    assert said in words if said else not words


REFUSED = {
    "percent in some cells": ("a,k\n5%,x\n0.05,y\n", "row 3, column 'a': '0.05' is written in an"),
    "minus behind": ("a,k\n1.5,x\n2.5-,y\n", "row 3, column 'a': '2.5-' is not a number"),
    "halves": ("a,k\n1.5,x\n2 1/2,y\n", "row 3, column 'a': '2 1/2' is not a number"),
    "below what is measured": ("a,k\n1.5,x\n<0.5,y\n", "row 3, column 'a': '<0.5' is not a number"),
    "quotes with backslashes": ('a,t,k\n1,"say \\"hi\\"",x\n2,no,y\n', "row 2: ',' expected after"),
    "a note below": ("a,b,k\n1,2,x\n3,4,y\n\nSource: us\n", "row 5: 1 cells, but 3 columns (a, b"),
    "two tables": ("a,k\n1,x\n2,y\n\nb,c\n1,2\n", "row 5, column 'a': 'b' is not a number"),
    "a line of units": ("h,m,k\ncm,kg,x\n170,60,y\n165,50,x\n", "row 2, column 'h': 'cm' is not a"),
    "no end": (
        "a,k\ninf,x\n2,y\n",
        "row 2, column 'a': 'inf' is not a finite number; drop or fill",
    ),
    "phone numbers": (
        "phone,k\n" + "".join(f"+49 170 {100 + i}00,{'xy'[i % 2]}\n" for i in range(30)),
        "row 2, column 'phone': '+49 170 10000' is not a number, and 30 different texts in 30 rows",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_row_column_and_cure(name, tmp_path):
    text, said = REFUSED[name]
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(data.TableError) as refused:
        data.load_csv(path)
    assert said in str(refused.value)
    assert ";" in str(refused.value)  # what to do


def test_a_zero_below_zero_keeps_its_sign(tmp_path):
    (tmp_path / "t.csv").write_text("a,k\n-0.0,x\n1,y\n")
    assert math.copysign(1.0, data.load_csv(tmp_path / "t.csv").x[0, 0]) == -1.0
