"""Minify: scripts, styles and markup of the page without comments and what else only people need.

Enough for the assets of this package, whose statements end with a semicolon or a brace, whose
loops have bodies, and whose regular expressions hold no blank, no quote and no bracket alone; not
for any script.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from string import ascii_letters

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//.*|`|\s+|[\w$]+|.')
_RAW = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(`|\$\{)", re.DOTALL)  # the text of a template
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_PROPERTY = re.compile(r"--[\w-]+")
_STYLE_SPACES = re.compile(r"\s*([{};,>])\s*|(?<=[:(])\s+")
_QUOTED = re.compile(r'="([\w-]+)"(?=[ >])')  # not before "/>": that would be part of the value
_ENDS = re.compile("</(?:option|dt|dd)>")  # the next element, or the end around it, implies them
_BEFORE_END = "([{};,=?:&|+-*/<>!."  # a line that ends so goes on, or is a whole statement
_AFTER_END = ")]};,=?:&|*/<>."  # a line that starts so goes on from the one before
_DECLARES = ("const", "let", "function", "class")
_TESTS = ("if", "for", "while", "switch")  # what stands before a bracket without parameters
_GLOBALS = ("Math", "Object", "document", "cancelAnimationFrame", "undefined")  # and often used


def squeeze_script(text: str, kept: Collection[str] = (), own: Collection[str] = ()) -> str:
    r"""Return JavaScript without comments, spaces that it can do without, and long local names.

    Args:
        text: The script.
        kept: Names that other scripts know.
        own: Names of properties that only this script knows: not of elements, nor of their data.

    >>> squeeze_script('if (a === "b  c") {\n  run(`${d + 1} e  f`);  // why\n}')
    'if(a==="b  c"){run(`${d+1} e  f`)}'
    """
    tokens = [token for token in _tokens(text.strip()) if not token.startswith("//")]
    short = _short_names([token for token in tokens if not token.isspace()], kept, own)
    out: list[str] = []
    space = ""
    for token in tokens:
        if token.isspace():
            space = "\n" if "\n" in token else " "
            continue
        if out and space and (gap := _between(out[-1][-1], token[0], space)):
            out.append(gap)
        space = ""
        if (token == "}" and out[-1] == ";") or (token == "." and out[-1:] == ["0"]):
            out.pop()  # 0.5 is .5
        out.append("let" if token == "const" else short.get(token, token))  # one in a strict script
    aliases = ",".join([f"{short[name]}={name}" for name in _GLOBALS if name in short])
    return (f"let {aliases};" if aliases else "") + "".join(out)


def _tokens(text: str) -> Iterator[str]:
    """Yield names, strings, signs, runs of spaces, and the text of templates up to each `${`."""
    depths: list[int] = []  # open braces in each `${` that is open
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        assert match  # "." and \s match everything
        token, place = match[0], match.end()
        ends = False
        if depths:
            depths[-1] += (token == "{") - (token == "}")
            ends = depths[-1] < 0
        if ends:
            depths.pop()
        if token == "`" or ends:
            raw = _RAW.match(text, place)
            assert raw  # templates are closed
            token, place = token + raw[0], raw.end()
            if raw[1] == "${":
                depths.append(0)
        yield token


def _between(before: str, after: str, space: str) -> str:
    if space == "\n" and before not in _BEFORE_END and after not in _AFTER_END:
        return space
    words = all(character.isalnum() or character in "_$" for character in (before, after))
    return " " if words or (before == after and before in "+-/") else ""


def _short_names(
    tokens: Sequence[str], kept: Collection[str], own: Collection[str]
) -> dict[str, str]:
    """Return new names for the own ones and what is declared and no property is called."""
    names = Counter(filter(_NAME.fullmatch, tokens))
    declared, properties = {name for name in _GLOBALS if names[name] > 3}, set(kept)
    brackets = [0]  # the places of those that are open
    around = ["", *tokens, "", ""]
    for place, token in enumerate(tokens):
        before, after = around[place], around[place + 2]
        arrow = (after, around[place + 3]) == ("=", ">")
        if token[0] in ")]}" and len(brackets) > 1:
            start = brackets.pop()
            if token == ")" and (arrow or after == "{") and around[start] not in _TESTS:
                declared.update(_parameters(tokens[start : place + 1]))
        if token[-1] in "([{":
            brackets.append(place)
        if before in _DECLARES or (arrow and token != ")"):
            declared.add(token)
        braces = tokens[brackets[-1]][-1] == "{"
        if before == "." or (braces and before in "{," and after in ":,}="):
            properties.add(token)  # as in `{ a: 1 }`, `{ a, b }` and `{ a = 1 }`
    changed = (declared - properties).union(own)
    long = [name for name, _ in names.most_common() if name in changed and len(name) > 2]
    fresh = (a + b for a, b in itertools.product(ascii_letters, ascii_letters))
    return dict(zip(long, (name for name in fresh if name not in names and name not in _RESERVED)))


_RESERVED = ("as", "do", "if", "in", "is", "of")


def _parameters(tokens: Sequence[str]) -> Iterator[str]:
    """Yield the names of a function's parameters, from one bracket to the other."""
    depth = 0
    for before, token, after in zip(tokens, tokens[1:], tokens[2:]):
        depth += (token in "({") - (token in ")}")
        if depth == 0 and before in "(,[." and after in ",)=]" and _NAME.fullmatch(token):
            yield token


def squeeze_style(text: str) -> str:
    """Return CSS without the spaces that it can do without, and long names of its own properties.

    What the style only uses is set by a script and keeps its name.

    >>> squeeze_style("a > b { --ink: red; color: var(--ink); width: var(--share); }")
    'a>b{--a:red;color:var(--a);width:var(--share)}'
    """
    names = Counter(_PROPERTY.findall(text))
    fresh = (f"--{letter}" for letter in ascii_letters if f"--{letter}" not in names)
    short = dict(zip([name for name, _ in names.most_common() if f"{name}:" in text], fresh))
    text = _PROPERTY.sub(lambda match: short.get(match[0], match[0]), text)
    return _STYLE_SPACES.sub(r"\1", text).replace(";}", "}").strip()


def squeeze_markup(text: str) -> str:
    """Return HTML without lines and indentation, and the quotes and ends that it can do without.

    >>> squeeze_markup('<p id="line">\\n  <input type="range" title="Step on"></p>')
    '<p id=line><input type=range title="Step on"></p>'
    """
    return _QUOTED.sub(r"=\1", _ENDS.sub("", re.sub(r">\n\s*<", "><", text))).strip()
