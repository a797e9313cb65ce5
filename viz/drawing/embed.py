"""Embed: a picture as an HTML element that is never wider than the cell it stands in."""

from __future__ import annotations

import base64
from html import escape


def image_element(svg: str, name: str, style: str = "") -> str:
    """Return an `<img>` that holds the SVG itself, so that it needs no file and no network.

    Args:
        svg: The picture; a script in it would not run.
        name: What is read out, and shown where there are no pictures.
        style: More of the element's style.

    >>> image_element("<svg/>", "none")
    '<img alt="none" style="max-width:100%;height:auto" src="data:image/svg+xml;base64,PHN2Zy8+">'
    """
    data = base64.b64encode(svg.encode()).decode()
    style = f"max-width:100%;height:auto{style and ';'}{style}"
    return f'<img alt="{escape(name)}" style="{style}" src="data:image/svg+xml;base64,{data}">'
