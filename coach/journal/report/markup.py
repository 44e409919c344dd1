"""HTML and SVG put together from elements; every text and every attribute is escaped, there is no other way in."""

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


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
