"""Documents of an application. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from desktop.adapters.api import Answer, build_bad_response, read_items, read_moment, read_record, read_text, read_whole
from desktop.domain.documents import Document
from desktop.domain.ids import OutsideId

Record = Mapping[str, object]


def build_documents(tree: Record, case: OutsideId, *, component: str) -> tuple[Document, ...]:
    """The documents of a case, its decision notice last. One without an address is left out: it cannot be asked for.

    Raises:
        BadResponse: it is no list of documents.
    """
    if not isinstance(tree.get("files"), list):
        raise build_bad_response("", component=component, what="it is not a list of documents")
    found = [_build_document(read_record(item), case) for item in read_items(tree["files"])]
    notice = read_record(tree.get("decisionNotice"))
    found.append(_build_document({**notice, "applicantDescription": "Decision notice"}, case))
    return tuple(document for document in found if document.outside_id)


def _build_document(record: Record, case: OutsideId) -> Document:
    metadata = read_record(record.get("metadata"))
    kinds = [read_text(read_record(item).get("description")) for item in read_items(record.get("type"))]
    words = [read_text(record.get("applicantDescription")), ", ".join(kind for kind in kinds if kind)]
    size = read_whole(metadata.get("byteSize"))
    url = read_text(record.get("url"))
    return Document(
        outside_id=OutsideId(url),
        name=read_text(record.get("name")) or name_of(url),
        media=read_text(metadata.get("contentType")),
        size=size if size is not None and size >= 0 else None,
        case_id=case,
        description=". ".join(word for word in words if word),
        created_at=read_moment(record.get("createdAt")),
    )


def name_of(url: str) -> str:
    """The last step of an address."""
    try:
        return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    except ValueError:
        return ""


def build_downloaded(url: OutsideId, answer: Answer) -> Document:
    """A document as it came: what it does not say itself is left empty."""
    media = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    return Document(outside_id=url, name=name_of(url), media=media, size=len(answer.body))
