"""What is left out of the page's scripts and styles, and what must stay."""

import pytest

from viz.player.minify import squeeze_markup, squeeze_script, squeeze_style


@pytest.mark.parametrize(
    ("script", "short"),
    [
        ('run("a  //  b");', 'run("a  //  b");'),
        ("run(`a  ${b + `c  ${d}`}  e`);", "run(`a  ${b+`c  ${d}`}  e`);"),
        ("if (a) return b;", "if(a)return b;"),
        ("a + +b - -c;", "a+ +b- -c;"),
        ("a();  // why\nb();", "a();b();"),
        ("const a = {};\nb(a);", "let a={};b(a);"),
        ("return a ? 0.5 : 10.25;", "return a?.5:10.25;"),
    ],
)
def test_only_spaces_and_comments_are_left_out(script, short):
    assert squeeze_script(script) == short


def test_a_declared_name_becomes_short_everywhere():
    assert squeeze_script("const total = 1;\nrun(`${total + 1} total`);") == (
        "let aa=1;run(`${aa+1} total`);"
    )


@pytest.mark.parametrize(
    "use", ["thing.total;", "run({ total: 1 });", "const { total } = thing;", "run({ a, total });"]
)
def test_a_name_that_is_also_a_property_stays(use):
    assert "total" in squeeze_script(f"const total = 1;\n{use}")


def test_a_name_that_other_scripts_know_stays():
    assert squeeze_script("function player() {}", kept=["player"]) == "function player(){}"


@pytest.mark.parametrize(
    ("script", "short"),
    [
        ("const f = total => total + 1;", "let f=aa=>aa+1;"),
        ("const f = (total, other) => total;", "let f=(aa,ab)=>aa;"),
        (
            "class A { go(total, [first]) { run(total, first); } }",
            "class A{go(aa,[ab]){run(aa,ab)}}",
        ),
        ("if (total) { run(total); }", "if(total){run(total)}"),
        ("const f = ({ total }) => total;", "let f=({total})=>total;"),
        ("const total = 1; run(a ? total : b);", "let aa=1;run(a?aa:b);"),
    ],
)
def test_parameters_become_short_where_they_are_no_properties(script, short):
    assert squeeze_script(script) == short


def test_a_property_that_only_this_script_knows_becomes_short():
    assert squeeze_script("run({ total: 1 }.total);", own=["total"]) == "run({aa:1}.aa);"


def test_a_name_that_is_often_used_gets_a_short_one_at_the_start():
    script = "Math.a();Math.b();Math.c();Math.d();"
    assert squeeze_script(script) == "let aa=Math;aa.a();aa.b();aa.c();aa.d();"
    assert squeeze_script("Math.a();") == "Math.a();"


def test_a_style_keeps_the_spaces_that_mean_something():
    assert squeeze_style(".a .b { margin: 0 calc(1px + 2px); }") == (
        ".a .b{margin:0 calc(1px + 2px)}"
    )


def test_a_quote_that_the_markup_needs_stays():
    markup = '<br title="a b"><path d="M0 0"/><i class="x"/><b id="y">'
    assert squeeze_markup(markup) == '<br title="a b"><path d="M0 0"/><i class="x"/><b id=y>'


def test_a_property_that_only_a_script_sets_keeps_its_name():
    assert squeeze_style("p { --n: 1px; left: var(--n); top: var(--a); }") == (
        "p{--b:1px;left:var(--b);top:var(--a)}"
    )
