"""The README's examples run as they stand, and its commands are the ones CI runs."""

import doctest
import re
from pathlib import Path

from autograd_core.table import TABLE

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """Return the README's code blocks in one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_examples_print_what_they_say() -> None:
    examples = "\n".join(block for block in blocks("python") if ">>>" in block)
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    test = parser.get_doctest(examples, {}, "README.md", "README.md", 0)
    runner.run(test)
    TABLE.pop("my_softplus")
    assert runner.tries >= 10
    assert runner.failures == 0


def test_the_test_suite_example_runs() -> None:
    (example,) = [block for block in blocks("python") if "import pytest" in block]
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)
    names["test_ratio"]()  # type: ignore[operator]


def test_there_is_one_line_for_each_of_the_two_commands() -> None:
    lines = README.splitlines()
    assert lines.count('pip install ".[plots]" && python -m nn train iris') == 1
    assert lines.count('pip install -e ".[test]" && pytest') == 1


def test_every_file_it_names_is_there() -> None:
    for path in re.findall(r"`((?:autograd_core|nn|viz)/[\w/.]*)`", README):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\(((?!http)[^)#]+)\)", README):
        assert (ROOT / path).exists(), path
