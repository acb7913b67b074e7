"""Documents of the Documenten API, and the bodies of requests about them. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desktop.adapters.api import read_flag, read_items, read_moment, read_record, read_text, read_whole
from desktop.domain.documents import Document, DocumentDraft
from desktop.domain.ids import OutsideId

from .mapping import Record, read_id

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_AUTHOR = 200, 1_000, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a large document that the server waits for; `size` in bytes."""

    url: str
    size: int


def build_document(paper: Record, link: Record) -> Document:
    """A document; what it does not say itself comes from its link to a case."""
    size = read_whole(paper.get("bestandsomvang"))
    return Document(
        outside_id=read_id(paper.get("url")) or read_id(link.get("informatieobject")),
        name=read_text(paper.get("bestandsnaam")) or read_text(paper.get("titel")) or read_text(link.get("titel")),
        media=read_text(paper.get("formaat")),
        size=size if size is not None and size >= 0 else None,
        version=read_version(paper),
        case_id=read_id(link.get("zaak")),
        description=read_text(paper.get("beschrijving")) or read_text(link.get("beschrijving")),
        author=read_text(paper.get("auteur")),
        created_at=read_moment(paper.get("creatiedatum")),
        changed_at=read_moment(paper.get("beginRegistratie")),
        locked=read_flag(paper.get("locked")),
    )


def read_version(paper: Record) -> str:
    """The number of a document's version: it goes up with every change."""
    return read_text(paper.get("versie"))


def build_new(
    draft: DocumentDraft, *, kind: str, rsin: str, language: str, key: str, today: date, at_once: bool
) -> dict[str, object]:
    """The body that makes a document. `key` becomes its number, by which a repeat is known."""
    return {
        "identificatie": key,
        "bronorganisatie": rsin,
        "creatiedatum": today.isoformat(),
        "titel": draft.name[:LONGEST_NAME],
        "auteur": draft.author[:LONGEST_AUTHOR] or "Knit",
        "taal": language,
        "bestandsnaam": draft.name[:255],
        "formaat": draft.media[:255],
        "beschrijving": draft.description[:LONGEST_DESCRIPTION],
        "informatieobjecttype": kind,
        **build_content(draft, at_once=at_once),
    }


def build_content(draft: DocumentDraft, *, at_once: bool) -> dict[str, object]:
    """The part of a body that holds the bytes, or only says how many will come in parts."""
    text = base64.b64encode(draft.body).decode("ascii") if at_once else None
    return {"inhoud": text, "bestandsomvang": len(draft.body)}


def build_identifier(key: str) -> str:
    """A key as the number of a document: 40 characters at most."""
    return (
        key if len(key) <= 40 and key.isascii() and key.isprintable() else hashlib.sha256(key.encode()).hexdigest()[:40]
    )


def read_parts(paper: Record) -> tuple[Part, ...]:
    """The parts that the server waits for, in order."""
    records = [read_record(item) for item in read_items(paper.get("bestandsdelen"))]
    records.sort(key=lambda record: read_whole(record.get("volgnummer")) or 0)
    return tuple(
        Part(url=read_text(record.get("url")), size=max(0, read_whole(record.get("omvang")) or 0)) for record in records
    )


def build_upload(body: bytes, *, lock: str) -> tuple[bytes, str]:
    """A part and its lock as multipart/form-data (RFC 7578), with the media type of the whole."""
    boundary = f"knit-{hashlib.sha256(body + lock.encode()).hexdigest()[:40]}"
    edge = f"--{boundary}\r\n".encode()
    parts: Mapping[str, bytes] = {
        'form-data; name="lock"': lock.encode(),
        'form-data; name="inhoud"; filename="part"\r\nContent-Type: application/octet-stream': body,
    }
    whole = b"".join(
        edge + f"Content-Disposition: {name}\r\n\r\n".encode() + value + b"\r\n" for name, value in parts.items()
    )
    return whole + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def find_kind(kinds: Mapping[str, Record], wanted: str) -> str:
    """The address of the type of document by its name, or of the first; "" where there is none."""
    for url, record in kinds.items():
        if not wanted or read_text(record.get("omschrijving")).casefold() == wanted.casefold():
            return url
    return ""


def read_relation(link: Record) -> OutsideId:
    """The id of the document that a link leads to."""
    return read_id(link.get("informatieobject"))
