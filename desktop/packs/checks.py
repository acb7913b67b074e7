"""`knit packs check`: every finding of a folder of packs, one pack, a council's overrides or one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.domain.errors import InvalidInput
from desktop.packs.deadline_checks import find_deadline_problems
from desktop.packs.documents import Finding, load_document
from desktop.packs.forms import find_form_problems
from desktop.packs.layering import build_layered
from desktop.packs.loading import COUNCIL_FILE, EARLIER, SERVICE_FILE, CaseRead, PackRead, load_case, load_service
from desktop.packs.machine_checks import Problem, find_machine_problems
from desktop.packs.part_checks import find_form_rule_problems, find_letter_problems, find_part_problems
from desktop.packs.reading import convert
from desktop.packs.schema import Council, Service
from desktop.packs.wording import find_wording

SHARED = "shared"
"""Folder of the shared packs, beside those of the councils."""
MOST_LEVELS = 3
"""How far below a folder packs are looked for; `resources` is as far above them as makes sense."""


@dataclass(frozen=True, slots=True)
class PackFolders:
    """What a path means: shared services, and councils whose overrides lie over them."""

    services: tuple[Path, ...]
    councils: tuple[Path, ...]


def check_path(path: Path, *, lgsl: frozenset[int] | None = None) -> list[Finding]:
    """Every finding, in the order of files and lines. `lgsl` are the numbers of the list of services, where it is at hand.

    Raises:
        InvalidInput: nothing there that is a pack, part of one, or a folder of them.
    """
    if not path.exists():
        raise InvalidInput("There is no such file or folder.", str(path), key="packs.path", field="path")
    folder = path if path.is_dir() else _find_pack_of(path)
    if (folder.parent / COUNCIL_FILE).is_file():
        return sorted(set(check_council(folder.parent, only=folder.name, lgsl=lgsl)))
    folders = find_folders(folder)
    if not folders.services and not folders.councils:
        raise InvalidInput(
            "There is no pack in this folder.",
            f"A pack has {SERVICE_FILE}, a council's overrides {COUNCIL_FILE}: {path}",
            key="packs.none",
            field="path",
        )
    found = {finding for service in folders.services for finding in check_service(service, lgsl=lgsl)}
    for council in folders.councils:
        found.update(check_council(council, lgsl=lgsl))
    within = found if path.is_dir() else {finding for finding in found if finding.file == path}
    return sorted(within)


def check_service(folder: Path, overrides: Path | None = None, *, lgsl: frozenset[int] | None = None) -> list[Finding]:
    """Findings of one service, with a council's overrides over it where given."""
    read = load_service(folder, overrides)
    found = [*read.findings]
    if read.service is not None:
        problems = _find_service_problems(read.service, read, lgsl)
        found += [read.toml.find(path, message) for path, message in problems]
    for case in read.cases.values():
        found += check_case(case)
    found += _find_unnamed(read)
    return found + _check_earlier(read, overrides)


def _check_earlier(newest: PackRead, overrides: Path | None) -> list[Finding]:
    """Findings of the versions that are kept for running cases, and of those that are not."""
    found = []
    for file in sorted((newest.folder / EARLIER).glob("*/*.toml")):
        name = file.parent.name
        read = load_case(file.parent, file.stem, overrides / EARLIER / name if overrides is not None else None)
        found += check_case(read)
        if read.case is not None and str(read.case.type.version) != name:
            found.append(read.toml.find(("version",), f"It lies in the folder of version {name}. Make both the same."))
    for code, case in newest.cases.items():
        for version in range(1, case.case.type.version if case.case is not None else 1):
            if not (newest.folder / EARLIER / str(version) / f"{code}.toml").is_file():
                message = f"Version {version} is not kept, which running cases need: {EARLIER}/{version}/{code}.toml."
                found.append(case.toml.find(("version",), message))
    return found


def check_case(read: CaseRead) -> list[Finding]:
    """Findings of one case type as it was read."""
    found = [*read.findings]
    if read.form is not None and read.form.shared.sound:
        found += [read.form.find(path, message) for path, message in find_form_problems(read.form.table)]
    if read.case is None or read.form is None:
        return found
    case = read.case
    problems: list[Problem] = [*find_machine_problems(case.type), *find_deadline_problems(case.type)]
    problems += find_part_problems(case)
    found += [read.toml.find(path, message) for path, message in problems]
    found += [read.form.find(path, message) for path, message in find_form_rule_problems(case)]
    found += find_letter_problems(case)
    return found


