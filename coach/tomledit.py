"""Changing a TOML file that a person has written: her comments, her order and her spelling of what stays are kept.

The only module that names tomlkit.
"""

import tomllib
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, TypeGuard

import tomlkit
from tomlkit.items import AoT


def edited(text: str, data: Mapping[str, object]) -> str:
    """Return the text of a TOML file, changed so that it says exactly what the data say.

    What says the same already stays as it stands; what the data do not have is taken out; what is new comes behind
    what is there.

    Args:
        text: Of a file that is TOML; empty for a new one.
        data: Plain tables and values: strings, numbers, booleans, dates, times, lists, and mappings of these.
    """
    document = tomlkit.parse(_with_new_values(text, data))
    _change(document, data, top=True)
    return tomlkit.dumps(document)


def _with_new_values(text: str, data: Mapping[str, object]) -> str:
    """Return the text with the new values that stand before all tables, behind the last of those there are."""
    there = tomllib.loads(text)
    new = {key: value for key, value in data.items() if key not in there and not _is_table(value)}
    if not new:
        return text
    lines = text.splitlines(keepends=True)
    plain = {key for key, value in there.items() if not _is_table(value)}
    behind = next(count for count in range(len(lines) + 1) if plain <= _keys("".join(lines[:count])))
    if not plain:
        while behind < len(lines) and lines[behind].startswith("#"):  # what the file says about itself stays first
            behind += 1
    before, after = "".join(lines[:behind]), "".join(lines[behind:])
    if before and not before.endswith("\n"):
        before += "\n"
    added = tomlkit.dumps({key: _item(value, top=True) for key, value in new.items()})
    parted = "" if plain or not before else "\n"
    return before + parted + added + ("" if not after or after.startswith(("\n", "\r")) or plain else "\n") + after


def _keys(text: str) -> set[str]:
    """Return the keys of a part of a file; none where it ends within a value."""
    try:
        return set(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return set()


def _change(table: MutableMapping[str, Any], data: Mapping[str, object], *, top: bool = False) -> None:
    for key in [key for key in table if key not in data]:
        del table[key]
    for key, value in data.items():
        there = table.get(key)
        if isinstance(value, Mapping) and isinstance(there, MutableMapping):
            _change(there, value)
        elif _are_tables(value) and isinstance(there, AoT):
            _change_tables(there, value)
        elif there is None or _plain(there) != _plain(value) or type(_plain(there)) is not type(_plain(value)):
            table[key] = _item(value, top=top)


def _change_tables(tables: AoT, data: Sequence[Mapping[str, object]]) -> None:
    for there, wanted in zip(tables, data, strict=False):
        _change(there, wanted)
    while len(tables) > len(data):
        del tables[-1]
    for wanted in data[len(tables) :]:
        tables.append(_table(wanted))


def _item(value: object, *, top: bool) -> Any:  # noqa: ANN401 - tomlkit's items have no common public type
    if isinstance(value, Mapping):
        return _table(value) if top else _inline(value)
    if _are_tables(value):
        tables = tomlkit.aot()
        for entry in value:
            tables.append(_table(entry))
        return tables
    return tomlkit.item(_plain(value))


def _table(data: Mapping[str, object]) -> Any:  # noqa: ANN401 - as above
    table = tomlkit.table()
    for key, value in data.items():
        table[key] = _item(value, top=False)
    return table


def _inline(data: Mapping[str, object]) -> Any:  # noqa: ANN401 - as above
    table = tomlkit.inline_table()
    table.update(data)
    return table


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or _are_tables(value)


def _are_tables(value: object) -> TypeGuard[Sequence[Mapping[str, object]]]:
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(entry, Mapping) for entry in value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, tuple):
        return list(value)
    return value.unwrap() if hasattr(value, "unwrap") else value
