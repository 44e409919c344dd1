"""Events of the session and of the schedule inside entries: written under their names, read back as what they were."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import PlainSerializer, PlainValidator, TypeAdapter

from coach.errors import JournalError
from coach.plan import schedule
from coach.plan.schedule import Occurred
from coach.session import events
from coach.session.events import Event


def kebab(name: str) -> str:
    """Return a class name as it stands in the journal, such as ``session-opened``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def adapters(names: Mapping[str, object], root: type) -> Mapping[str, TypeAdapter[Any]]:
    """Return what reads and writes each class below a root that a module defines."""
    kinds = [kind for kind in names.values() if isinstance(kind, type) and issubclass(kind, root) and kind is not root]
    return MappingProxyType({kebab(kind.__name__): TypeAdapter(kind) for kind in kinds})


_EVENTS: Final = adapters(vars(events), Event)
_OCCURRED: Final = adapters(vars(schedule), Occurred)


def _event_read(plain: object) -> Event:
    if isinstance(plain, Event):
        return plain
    if not isinstance(plain, Mapping) or plain.get("event") not in _EVENTS:
        raise ValueError("this is no event of the coach")
    fields = {name: value for name, value in plain.items() if name != "event"}
    event: Event = _EVENTS[plain["event"]].validate_json(json.dumps(fields), strict=True)
    return event


def _event_written(event: Event) -> dict[str, object]:
    name = kebab(type(event).__name__)
    if name not in _EVENTS:
        raise JournalError(f"The journal does not know the event '{name}'; add it to coach/session/events.py.")
    return {"event": name, **_EVENTS[name].dump_python(event, mode="json")}


def _occurred_read(plain: object) -> Occurred:
    if isinstance(plain, Occurred):
        return plain
    if not isinstance(plain, Mapping) or plain.get("event") not in _OCCURRED:
        raise ValueError("this is no event of the schedule")
    fields = {name: value for name, value in plain.items() if name != "event"}
    event: Occurred = _OCCURRED[plain["event"]].validate_json(json.dumps(fields), strict=True)
    return event


def _occurred_written(event: Occurred) -> dict[str, object]:
    name = kebab(type(event).__name__)
    return {"event": name, **_OCCURRED[name].dump_python(event, mode="json")}


KeptEvent = Annotated[Event, PlainValidator(_event_read), PlainSerializer(_event_written)]
"""An event of the session in an entry."""
KeptOccurrence = Annotated[Occurred, PlainValidator(_occurred_read), PlainSerializer(_occurred_written)]
"""An event of the schedule in an entry."""
