"""Page: markup, styles and scripts joined into one self-contained HTML file."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from importlib import resources

# The page can make no request, and only scripts inside it run.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_COMMENT = re.compile(r"(^|  )\s*// .*")  # after code, two blanks precede it
_SHELL = """<!DOCTYPE html>
<html lang="en"{theme}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
{markup}
<script>
"use strict";
(() => {{
{script}
}})();
</script>
</body>
</html>
"""


def _assets(*names: str) -> str:
    """Return the text of asset files, without indents and `//` comments."""
    folder = resources.files("viz.player").joinpath("assets")
    lines = "".join([folder.joinpath(name).read_text(encoding="utf-8") for name in names])
    shown = [_COMMENT.sub("", line).strip() for line in lines.splitlines()]
    return "\n".join(filter(None, shown))  # no asset has a string of several lines


def as_script(data: object) -> str:
    """Return plain data as JavaScript in which an HTML parser finds no markup.

    >>> as_script({"label": "</script><b>"})
    '{"label":"\\\\u003c/script>\\\\u003cb>"}'
    """
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return text.replace("<", r"\u003c")


def escape_end_tags(script: str) -> str:
    """Return a script in which an HTML parser finds no end tag, such as `</script>`."""
    return script.replace("</", r"<\/")


def build(
    title: str,
    markup: str,
    styles: Sequence[str],
    scripts: Sequence[str],
    main: str,
    theme: str = "auto",
) -> str:
    """Return the page.

    Args:
        title: Title of the window.
        markup: Name of the asset for the body.
        styles: Names of the assets for the style, in order.
        scripts: Names of the assets with definitions, in order.
        main: JavaScript that runs last.
        theme: "light" or "dark"; "auto" follows the surroundings.

    Raises:
        ValueError: If there is no such theme.
    """
    if theme not in ("auto", "light", "dark"):
        raise ValueError(f"theme is 'auto', 'light' or 'dark', got {theme!r}")
    return _SHELL.format(
        policy=_POLICY,
        theme="" if theme == "auto" else f' data-theme="{theme}"',
        title=html.escape(title.encode(errors="replace").decode()),  # a lone surrogate has no UTF-8
        style=_assets(*styles),
        markup=_assets(markup),
        script=f"{_assets(*scripts)}\n{main}",
    )