def check_council(folder: Path, *, only: str = "", lgsl: frozenset[int] | None = None) -> list[Finding]:
    """Findings of a council's overrides, each service laid over the shared one, and of its words in the shared packs.

    `only` is one service of them, where no other is to be looked at.
    """
    council, found = load_council(folder)
    shared = folder.parent / SHARED
    for overrides in sorted(place for place in folder.iterdir() if place.is_dir() and only in {"", place.name}):
        service = shared / overrides.name
        if not (service / SERVICE_FILE).is_file():
            message = f"There is no shared pack “{overrides.name}” to lay this over."
            found.append(Finding(overrides, 1, "", message))
            continue
        found += check_service(service, overrides, lgsl=lgsl)
        found += _find_strays(service, overrides)
    if council is not None and shared.is_dir():
        found += find_wording(council, [shared], root=folder.parents[2] if len(folder.parents) > 2 else folder)
    return found


def load_council(folder: Path) -> tuple[Council | None, list[Finding]]:
    """A council's name and words."""
    document = load_document(folder / COUNCIL_FILE)
    if not document.sound:
        return None, list(document.findings)
    layered = build_layered(document, None)
    council, found = convert(layered, Council)
    if council is not None and not any(word.strip() for word in council.words):
        found = [layered.find(("words",), "Name the words that are this council's own, its name at least.")]
    return council, found


def find_folders(folder: Path) -> PackFolders:
    """Services and councils at and below a folder."""
    if (folder / SERVICE_FILE).is_file():
        return PackFolders((folder,), ())
    if (folder / COUNCIL_FILE).is_file():
        return PackFolders((), (folder,))
    levels = [folder.glob(f"{'*/' * depth}*.toml") for depth in range(1, MOST_LEVELS + 1)]
    files = [file for level in levels for file in level if file.name in {SERVICE_FILE, COUNCIL_FILE}]
    councils = {file.parent for file in files if file.name == COUNCIL_FILE}
    services = {file.parent for file in files if file.name == SERVICE_FILE and file.parent.parent not in councils}
    return PackFolders(tuple(sorted(services)), tuple(sorted(councils)))


def _find_pack_of(file: Path) -> Path:
    """The folder of the pack that a file is part of."""
    for place in list(file.parents)[:4]:
        if (place / SERVICE_FILE).is_file() or (place / COUNCIL_FILE).is_file():
            return place
    return file.parent


def _find_service_problems(service: Service, read: PackRead, lgsl: frozenset[int] | None) -> Iterator[Problem]:
    if service.code != read.folder.name:
        yield ("code",), f"It must be the folder's name, {read.folder.name}."
    if not service.lgsl:
        yield ("lgsl",), "Name at least one number of the Local Government Services List."
    for number in service.lgsl:
        if not 1 <= number <= 9_999 or (lgsl is not None and number not in lgsl):
            yield ("lgsl",), f"{number} is no number of the Local Government Services List."
    if not service.case_types:
        yield ("case_types",), "Name at least one case type."
    yield from _find_code_problems(service, read)
    for code in sorted({code for code in service.case_types if service.case_types.count(code) > 1}):
        yield ("case_types",), f"“{code}” stands twice."


def _find_code_problems(service: Service, read: PackRead) -> Iterator[Problem]:
    codes = [case.case.type.component_code for case in read.cases.values() if case.case is not None]
    for code, case in read.cases.items():
        if case.case is None:
            continue
        kind = case.case.type
        place = case.toml
        if kind.code != code:
            yield ("case_types",), f"{place.shared.file.name} has the code “{kind.code}”. Make both the same."
        if kind.lgsl not in service.lgsl:
            yield ("lgsl",), f"“{kind.name}” is number {kind.lgsl}, which the service does not name."
        if codes.count(kind.component_code) > 1:
            yield ("case_types",), f"The component's code {kind.component_code} stands for two case types."


def _find_unnamed(read: PackRead) -> Iterator[Finding]:
    """Files of case types that the service does not name: a new one is easily forgotten."""
    named = {SERVICE_FILE, *(f"{code}.toml" for code in (read.service.case_types if read.service else ()))}
    for file in sorted(read.folder.glob("*.toml")) if read.service is not None else ():
        if file.name not in named:
            yield Finding(file, 1, "", f"{SERVICE_FILE} does not name this case type in “case_types”.")


def _find_strays(service: Path, overrides: Path) -> Iterator[Finding]:
    """Files of an override that lie over nothing: a slip in a name would else do nothing, silently."""
    for file in sorted(place for place in overrides.rglob("*") if place.is_file()):
        if not (service / file.relative_to(overrides)).is_file():
            yield Finding(file, 1, "", "The shared pack has no such file, so this does nothing. Check its name.")
