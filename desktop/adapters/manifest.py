"""A plugin's `manifest.toml`: read, and checked as a whole, so that all that is wrong is said at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from desktop.domain.components import Capability, OwnedField

FILE = "manifest.toml"
API_VERSION = 1
"""Of what plugins see, `adapters/api.py`. Here, because the desk reads manifests as it starts and needs no more of them."""
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_ENTRY = re.compile(r"[a-z_][a-z0-9_]*:[A-Za-z_][A-Za-z0-9_]*")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::\d{1,5})?")
_IMPORT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Setting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One setting of a component; `pattern` is a regular expression that the whole value must match.

    `address` says that it is a web address of the council's own choosing whose host may be asked too, as that of
    `base_url` may: whoever fills it in allows that host.
    """

    label: str
    required: bool = False
    default: str = ""
    hint: str = ""
    pattern: str = ""
    address: bool = False


ALWAYS = "always"


class Secret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One secret of a component."""

    label: str
    required: bool = False
    hint: str = ""


class Rate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a component may be asked: requests a second over time, and at once after a rest."""

    per_second: float = 0.0
    burst: int = 10


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a plugin says about itself. `hosts` may be asked; `names` stand in identifiers that look like addresses only.

    `without_notes` says when its cases take no notes: "" for never, `always`, or a setting with its value (`updates=none`).
    Of `secret_sets` one is needed whole, and none may be there by half.
    """

    id: str
    name: str
    api: int
    capabilities: tuple[str, ...]
    entry: str
    licence: str
    desk_owned: tuple[OwnedField, ...] = ()
    without_notes: str = ""
    attribution: str = ""
    requirements: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    settings: dict[str, Setting] = {}
    secrets: dict[str, Secret] = {}
    secret_sets: tuple[tuple[str, ...], ...] = ()
    rate: Rate = Rate()

    @property
    def module(self) -> str:
        """The module of the adapter's class, relative to the folder."""
        return self.entry.partition(":")[0]

    @property
    def class_name(self) -> str:
        """The name of the adapter's class."""
        return self.entry.partition(":")[2]

    def takes_notes(self, settings: Mapping[str, str]) -> bool:
        """Whether the cases of a component with these settings take notes."""
        name, equals, value = self.without_notes.partition("=")
        if not equals:
            return self.without_notes != ALWAYS
        return (settings.get(name) or self.settings[name].default) != value


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFinding:
    """Something wrong in a manifest. `field` is a path such as `settings.base_url.label`, "" for the whole file."""

    file: Path
    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRead:
    """A manifest as read: None with at least one finding, or the manifest and perhaps findings."""

    manifest: Manifest | None
    findings: tuple[ManifestFinding, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether the plugin may be used."""
        return self.manifest is not None and not self.findings


def load_manifest(folder: Path) -> ManifestRead:
    """Reads and checks a plugin folder's manifest; never raises for what is in it."""
    file = folder / FILE
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return _refuse(file, ("", "There is no manifest.toml in this folder."))
    except OSError as error:
        return _refuse(file, ("", f"It cannot be read: {error.strerror}."))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return _refuse(file, ("", f"It is not TOML: {error}."))
    problems = list(_find_shape_problems(table))
    if problems:
        return _refuse(file, *problems)
    manifest = msgspec.convert(table, Manifest)
    found = tuple(
        ManifestFinding(file=file, field=where, message=what) for where, what in _find_problems(manifest, folder.name)
    )
    return ManifestRead(manifest=manifest, findings=found)


def _refuse(file: Path, *problems: tuple[str, str]) -> ManifestRead:
    found = tuple(ManifestFinding(file=file, field=where, message=what) for where, what in problems)
    return ManifestRead(manifest=None, findings=found)


# ==== shape ====


def _find_shape_problems(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What does not fit the structures, field by field (one conversion would stop at the first)."""
    yield from _find_field_problems(table, Manifest, "")
    groups: tuple[tuple[str, type[msgspec.Struct]], ...] = (("settings", Setting), ("secrets", Secret))
    for group, kind in groups:
        entries = table.get(group, {})
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            where = f"{group}.{name}"
            if not isinstance(entry, dict):
                yield where, f"It must be a table: [{where}]."
            else:
                yield from _find_field_problems(entry, kind, f"{where}.")


def _find_field_problems(
    table: Mapping[str, object], kind: type[msgspec.Struct], before: str
) -> Iterator[tuple[str, str]]:
    fields = {f.name: f for f in msgspec.structs.fields(kind)}
    for name in table.keys() - fields.keys():
        yield f"{before}{name}", f"No such field. There are: {', '.join(fields)}."
    for name, spec in fields.items():
        if name not in table:
            if spec.required:
                yield f"{before}{name}", "It is missing."
        elif name not in {"settings", "secrets"}:
            try:
                msgspec.convert(table[name], spec.type)
            except msgspec.ValidationError as error:
                yield f"{before}{name}", f"{error}."
        elif not isinstance(table[name], dict):
            yield name, "It must be a table."


# ==== meaning ====


def _find_problems(manifest: Manifest, folder: str) -> Iterator[tuple[str, str]]:
    if manifest.id != folder:
        yield "id", f"It must equal the folder's name, {folder}."
    if not _NAME.fullmatch(manifest.id):
        yield "id", "Small letters, digits and _ only, a letter first, 40 at most."
    if not manifest.name.strip():
        yield "name", "It is empty."
    if manifest.api != API_VERSION:
        yield "api", f"This Knit speaks version {API_VERSION} of the adapter api, not {manifest.api}."
    if not _ENTRY.fullmatch(manifest.entry):
        yield "entry", 'It must be "module:Class", relative to the folder.'
    if not manifest.licence.strip():
        yield "licence", "It is empty. Name the licence of the plugin's code."
    yield from _find_list_problems(manifest)
    yield from _find_setting_problems(manifest)


def _find_list_problems(manifest: Manifest) -> Iterator[tuple[str, str]]:
    known = [c.value for c in Capability]
    if not manifest.capabilities:
        yield "capabilities", f"Name at least one of {', '.join(known)}."
    for capability in manifest.capabilities:
        if capability not in known:
            yield "capabilities", f"{capability!r} is none of {', '.join(known)}."
    for where, hosts in (("hosts", manifest.hosts), ("names", manifest.names)):
        for host in hosts:
            if not _HOST.fullmatch(host):
                yield where, f"{host!r} is not a host name in small letters, with a port at most."
    for name in manifest.requirements:
        if not _IMPORT.fullmatch(name):
            yield "requirements", f"{name!r} is not the name of an import."
    if manifest.rate.per_second < 0 or manifest.rate.burst < 1:
        yield "rate", "per_second must not be negative, and burst at least 1."


def _find_setting_problems(manifest: Manifest) -> Iterator[tuple[str, str]]:
    named, equals, _value = manifest.without_notes.partition("=")
    if manifest.without_notes not in {"", ALWAYS} and not (equals and named in manifest.settings):
        yield "without_notes", f'It is "{ALWAYS}", or one of the settings with its value, as "updates=none".'
    for name in manifest.settings.keys() & manifest.secrets.keys():
        yield f"secrets.{name}", "A setting has the same name."
    for group, names in (("settings", manifest.settings), ("secrets", manifest.secrets)):
        for name in names:
            if not _NAME.fullmatch(name):
                yield f"{group}.{name}", "Small letters, digits and _ only, a letter first, 40 at most."
    for name in sorted({name for one in manifest.secret_sets for name in one} - manifest.secrets.keys()):
        yield "secret_sets", f"There is no secret {name!r}."
    for name, setting in manifest.settings.items():
        try:
            pattern = re.compile(setting.pattern or ".*")
        except re.error as error:
            yield f"settings.{name}.pattern", f"It is not a regular expression: {error}."
            continue
        if setting.default and not pattern.fullmatch(setting.default):
            yield f"settings.{name}.default", "It does not match the pattern."
