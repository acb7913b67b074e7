"""Documents of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.ids import OutsideId


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as its component says it is: without its body. `size` is in bytes, None when it does not say.

    `version` is what `put` must be given to change it (an ETag or the like), "" where there are no versions.
    """

    outside_id: OutsideId
    name: str
    media: str = ""
    size: int | None = None
    version: str = ""
    case_id: OutsideId = OutsideId("")
    description: str = ""
    author: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A document with its body."""

    document: Document
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDraft:
    """A document to be kept: `outside_id` names the one to change, "" makes a new one on the case."""

    case_id: OutsideId
    name: str
    media: str
    body: bytes
    outside_id: OutsideId = OutsideId("")
    description: str = ""
    author: str = ""
