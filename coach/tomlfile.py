"""TOML files, read so that a person who edits one is told in a sentence what to mend.

Every file a person may edit goes through `read_toml` (bytes to plain data) and `parse`
(plain data to a pydantic model). Whatever is wrong becomes one sentence of the caller's
own error class: the file, the table, the key, what is there, what may be there.

Data are validated strictly: TOML knows whole numbers, numbers, strings and booleans
apart, so ``true`` is no number and ``"4"`` is none either.
"""

import difflib
import json
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Final, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from coach.errors import InputError

SIZE_MAX: Final = 256 * 1024
"""Most bytes of a file: eight times the longest phrase book, far below what could hold up a small computer."""
LINE_MAX: Final = 4_000
"""Most characters of a line. A dotted key of 100,000 parts costs the TOML reader minutes (its work is quadratic)."""
DEPTH_MAX: Final = 16
"""Most levels of tables and lists in each other; the deepest file of the project has five."""
_SHOWN: Final = 40
"""Characters of a wrong value that are quoted back."""

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")

Model = TypeVar("Model", bound=BaseModel)
Schema = Mapping[str, object]
Place = tuple[int | str, ...]
"""Keys and list places from the top of a file to a value."""


def read_toml(path: Path, error: type[InputError]) -> dict[str, object]:
    """Return what a TOML file says, as plain dictionaries, lists and values.

    Args:
        path: The file, UTF-8, at most `SIZE_MAX` bytes.
        error: The class of error to raise.

    Returns:
        The top table. A file that holds nothing but comments gives an empty one.

    Raises:
        InputError: Of the class given: the file is missing, empty, too large, no file, not UTF-8, or no TOML.
    """
    raw = _bytes(path, error)
    try:
        text = raw.decode("utf-8-sig")  # some editors put a byte-order mark first; TOML does not know it
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        raise error(f"{path}, line {line}: this is not UTF-8 text; save the file again as UTF-8.") from None
    if not text.strip():
        raise error(f"{path}: the file is empty; write it anew, or delete it.")
    for number, line_text in enumerate(text.splitlines(), start=1):
        if len(line_text) > LINE_MAX:
            raise error(f"{path}, line {number}: the line is longer than {LINE_MAX} characters; break it up.")
    too_deep = f"{path}: tables and lists are nested too deeply; {DEPTH_MAX} levels are the most."
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise error(too_deep) from None
    except ValueError as wrong:  # TOMLDecodeError is one; a number of thousands of digits raises it bare
        raise error(_syntax_sentence(path, str(wrong))) from None
    if _deeper_than(data, DEPTH_MAX):
        raise error(too_deep)
    return data


def toml_files(folder: Path, error: type[InputError]) -> tuple[Path, ...]:
    """Return the ``*.toml`` files of a folder, in order of their names.

    Raises:
        InputError: Of the class given: the folder is missing, is no folder, or cannot be read.
    """
    try:
        return tuple(sorted(entry for entry in folder.iterdir() if entry.suffix == ".toml"))
    except (OSError, ValueError) as wrong:
        raise error(_access_sentence(folder, wrong, "folder")) from None


def parse(model: type[Model], data: Mapping[str, object], path: Path, error: type[InputError]) -> Model:
    """Return plain data as a model, or say in one sentence what is wrong with them.

    Numbers, strings and booleans are never converted into each other; lists may fill
    tuples and sets, strings may fill enumerations and dates.

    Args:
        model: The pydantic model of the whole file.
        data: What `read_toml` returned.
        path: The file, for the message.
        error: The class of error to raise.

    Raises:
        InputError: Of the class given. The message names file, table, key, the value and what is allowed,
            and says how many other things are wrong.
    """
    try:
        # JSON mode is what makes strict validation fit a text format: enumerations from strings, tuples from lists.
        return model.model_validate_json(json.dumps(data, default=_plain), strict=True)
    except ValidationError as wrong:
        details = wrong.errors(include_url=False)
    except ValueError:  # a hexadecimal number beyond the 4,300 digits Python will write out
        raise error(f"{path}: a number has thousands of digits; correct it.") from None
    causes = _causes(data, details)
    place, first = causes[0]
    more = len(causes) - 1
    also = f" ({more} more to mend in this file)" if more else ""
    raise error(f"{path}, {_spot(data, place)}: {_problem(first, model.model_json_schema(), place)}{also}.")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return which known name is nearest to a word, or all that are known, as the last clause of a sentence."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f'the nearest known is "{close[0]}"'
    return "known are " + ", ".join(names) if names else "nothing is known there"


