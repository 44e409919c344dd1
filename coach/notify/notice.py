"""What a carer is told: a notice, and its words.

1. A notice names its kind; what was said in the room is never part of it.
2. The words stand in ``voices/<tag>/notices.toml``, one table a kind; nothing but the person's name is put into them.
3. By default a message says that something happened, not what: symptoms go out only where a carer asked for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, RootModel

from coach.errors import PackError
from coach.tomlfile import parse, read_toml

FILE: Final = "notices.toml"
NAMELESS: Final = "name"
"""Key of the words that stand for the person where no name was given, or none may go out."""


class Kind(StrEnum):
    """Every kind of notice there is."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    BLEEDING = "bleeding"
    SAFETY = "safety"
    SAFETY_AGAIN = "safety-again"
    CAUTION = "caution"
    GROAN = "groan"
    CALL_UNANSWERED = "call-unanswered"
    NO_ANSWER = "no-answer"
    REFUSED = "refused"
    FAULT = "fault"
    FAULT_ENDED = "fault-ended"
    TEST = "test"
    """Sent once a week, so that a carer knows that notices arrive."""


URGENT: Final = frozenset({Kind.EMERGENCY, Kind.URGENT, Kind.BLEEDING, Kind.SAFETY, Kind.SAFETY_AGAIN})
"""Kinds that cannot wait till morning; sent with the highest priority a channel knows."""


class Notice(BaseModel):
    """One notice that waits to be delivered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=200)]
    """Unlike every other's: a notice that arrives twice is told as one."""
    kind: Kind
    wall: Annotated[str, Field(max_length=40)] = ""
    """When it was queued, by the wall clock, ISO 8601; a label."""

    @property
    def file(self) -> str:
        """Return a file name for it that no id can break out of."""
        return sha256(self.id.encode()).hexdigest()[:24]


class _Words(BaseModel):
    """The words of one kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=80)]
    plain: Annotated[str, Field(min_length=1, max_length=400)]
    """What is said where symptoms do not go out."""
    detail: Annotated[str, Field(max_length=400)] = ""
    """What is said where they do; the plain words where it is left out."""


class _NoticeFile(RootModel[dict[str, _Words]]):
    """notices.toml without its first key."""


@dataclass(frozen=True, slots=True)
class Message:
    """A notice in words, ready for a channel."""

    id: str
    kind: Kind
    title: str
    body: str
    wall: str

    @property
    def urgent(self) -> bool:
        """Return whether it cannot wait."""
        return self.kind in URGENT


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of every kind in one language."""

    nameless: str
    words: Mapping[str, _Words]

    def message(self, notice: Notice, *, name: str = "", details: bool = False) -> Message:
        """Return a notice in words.

        Args:
            notice: What happened.
            name: The person's name; empty where it may not go out.
            details: Whether symptoms may go out.
        """
        words = self.words[notice.kind.value]
        body = words.detail if details and words.detail else words.plain
        who = name or self.nameless
        return Message(
            notice.id, notice.kind, _named(words.title, who), f"{_named(body, who)} ({notice.wall[:16]})", notice.wall
        )


def load_wording(folder: Path) -> Wording:
    """Read notices.toml of a language pack.

    Raises:
        PackError: The file is missing or wrong, or a kind of notice has no words.
    """
    path = folder / FILE
    data = read_toml(path, PackError)
    nameless = data.pop(NAMELESS, None)
    if not isinstance(nameless, str) or not nameless:
        raise PackError(f'{path}: key {NAMELESS} is missing; write what stands for a name, such as "your patient".')
    words = parse(_NoticeFile, data, path, PackError).root
    for kind in Kind:
        if kind.value not in words:
            raise PackError(f"{path}: table [{kind.value}] is missing; add it with title and plain.")
    for name in words:
        if name not in set(Kind):
            raise PackError(f"{path}: table [{name}] is no kind of notice; take it out.")
    return Wording(nameless, words)


def _named(text: str, who: str) -> str:
    # Not str.format: a name is data, and no text of a file may reach into an object.
    return text.replace("{name}", who)
