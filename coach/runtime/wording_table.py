"""A table of the language packs: what was found in each, how easy it is to follow, and whether it is signed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from coach.language.models import LanguagePack, PackStatus
from coach.language.readability import ease
from coach.language.review import Kind, spoken_texts
from coach.runtime.check import TOO_LONG, Finding

_COUNTED: Final = (
    ("missing", Kind.MISSING),
    ("too long", TOO_LONG),
    ("command", Kind.COMMAND),
    ("claim", Kind.CLAIM),
    ("wording", Kind.WORDING),
    ("hard", Kind.HARD),
)
"""Heading of each column, and the kind of finding it counts."""


def wording_table(packs: Iterable[LanguagePack], findings: Iterable[Finding]) -> Iterator[str]:
    """Go through the lines of a table: a heading, then one line for each pack.

    Args:
        packs: The language packs that were looked at.
        findings: What was found in them.
    """
    counts = Counter((finding.language, finding.kind) for finding in findings)
    yield "".join(
        (
            "language  lines  ",
            "".join(f"{heading:>10}" for heading, _ in _COUNTED),
            "   reading, and whether it is signed",
        )
    )
    for pack in packs:
        numbers = "".join(f"{counts[pack.tag, kind]:>10}" for _, kind in _COUNTED)
        yield f"{pack.tag:<9} {len(pack.keys()):>5}  {numbers}   {_reading(pack)}, {_signed(pack)}"


def _reading(pack: LanguagePack) -> str:
    found = ease((text for _, text in spoken_texts(pack)), pack.tag)
    if found is None:
        return "not judged"
    return f"{found.measure} {found.value:.1f} (meant: up to {found.meant:.0f})"


def _signed(pack: LanguagePack) -> str:
    return f"signed by {pack.reviewer}" if pack.status is PackStatus.SIGNED else "not signed"