def shown(value: object) -> str:
    """Return a value as it would stand in the file, shortened for a message."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 128:
        return "a number of very many digits"
    try:
        text = repr(value) if isinstance(value, float) else json.dumps(value, default=_plain, ensure_ascii=False)
    except (ValueError, TypeError):
        text = str(type(value).__name__)
    text = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _bytes(path: Path, error: type[InputError]) -> bytes:
    """Return a regular file's bytes, size checked before and while reading."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise error(f"{path}: this is a folder; name a .toml file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise error(f"{path}: this is no ordinary file; name a .toml file.")
        if status.st_size <= SIZE_MAX:
            with path.open("rb") as opened:
                raw = opened.read(SIZE_MAX + 1)
            if len(raw) <= SIZE_MAX:
                return raw
    except (OSError, ValueError) as wrong:
        raise error(_access_sentence(path, wrong, "file")) from None
    raise error(f"{path}: the file has {status.st_size:,} bytes; {SIZE_MAX:,} are the most, so this is another file.")


def _access_sentence(path: Path, wrong: Exception, kind: str) -> str:
    if isinstance(wrong, FileNotFoundError):
        return f"{path}: there is no such {kind}; look at the name."
    if isinstance(wrong, NotADirectoryError):
        return f"{path}: a part of this path is no folder; look at the name."
    if isinstance(wrong, PermissionError):
        return f"{path}: the {kind} may not be read; change its permissions."
    reason = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
    return f"{str(path)[:200]!r}: the {kind} cannot be read ({reason})."


def _syntax_sentence(path: Path, message: str) -> str:
    found = re.fullmatch(r"(?s)(.*?)(?: \(at (?:line (\d+), column (\d+)|end of document)\))?", message)
    what, line, column = found.groups() if found else (message, None, None)
    what = what[:1].lower() + what[1:]
    at = f"line {line}, column {column}" if line else "at its end" if "end of document" in message else "somewhere"
    return f"{path}, {at}: this is no TOML ({what}); mend that line."


def _deeper_than(data: object, most: int) -> bool:
    """Return whether values are nested more than so many levels deep; loops, so that depth cannot exhaust the stack."""
    level: list[object] = [data]
    for _ in range(most + 1):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True


def _plain(value: object) -> str:
    """Return a TOML date or time as the string pydantic reads it from."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _causes(data: object, details: list[ErrorDetails]) -> list[tuple[Place, ErrorDetails]]:
    """Return the errors that do not only follow from others, with their places in the file.

    Of each place the first; unknown keys first, because they explain missing ones.
    """
    placed: dict[Place, ErrorDetails] = {}
    for detail in details:
        placed.setdefault(_reached(data, detail), detail)
    # A list whose only entry is wrong is also too short; a union complains for each of its members.
    causes = [pair for pair in placed.items() if not any(_inside(other, pair[0]) for other in placed)]
    return sorted(causes, key=lambda pair: pair[1]["type"] != "extra_forbidden")


def _inside(place: Place, outer: Place) -> bool:
    """Return whether a place lies within another."""
    return len(place) > len(outer) and place[: len(outer)] == outer


def _reached(data: object, detail: ErrorDetails) -> Place:
    """Return the place of an error without the steps pydantic adds to name the member of a union."""
    place = detail["loc"]
    steps: list[int | str] = []
    value = data
    for number, step in enumerate(place, start=1):
        missing = detail["type"] == "missing" and number == len(place)
        if isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
            steps.append(step)
        elif isinstance(step, str) and isinstance(value, dict) and (missing or step in value):
            value = value.get(step)
            steps.append(step)
    return tuple(steps)


def _spot(data: Mapping[str, object], place: Place) -> str:
    """Return table and key of a place as they stand in a file, such as ``table [[block]] number 2, key reps.v``."""
    value: object = data
    parts: list[str] = []
    keys: list[str] = []
    for step in place:
        if isinstance(step, str):
            keys.append(step if _BARE_KEY.fullmatch(step) else shown(step))
            value = value.get(step) if isinstance(value, dict) else None
            if isinstance(value, dict) and not parts and len(keys) == 1 and len(place) > 1:
                parts.append(f"table [{keys.pop()}]")
        elif isinstance(value, list):
            value = value[step]
            if isinstance(value, dict):
                parts.append(f"table [[{'.'.join(keys)}]] number {step + 1}")
                keys = []
            else:
                keys[-1] += f" (entry {step + 1})"
    if keys:
        parts.append("key " + ".".join(keys))
    return ", ".join(parts) or "the whole file"


def _problem(detail: ErrorDetails, schema: Schema, place: Place) -> str:
    """Return what is wrong with one value and what may stand there."""
    kind = detail["type"]
    if kind == "extra_forbidden":
        known = [key for part in _parts(schema, place[:-1]) for key in cast("Schema", part.get("properties", {}))]
        return f"this key is not known; {nearest(str(place[-1]), known)}"
    if kind in ("value_error", "assertion_error"):
        return str(detail.get("ctx", {}).get("error", detail["msg"])).rstrip(".")
    allowed = " or ".join(dict.fromkeys(_allowed(part) for part in _parts(schema, place))) or "what this key needs"
    if kind == "missing":
        return f"this key is missing; add {allowed}"
    return f"{shown(detail['input'])} is not allowed here; write {allowed}"


def _parts(schema: Schema, place: Place) -> list[dict[str, object]]:
    """Return the parts of a model's JSON schema that describe the value at a place; several where it is a union."""
    options: list[dict[str, object]] = [dict(schema)]
    for step in place:
        options = [inner for option in options for inner in _below(schema, option, step)]
    return [plain for option in options for plain in _resolved(schema, option)]


