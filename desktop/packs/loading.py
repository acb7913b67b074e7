"""A pack from its folder: the shared one, with a council's overrides over it, checked as a whole.

Reads files, so not on the desk's GUI thread. Nothing raises for what is in a pack: everything that is wrong is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.packs.documents import Document, Finding, Table, load_document, read_text
from desktop.packs.facts import CASE_FACTS, Fact
from desktop.packs.forms import find_facts
from desktop.packs.layering import (
    OVERRIDE,
    Layered,
    build_layered,
    build_layered_form,
    find_override,
    find_removed_nowhere,
)
from desktop.packs.reading import convert
from desktop.packs.schema import CaseType, Service
from desktop.packs.three_way import Line, Outcome, rebase_form, rebase_table, rebase_text

SERVICE_FILE = "service.toml"
COUNCIL_FILE = "council.toml"
EARLIER = "earlier"
"""Folder of earlier versions: a running case keeps the version that it began with."""


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a letter, and the file that it is from."""

    file: Path
    text: str


@dataclass(frozen=True, slots=True)
class LoadedCase:
    """A case type with its form, its letters by id, and the facts that its rules may ask."""

    type: CaseType
    form: Table
    letters: Mapping[str, Template]
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class CaseRead:
    """A case type as read, each part with its places; `case` is None where it cannot be used at all."""

    case: LoadedCase | None
    toml: Layered
    form: Layered | None
    findings: tuple[Finding, ...]
    report: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class PackRead:
    """A service as read. `sound` says whether it may be used for new cases."""

    folder: Path
    service: Service | None
    toml: Layered
    cases: Mapping[str, CaseRead]
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong in it."""
        return self.service is not None and not self.findings and all(not read.findings for read in self.cases.values())


def load_service(folder: Path, overrides: Path | None = None) -> PackRead:
    """Reads a service's folder; `overrides` is the council's folder for the same service."""
    layered, findings = _load_toml(folder, overrides, SERVICE_FILE)
    service, wrong = convert(layered, Service) if layered.shared.sound else (None, [])
    cases = {code: load_case(folder, code, overrides) for code in (service.case_types if service else ())}
    return PackRead(folder, service, layered, cases, (*findings, *wrong))


def load_case(folder: Path, code: str, overrides: Path | None = None, *, version: int = 0) -> CaseRead:
    """Reads a case type; `version` 0 is the newest, any other one that was kept."""
    newest, findings = _load_toml(folder, overrides, f"{code}.toml")
    if version and newest.shared.table.get("version") != version:
        kept = overrides / EARLIER / str(version) if overrides is not None else None
        return load_case(folder / EARLIER / str(version), code, kept)
    case, wrong = convert(newest, CaseType) if newest.shared.sound else (None, [])
    if case is None:
        return CaseRead(None, newest, None, (*findings, *wrong))
    against, stale = _find_against(newest)
    earlier = folder / EARLIER / str(against) if against not in {0, case.version} else None
    form, form_findings = _load_form(folder, overrides, case.form)
    letters, letter_findings = _load_letters(folder, overrides, case, newest)
    report, moved = _rebase(newest, form, earlier, folder, overrides)
    if moved is not None:
        newest = Layered(newest.shared, newest.override, moved)
        case, wrong = convert(newest, CaseType)
    found = (*findings, *wrong, *stale, *form_findings, *letter_findings, *_find_conflicts(newest, form, report))
    if case is None:
        return CaseRead(None, newest, form, found, report)
    facts = {**CASE_FACTS, **find_facts(form.table), **{one.id: Fact(one.kind, one.name) for one in case.calculated}}
    return CaseRead(LoadedCase(case, form.table, letters, facts), newest, form, found, report)


def _load_toml(folder: Path, overrides: Path | None, name: str) -> tuple[Layered, list[Finding]]:
    shared = load_document(folder / name)
    file = find_override(overrides, name)
    override = load_document(file) if file is not None else None
    findings = [*shared.findings, *(override.findings if override else ())]
    if override is not None and not override.sound:
        return build_layered(shared, None), findings
    if override is not None:
        findings += find_removed_nowhere(shared.table, override)
    return build_layered(shared, override), findings


def _load_form(folder: Path, overrides: Path | None, name: str) -> tuple[Layered, list[Finding]]:
    shared = load_document(folder / name)
    file = find_override(overrides, name)
    override = load_document(file) if file is not None else None
    findings = [*shared.findings, *(override.findings if override else ())]
    return build_layered_form(shared, override if override is not None and override.sound else None), findings


def _load_letters(
    folder: Path, overrides: Path | None, case: CaseType, layered: Layered
) -> tuple[dict[str, Template], list[Finding]]:
    texts: dict[str, Template] = {}
    findings = []
    for letter in case.letters:
        file = find_letter(folder, overrides, letter.file)
        text, problem = read_text(file) if file is not None else ("", "It must be a file of the folder “letters”.")
        if file is not None and not problem:
            texts[letter.id] = Template(file, text)
        else:
            findings.append(layered.find(("letters", letter.id, "file"), f"{letter.file}: {problem}"))
    return texts, findings


def find_letter(folder: Path, overrides: Path | None, name: str) -> Path | None:
    """A template's file, the council's own where it has one; None for a name that leads elsewhere."""
    if Path(name).name != name or name in {"", ".", ".."}:
        return None
    return find_override(overrides, f"letters/{name}") or folder / "letters" / name


# ==== when the shared pack moved on ====
def _find_against(layered: Layered) -> tuple[int, list[Finding]]:
    """The shared version that an override was made against; 0 where there is no override."""
    if layered.override is None:
        return 0, []
    told = layered.override.table.get(OVERRIDE)
    against = told.get("against") if isinstance(told, dict) else None
    now = layered.shared.table.get("version")
    if not isinstance(against, int) or isinstance(against, bool) or not isinstance(now, int) or not 0 < against <= now:
        message = f"Say which version of the shared pack this was made against: [override] against = {now}."
        line = layered.override.find_line((OVERRIDE,)) or 1
        return 0, [Finding(layered.override.file, line, "override.against", message)]
    return against, []


def _rebase(
    layered: Layered, form: Layered, earlier: Path | None, folder: Path, overrides: Path | None
) -> tuple[tuple[Line, ...], Table | None]:
    """What became of each field of an override made against an earlier version, and the table where it was one."""
    if earlier is None or layered.override is None:
        return (), None
    base = load_document(earlier / layered.shared.file.name)
    mine = {name: value for name, value in layered.override.table.items() if name != OVERRIDE}
    if not base.sound:
        return (Line((OVERRIDE, "against"), Outcome.CONFLICT, None, None, None),), None
    moved = rebase_table(base.table, layered.shared.table, mine)
    lines = [*moved.lines, *_rebase_letters(earlier, folder, overrides)]
    if form.override is not None:
        base_form = load_document(earlier / str(base.table.get("form")))
        lines += rebase_form(base_form.table, form.shared.table, form.override.table).lines
    return tuple(lines), moved.table


def _rebase_letters(earlier: Path, folder: Path, overrides: Path | None) -> Iterator[Line]:
    for file in sorted((overrides / "letters").glob("*")) if overrides is not None else ():
        before, now = (read_text(root / "letters" / file.name)[0] for root in (earlier, folder))
        yield rebase_text(file.name, before, now, read_text(file)[0])


def _find_conflicts(toml: Layered, form: Layered, report: tuple[Line, ...]) -> list[Finding]:
    found = []
    for line in report:
        if line.path == (OVERRIDE, "against"):
            message = "The version that this override was made against is not kept, so it cannot be compared. Look it through."
            found.append(toml.find(line.path, message))
        elif line.outcome is Outcome.CONFLICT:
            message = (
                f"Both changed it: the shared pack from {show(line.base)} to {show(line.shared)}, the council to "
                f"{show(line.council)}. The council's is used. Choose, then raise “against”."
            )
            in_form = form.override is not None and form.override.find_line(line.path) is not None
            found.append((form if in_form else toml).find(line.path, message))
    return found


def show(value: object) -> str:
    """A value of a pack in a sentence."""
    if value is None or not isinstance(value, str | int | float | bool | list | dict):
        return "nothing"
    text = msgspec.json.encode(value).decode() if not isinstance(value, str) else f"“{value}”"
    return text if len(text) <= 80 else f"{text[:77]}…"


def find_documents(read: CaseRead) -> list[Document]:
    """The TOML and JSON files that a case type was read from."""
    layers = [read.toml] if read.form is None else [read.toml, read.form]
    return [layer for both in layers for layer in (both.shared, both.override) if layer is not None]
