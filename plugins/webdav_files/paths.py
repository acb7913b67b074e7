"""Paths below the folder of the settings: from cases and names, and to addresses. Pure.

A document's id is its path, unquoted: `C-1/Müller 100%.pdf`.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote, urlsplit

from desktop.domain.errors import InvalidInput, SetupFailed
from desktop.domain.ids import OutsideId

LONGEST = 255
"""Bytes of one name: what file systems take."""

_FOUL = re.compile(r"[\x00-\x1f\x7f/\\\ud800-\udfff]")


def is_name(text: str) -> bool:
    """Whether a text can be one step of a path, and leads nowhere else."""
    if not text.strip() or _FOUL.search(text):
        return False
    if {text.strip(), unquote(text).strip()} & {".", ".."}:  # a proxy may unquote once more than it should
        return False
    return len(text.encode()) <= LONGEST


def build_path(path: str) -> str:
    """A path as it stands in an address.

    Raises:
        InvalidInput: a step of it is empty, leads out of the folder, or cannot be a name.
    """
    steps = path.split("/")
    if not all(map(is_name, steps)):
        raise InvalidInput(
            "That is not the id of a document of this server.",
            "Open the list of documents of the case again.",
            key="webdav_files.path",
            field="id",
        )
    return "/".join(quote(step, safe="") for step in steps)


def check_template(template: str, *, component: str) -> None:
    """Raises SetupFailed where the folder of a case would lead elsewhere."""
    if not all(map(is_name, template.strip("/").split("/"))):
        raise SetupFailed(
            f"{component} cannot be used: the folder of a case is not a path.",
            "Give it like housing/{case}, without dots for other folders.",
            key="webdav_files.folder",
            subject=component,
        )


def build_folder(template: str, case: OutsideId) -> str:
    """The path of a case's folder, unquoted.

    A number such as 24/00123/FUL must stay one folder: its slashes become %2F, and so that no two cases share a
    folder, its percent signs %25.

    Raises:
        InvalidInput: the number cannot be the name of a folder.
    """
    step = case.replace("%", "%25").replace("/", "%2F").replace("\\", "%5C")
    if not is_name(step):
        raise InvalidInput(
            "The number of this case cannot be the name of a folder.", key="webdav_files.case", field="case"
        )
    return template.strip("/").replace("{case}", step)


def find_case(template: str, folder: str) -> OutsideId:
    """The case whose folder it is, "" where it is none's."""
    before, _, after = template.strip("/").partition("{case}")
    if not (folder.startswith(before) and folder.endswith(after)):
        return OutsideId("")
    step = folder[len(before) : len(folder) - len(after)]
    if not step or "/" in step:
        return OutsideId("")
    return OutsideId(step.replace("%5C", "\\").replace("%2F", "/").replace("%25", "%"))


def build_name(name: str) -> str:
    """A document's name as it is kept: composed characters, so that the same word is the same name everywhere.

    Raises:
        InvalidInput: it cannot be a name.
    """
    composed = unicodedata.normalize("NFC", name)
    if not is_name(composed):
        raise InvalidInput(
            "A document cannot have this name.",
            f"Use no / or \\ and at most {LONGEST} characters.",
            key="webdav_files.name",
            field="name",
        )
    return composed


def read_href(href: str) -> tuple[str, ...] | None:
    """The steps of an address that a server gave, unquoted, none for its root; None where it cannot be one of ours."""
    try:
        path = urlsplit(href).path if "://" in href[:10] else href.partition("?")[0].partition("#")[0]
    except ValueError:
        return None
    steps = tuple(unquote(step) for step in path.strip("/").split("/")) if path.strip("/") else ()
    return steps if path and all(map(is_name, steps)) else None