def _below(schema: Schema, option: dict[str, object], step: int | str) -> Iterable[dict[str, object]]:
    for plain in _resolved(schema, option):
        inner: object = None
        if isinstance(step, int):
            listed = plain.get("prefixItems")
            inner = listed[step] if isinstance(listed, list) and step < len(listed) else plain.get("items")
        else:
            named = plain.get("properties")
            inner = named.get(step) if isinstance(named, dict) else None
            inner = inner or plain.get("additionalProperties")
        if isinstance(inner, dict):
            yield inner


def _resolved(schema: Schema, option: dict[str, object]) -> Iterable[dict[str, object]]:
    """Return what a part of a schema stands for: references followed, unions opened, "nothing" left out."""
    if "$ref" in option:
        name = str(option["$ref"]).rsplit("/", maxsplit=1)[-1]
        option = cast("dict[str, dict[str, dict[str, object]]]", schema)["$defs"][name]
    members = option.get("anyOf") or option.get("oneOf")
    if not isinstance(members, list):
        return [] if option.get("type") == "null" else [option]
    return [plain for member in members for plain in _resolved(schema, member)]


_KINDS: Final[Mapping[str, str]] = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text in quotation marks",
    "boolean": "true or false",
    "array": "a list in square brackets",
}


def _allowed(part: Schema) -> str:
    """Return in words what a JSON schema lets stand at a place."""
    if "enum" in part or "const" in part:
        values = part.get("enum", [part.get("const")])
        return "one of " + ", ".join(shown(value) for value in cast("list[object]", values))
    kind = str(part.get("type", ""))
    if kind == "object":
        needed = part.get("required")
        keys = ", ".join(cast("list[str]", needed)) if needed else ""
        return f"a table with the keys {keys}" if keys else "a table"
    return _KINDS.get(kind, "what this key needs") + _bounds(part)


def _bounds(part: Schema) -> str:
    """Return the range of numbers or the form of text in a JSON schema, in words that follow the kind of value."""
    words = ""
    low, high = part.get("minimum"), part.get("maximum")
    if low is not None and high is not None:
        words += f" from {low} to {high}"
    elif low is not None:
        words += f", {low} or more"
    elif high is not None:
        words += f", {high} or less"
    if part.get("exclusiveMinimum") is not None:
        words += f", more than {part['exclusiveMinimum']}"
    if part.get("exclusiveMaximum") is not None:
        words += f", less than {part['exclusiveMaximum']}"
    if part.get("pattern"):
        words += f" of the form {part['pattern']}"
    if part.get("minLength") or part.get("minItems"):
        words += ", not empty"
    if part.get("maxLength"):
        words += f", at most {part['maxLength']} characters"
    return words
