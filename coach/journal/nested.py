"""Events of the session and of the schedule inside entries: written under their names, read back as what they were."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType, ModuleType
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


class _Nested:
    """The events of one module: each stands in an entry as its fields, and its name under ``event``."""

    def __init__(self, module: ModuleType, root: type) -> None:
        self._adapters = adapters(vars(module), root)
        self._root = root
        self._home = module.__name__

    def read(self, plain: object) -> Any:  # noqa: ANN401 - the fields that use it say which root it is
        """Return an event from what stands in an entry.

        Raises:
            ValueError: It is no event of the module.
        """
        if isinstance(plain, self._root):
            return plain
        if not isinstance(plain, Mapping) or plain.get("event") not in self._adapters:
            raise ValueError(f"this is no event of {self._home}")
        fields = {name: value for name, value in plain.items() if name != "event"}
        return self._adapters[plain["event"]].validate_json(json.dumps(fields), strict=True)

    def written(self, event: object) -> dict[str, object]:
        """Return what stands in an entry for an event.

        Raises:
            JournalError: The event's class is not defined in the module.
        """
        name = kebab(type(event).__name__)
        if name not in self._adapters:
            raise JournalError(f"The journal does not know the event '{name}'; add it to {self._home}.")
        return {"event": name, **self._adapters[name].dump_python(event, mode="json")}


_EVENTS: Final = _Nested(events, Event)
_OCCURRED: Final = _Nested(schedule, Occurred)

KeptEvent = Annotated[Event, PlainValidator(_EVENTS.read), PlainSerializer(_EVENTS.written)]
"""An event of the session in an entry."""
KeptOccurrence = Annotated[Occurred, PlainValidator(_OCCURRED.read), PlainSerializer(_OCCURRED.written)]
"""An event of the schedule in an entry."""
