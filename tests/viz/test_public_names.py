"""What a user imports from viz has a description and an example that is run."""

import pytest

import viz


@pytest.mark.parametrize("name", viz.__all__)
def test_every_public_name_has_a_docstring_with_an_example(name):
    text = getattr(viz, name).__doc__
    assert text.splitlines()[0].endswith((".", ":"))
    assert ">>> " in text
