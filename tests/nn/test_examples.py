"""Every public name of nn says what it is and shows how it is used."""

import inspect

import pytest

import nn

# Warnings are caught, not called; a module's names have their own examples.
NAMES = [
    name
    for name in nn.__all__
    if not inspect.ismodule(getattr(nn, name))
    and not (inspect.isclass(getattr(nn, name)) and issubclass(getattr(nn, name), Warning))
]


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_has_a_sentence_and_an_example(name):
    thing = getattr(nn, name)
    if not inspect.isclass(thing) and not inspect.isfunction(thing):  # an activation, a loss
        thing = type(thing)
    assert thing.__doc__
    assert ">>> " in thing.__doc__
