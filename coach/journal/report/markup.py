"""HTML and SVG put together from elements; every text and every attribute is escaped, there is no other way in."""

import base64
from hashlib import sha256
from html import escape

_VOID = frozenset({"meta", "br", "col", "rect", "line", "circle", "path", "polygon"})
"""Elements without content; those of SVG close themselves."""
_SVG = frozenset({"rect", "line", "circle", "path", "polygon"})


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def element(tag: str, /, *children: object, **attributes: object) -> Markup:
    """Return an element.

    Args:
        tag: Its name.
        children: Markup as it is, anything else as escaped text; None is left out.
        attributes: An underscore stands for a hyphen, one at the end for nothing; None is left out, True stands alone.
    """
    told = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if tag in _VOID:
        return Markup(f"<{tag}{told}{'/' if tag in _SVG else ''}>")
    return Markup(f"<{tag}{told}>{together(*children)}</{tag}>")


def together(*children: object) -> Markup:
    """Return children one after another: markup as it is, anything else as escaped text; None is left out."""
    told = (child if isinstance(child, Markup) else escape(str(child)) for child in children if child is not None)
    return Markup("".join(told))


def page(title: str, style: str, language: str, *body: Markup | None, kind: str | None = None) -> str:
    """Return a whole page that fetches nothing and runs nothing; it forbids both itself.

    Args:
        title: Shown by a browser.
        style: The one style sheet.
        language: Tag of the words.
        body: What stands on it.
        kind: Class of the body.
    """
    digest = base64.b64encode(sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Markup(style)),
    )
    whole = element("html", head, element("body", *body, class_=kind), lang=language)
    return f"<!doctype html>\n{whole}\n"


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
