"""profile.toml: the council, the officer and the components of a profile; never a secret."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec

from desktop.config.files import file_errors
from desktop.domain.components import Component
from desktop.domain.errors import InvalidInput
from desktop.domain.ids import StaffId
from desktop.domain.people import Officer

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


class ProfileSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What profile.toml says."""

    council_name: str = "Council"
    gss: str = ""
    training: bool = False
    officer: str = ""
    officers: tuple[Officer, ...] = ()
    components: tuple[Component, ...] = ()
    plugin_folders: tuple[str, ...] = ()

    def present_officer(self) -> Officer:
        """Who is at the desk."""
        for officer in self.officers:
            if officer.staff_id == self.officer:
                return officer
        return Officer(staff_id=StaffId(self.officer or "me"), name=self.officer or "You")


def load_settings(path: Path) -> ProfileSettings:
    """Settings from a file; defaults where there is none.

    Raises:
        InvalidInput: the file is not TOML, or a field is wrong: says which.
        StoreError: the file cannot be read.
    """
    with file_errors(path):
        body = path.read_bytes() if path.exists() else b""
    try:
        settings = msgspec.convert(tomllib.loads(body.decode("utf-8")), ProfileSettings)
        _check_ids(settings)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise InvalidInput(
            f"The profile's settings cannot be read: {error}.",
            f"Mend {path.name}, or take the last copy of it.",
            key="profile.settings",
            subject=path.name,
        ) from error
    return settings


def _check_ids(settings: ProfileSettings) -> None:
    """Raises ValidationError: keys, secrets and records go by a component's id, so no two may share one."""
    seen: set[str] = set()
    for component in settings.components:
        if not _ID.fullmatch(component.id):
            raise msgspec.ValidationError(
                f"{component.id[:80]!r} is no id of a component: letters, digits, _, - and . only, 64 at most"
            )
        if component.id in seen:
            raise msgspec.ValidationError(f"Two components have the id {component.id}")
        seen.add(component.id)


def save_settings(path: Path, settings: ProfileSettings) -> None:
    """Writes settings to a new file and puts it in the place of the old, so that a crash leaves one of the two."""
    text = _toml(msgspec.to_builtins(settings))
    part = path.with_suffix(".part")
    with file_errors(path):
        part.write_text(text, encoding="utf-8")
        part.replace(path)


def _toml(values: dict[str, Any]) -> str:
    """TOML of a flat table whose lists may hold tables. The standard library reads TOML and does not write it."""
    lines = [f"{name} = {toml_value(value)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def toml_value(value: object) -> str:
    """A value as TOML writes it, on one line. Raises TypeError for what TOML has no word for."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return msgspec.json.encode(value).decode().replace("\x7f", "\\u007F")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml_value(str(k))} = {toml_value(v)}" for k, v in value.items()) + "}"
    raise TypeError(type(value).__name__)
