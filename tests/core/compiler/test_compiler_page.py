"""docs/compiler.md is up to date."""

import doctest
import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("docs_compiler", DOCS / "compiler.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def compiled(script):
    return script.compiled_step()


def test_the_page_is_up_to_date(script, compiled):
    page = (DOCS / "compiler.md").read_text()
    assert page == script.page(compiled), "run: python docs/compiler.py"


def test_its_examples_print_what_it_says():
    assert doctest.testfile(str(DOCS / "compiler.md"), module_relative=False).failed == 0


def test_the_picture_has_every_group(script, compiled):
    svg = (DOCS / script.PICTURE).read_text()
    shown = {text.replace("&#45;", "-") for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)}
    labels = set(re.findall(r'label="([^"]*)"', compiled.picture))
    assert labels <= shown, "run: python docs/compiler.py"


def test_the_graph_has_66_000_nodes_and_every_matrix_product_is_found(compiled):
    # forward 3, backward 3 for the weights and 1 for the middle layer, and the sum of squares; the
    # hidden adjoint of the one output neuron is an outer product
    nodes = int(compiled.report.split()[0].replace(",", ""))
    assert 66_000 < nodes < 70_000
    assert "8 of them matrix products" in compiled.report
