"""The documents capability on the Documenten API."""

from __future__ import annotations

from desktop.adapters.api import build_outcome_unknown, read_items, read_record, read_text
from desktop.domain.disclosure import Disclosure
from desktop.domain.documents import Content, Document, DocumentDraft
from desktop.domain.errors import AdapterError, DesktopError, InvalidInput, RemoteConflict
from desktop.domain.ids import OutsideId

from .asking import Asking
from .locks import Locks
from .making import build_note
from .mapping import Record, get_embedded
from .papers import (
    build_content,
    build_document,
    build_identifier,
    build_new,
    find_kind,
    read_parts,
    read_version,
)
from .zaken import Zaken

MOST = 16 * 1024 * 1024
"""Bytes of a document: what the HTTP client reads at most."""
MB = 1024 * 1024


class ZgwDocuments:
    """Documents of cases on one server. The lock that was asked for is kept in memory until it is taken off."""

    def __init__(self, asking: Asking, zaken: Zaken) -> None:
        self._asking = asking
        self._zaken = zaken
        self._client = asking.client
        self._at_once = int(asking.settings["in_parts_from"]) * MB
        self._locks = Locks(asking)
        self._held: dict[OutsideId, str] = {}

    # ==== reading ====

    def list(self, case: OutsideId) -> tuple[Document, ...]:
        """The documents of a case, without their bodies. Raises NotFound where there is no such case."""
        zaak, _ = self._zaken.fetch_plain(case)
        path = self._client.find_path("zaken", "zaakinformatieobjecten")
        links = self._asking.iterate(path, {"zaak": read_text(zaak.get("url"))}, expand="informatieobject")
        return tuple(build_document(self._find_paper(link), link) for link in links)

    def get(self, id: OutsideId) -> Content:
        """One document with its body. Raises NotFound, and InvalidInput where it is larger than Knit reads."""
        paper = self._fetch(id)
        document = build_document(paper, {})
        if document.size is not None and document.size > MOST:
            raise self._build_too_large(document.size, does="opens")
        url = read_text(paper.get("inhoud"))
        return Content(document=document, body=self._download(url) if url else b"")

    def _find_paper(self, link: Record) -> Record:
        embedded = read_record(get_embedded(link, "informatieobject"))
        return embedded or self._asking.find_related(read_text(link.get("informatieobject")))

    def _fetch(self, id: OutsideId) -> Record:
        return self._asking.fetch(self._path(id))[0]

    def _download(self, url: str) -> bytes:
        answer = self._client.download(url)
        if answer.status != 200:
            raise self._asking.refuse(answer, writes=False)
        return answer.body

    # ==== writing ====

    def put(
        self,
        document: DocumentDraft,
        version: str,
        key: str,
        disclosure: Disclosure,  # noqa: ARG002 -- held by whoever calls
    ) -> Document:
        """Keeps a new document on its case, or a new version of one.

        A repeat finds what the first try made: a new document by the key, a new version by its bytes.

        Raises:
            RemoteConflict: someone changed it meanwhile.
            NotReady: someone has it locked.
            OutcomeUnknown: it was sent, and whether it is there cannot be told.
        """
        if len(document.body) > MOST:
            raise self._build_too_large(len(document.body), does="sends")
        return self._change(document, version, key) if document.outside_id else self._add(document, key)

    def lock(self, id: OutsideId, key: str) -> Document:  # noqa: ARG002 -- a lock is taken once
        """Locks a document against changes by others, until it is taken off. Raises NotReady where it is locked."""
        self._held[id] = self._locks.take(id)
        return build_document(self._fetch(id), {})

    def unlock(self, id: OutsideId, key: str) -> Document:  # noqa: ARG002 -- a lock is taken off once
        """Takes off a lock that this Knit took since it was started."""
        if id not in self._held:
            raise InvalidInput(
                "This Knit has no lock on this document.",
                "Whoever took it takes it off, or whoever runs the server does.",
                key="zgw.no_lock",
                field="id",
            )
        self._locks.take_off(id, self._held[id])
        self._held.pop(id, None)
        return build_document(self._fetch(id), {})

    def _add(self, draft: DocumentDraft, key: str) -> Document:
        zaak, _ = self._zaken.fetch_plain(draft.case_id)
        paper = self._find_made(key)
        if paper is None:
            at_once = len(draft.body) <= self._at_once
            body = build_new(
                draft,
                kind=self._find_kind(zaak),
                rsin=self._asking.settings["rsin"],
                language=self._asking.settings["language"],
                key=build_identifier(key),
                today=self._asking.clock.now().date(),
                at_once=at_once,
            )
            paper = self._asking.write("POST", self._path(), body, note=build_note(key))
            if not at_once:
                self._locks.finish(paper, draft, read_text(paper.get("lock")))
        else:
            self._locks.resume(paper, draft)
        return self._read_back(build_document(paper, {}).outside_id, self._link(zaak, paper, draft, key))

    def _find_made(self, key: str) -> Record | None:
        """The document that an earlier try with this key made."""
        params = {"identificatie": build_identifier(key), "bronorganisatie": self._asking.settings["rsin"]}
        found = self._asking.read_list(self._client.read(self._path(), params)).records
        return found[0] if found else None

    def _link(self, zaak: Record, paper: Record, draft: DocumentDraft, key: str) -> Record:
        """The link of a document to its case, made where there is none yet."""
        pair = {"zaak": read_text(zaak.get("url")), "informatieobject": read_text(paper.get("url"))}
        path = self._client.find_path("zaken", "zaakinformatieobjecten")
        present = self._asking.read_list(self._client.read(path, pair)).records
        if present:
            return present[0]
        body = {**pair, "titel": draft.name[:200], "beschrijving": draft.description}
        return self._asking.write("POST", path, body, note=build_note(key))

    def _change(self, draft: DocumentDraft, version: str, key: str) -> Document:
        """Reads the version first, and again under the lock: nothing else keeps others off."""
        id = draft.outside_id
        present = self._fetch(id)
        if read_version(present) != version:
            return self._repeat(present, draft)
        held = self._held.get(id)
        lock = held or self._locks.take(id)
        try:
            paper = self._write_version(id, draft, lock=lock, version=version, key=key)
        except DesktopError:
            if held is None:
                self._locks.try_to_take_off(id, lock)
            raise
        if read_parts(paper):
            self._locks.finish(paper, draft, lock)
            self._held.pop(id, None)
        elif held is None:
            self._locks.take_off(id, lock)
        return self._read_back(id, {"zaak": draft.case_id})

    def _write_version(self, id: OutsideId, draft: DocumentDraft, *, lock: str, version: str, key: str) -> Record:
        if read_version(self._fetch(id)) != version:
            raise self._build_changed()
        at_once = len(draft.body) <= self._at_once
        body = {"lock": lock, **build_content(draft, at_once=at_once)}
        if draft.media:
            body["formaat"] = draft.media[:255]
        return self._asking.write("PATCH", self._path(id), body, note=build_note(key))

    def _repeat(self, present: Record, draft: DocumentDraft) -> Document:
        """What is there in place of what was to be written: the same bytes are an earlier try of ours."""
        if read_parts(present):
            self._locks.resume(present, draft)
            return self._read_back(draft.outside_id, {"zaak": draft.case_id})
        document = build_document(present, {"zaak": draft.case_id})
        url = read_text(present.get("inhoud"))
        if document.size != len(draft.body) or (self._download(url) if url else b"") != draft.body:
            raise self._build_changed()
        return document

    # ==== inner parts ====

    def _read_back(self, id: OutsideId, link: Record) -> Document:
        """The document as it is after a write."""
        try:
            return build_document(self._fetch(id), link)
        except AdapterError as error:
            raise build_outcome_unknown(self._asking.component) from error

    def _find_kind(self, zaak: Record) -> str:
        """The type of document: the one of the settings, or the first, of those that the type of case has."""
        kind = self._asking.find_type(read_text(zaak.get("zaaktype")))
        urls = [url for url in map(read_text, read_items(kind.get("informatieobjecttypen"))) if url]
        found = find_kind({url: self._asking.find_type(url) for url in urls}, self._asking.settings["document_type"])
        if not found:
            raise InvalidInput(
                "No document can be kept on this type of case.",
                "Its catalogue has no such type of document: check the settings, or ask whoever keeps the catalogue.",
                key="zgw.document_type",
                field="case_id",
                subject=self._asking.component,
            )
        return found

    def _path(self, *steps: str) -> str:
        return self._client.find_path("documenten", "enkelvoudiginformatieobjecten", *steps)

    def _build_changed(self) -> RemoteConflict:
        return RemoteConflict(
            "There is another version of this document by now.",
            "Look at it, then keep yours in its place or as another document.",
            key="zgw.document",
            subject=self._asking.component,
        )

    def _build_too_large(self, size: int, *, does: str) -> InvalidInput:
        return InvalidInput(
            f"This document has {size / MB:.1f} MB; Knit {does} at most {MOST // MB} MB.",
            f"Use the own page of {self._asking.component} for it.",
            key="zgw.large",
            field="body",
            subject=self._asking.component,
        )
