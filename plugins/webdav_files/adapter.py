"""The documents capability on WebDAV."""

from __future__ import annotations

from desktop.adapters.api import AdapterContext, Answer, build_outcome_unknown
from desktop.domain.components import Diagnosis
from desktop.domain.disclosure import Disclosure
from desktop.domain.documents import Content, Document, DocumentDraft
from desktop.domain.errors import AdapterError, BadResponse, DesktopError, InvalidInput, NotFound
from desktop.domain.ids import OutsideId

from .client import WebdavClient
from .mapping import Entry, parse_entries
from .paths import build_folder, build_name, build_path, check_template, find_case
from .refusing import build_changed, build_error, build_no_locks, build_too_large

MOST = 16 * 1024 * 1024
"""Bytes of a document: what the HTTP client reads at most."""


class WebdavAdapter:
    """Documents on a WebDAV server. The token of a lock that was asked for is kept in memory until it is taken off."""

    def __init__(self, context: AdapterContext) -> None:
        self._component = context.component
        self._client = WebdavClient(context)
        self._clock = context.clock
        self._template = context.settings["case_folder"]
        check_template(self._template, component=self._component)
        self._tokens: dict[str, str] = {}

    def check(self) -> Diagnosis:
        """Looks at the folder of the settings and asks what the server can do."""
        entries = self._read(self._client.fetch_properties("/"))
        if not any(entry.folder for entry in entries):
            raise NotFound(
                f"{self._component}: its address is not a folder.",
                "Check the address in its settings.",
                key="webdav_files.base",
                subject=self._component,
            )
        options = self._client.find_options()
        classes = {part.strip() for part in options.headers.get("DAV", "").split(",")}
        warnings = []
        if "2" not in classes:
            warnings.append("The server knows no locks: two people can write one document at once.")
        facts = {"server": options.headers.get("Server", "not said"), "locks": "yes" if "2" in classes else "no"}
        return Diagnosis(facts=facts, warnings=tuple(warnings))

    def list(self, case: OutsideId) -> tuple[Document, ...]:
        """The documents in the folder of a case, by name, without those in folders below; none where there is no folder."""
        folder = build_folder(self._template, case)
        answer = self._client.fetch_folder(build_path(folder) + "/")
        if answer.status == 404:
            return ()
        above = tuple(folder.split("/"))
        found = [e for e in self._read(answer) if not e.folder and e.steps[:-1][-len(above) :] == above]
        documents = [self._build(f"{folder}/{entry.steps[-1]}", entry) for entry in found]
        return tuple(sorted(documents, key=lambda document: document.name.casefold()))

    def get(self, id: OutsideId) -> Content:
        """One document with its body. Raises NotFound, and InvalidInput where it is larger than Knit reads."""
        path = build_path(id)
        entry = self._look(path, id)
        if entry.size is not None and entry.size > MOST:
            raise build_too_large(entry.size, MOST, reads=True, component=self._component)
        answer = self._client.fetch_body(path)
        if answer.status != 200:
            raise self._refuse(answer, writes=False)
        # The version is read before the body: a change between the two makes the next `put` a conflict, never a loss.
        return Content(document=self._build(id, entry), body=answer.body)

    def put(
        self,
        document: DocumentDraft,
        version: str,
        key: str,  # noqa: ARG002 -- a repeat is known by its bytes
        disclosure: Disclosure,  # noqa: ARG002 -- held by whoever calls
    ) -> Document:
        """Keeps a new document in the folder of its case, or a new version of one.

        A repeat finds its own bytes there and changes nothing.

        Raises:
            RemoteConflict: someone changed it meanwhile, or another document has the name of the new one.
            NotReady: someone has it locked.
            OutcomeUnknown: it was sent, and whether it is there cannot be told.
        """
        if len(document.body) > MOST:
            raise build_too_large(len(document.body), MOST, reads=False, component=self._component)
        if document.outside_id:
            return self._change(document, version)
        return self._add(document)

    def lock(self, id: OutsideId, key: str) -> Document:  # noqa: ARG002 -- a lock is taken once
        """Locks a document against changes by others, for an hour at most.

        Raises:
            NotReady: someone else has it locked.
            InvalidInput: the server knows no locks.
        """
        path = build_path(id)
        self._look(path, id)  # a lock on what is not there would make an empty file
        answer = self._client.lock(path)
        token = answer.headers.get("Lock-Token", "").strip().strip("<>")
        if answer.status in {405, 501}:
            raise build_no_locks(self._component)
        if answer.status >= 300:
            raise self._refuse(answer, writes=True)
        if not token:
            raise build_outcome_unknown(self._component)
        self._tokens[path] = token
        return self._build(id, self._look(path, id))

    def unlock(self, id: OutsideId, key: str) -> Document:  # noqa: ARG002 -- a lock is taken off once
        """Takes off a lock that this Knit took since it was started."""
        path = build_path(id)
        token = self._tokens.get(path)
        if token is None:
            raise InvalidInput(
                "This Knit has no lock on this document.",
                "A lock ends by itself within an hour, or whoever took it takes it off.",
                key="webdav_files.no_lock",
                field="id",
            )
        answer = self._client.unlock(path, token)
        if answer.status >= 300 and answer.status not in {404, 409, 412}:  # those say that the lock is gone
            raise self._refuse(answer, writes=True)
        self._tokens.pop(path, None)
        return self._build(id, self._look(path, id))

    # ==== writing ====

    def _add(self, draft: DocumentDraft) -> Document:
        folder = build_folder(self._template, draft.case_id)
        id = OutsideId(f"{folder}/{build_name(draft.name)}")
        path = build_path(id)
        if self._find_version(path, id) is not None:
            return self._repeat(path, id, draft.body)
        conditions = {"If-None-Match": "*"}
        answer = self._client.put_body(path, draft.body, conditions, draft.media)
        if answer.status in {404, 409} and self._make_folders(folder):
            answer = self._client.put_body(path, draft.body, conditions, draft.media)
        return self._settle(answer, path, id, draft.body)

    def _change(self, draft: DocumentDraft, version: str) -> Document:
        """Reads the version first: there are servers that take no notice of If-Match."""
        id = draft.outside_id
        path = build_path(id)
        present = self._find_version(path, id)
        if present is None:
            raise self._build_missing()
        if present.version != version:
            return self._repeat(path, id, draft.body)
        # A weak ETag never matches (RFC 9110, 13.1.1): with it, reading first is all there is.
        strong = present.etag and not present.etag.startswith("W/")
        conditions = {"If-Match": present.etag} if strong else {}
        token = self._tokens.get(path)
        if token is not None:
            conditions["If"] = f"(<{token}>)"
        answer = self._client.put_body(path, draft.body, conditions, draft.media)
        if answer.status == 412:
            self._tokens.pop(path, None)  # the lock may be what is over
        return self._settle(answer, path, id, draft.body)

    def _make_folders(self, folder: str) -> bool:
        """Makes every folder on the way that is missing; False where it cannot."""
        steps = folder.split("/")
        for end in range(1, len(steps) + 1):
            answer = self._client.make_folder(build_path("/".join(steps[:end])) + "/")
            if answer.status not in {201, 405}:  # 405 says that it is there
                return False
        return True

    def _settle(self, answer: Answer, path: str, id: OutsideId, body: bytes) -> Document:
        """The document as it is after a write; an answer of a stranger between shows when nothing can be read back."""
        if answer.status == 412:
            return self._repeat(path, id, body)
        if answer.status >= 300:
            raise self._refuse(answer, writes=True)
        try:
            return self._build(id, self._look(path, id))
        except AdapterError as error:
            raise build_outcome_unknown(self._component) from error

    def _repeat(self, path: str, id: OutsideId, body: bytes) -> Document:
        """What is there in place of what was to be written: the same bytes are an earlier try of ours."""
        try:
            answer = self._client.fetch_body(path)
        except BadResponse as error:  # larger than any body of ours
            raise build_changed(self._component) from error
        if answer.status != 200:
            raise self._refuse(answer, writes=False)
        if answer.body != body:
            raise build_changed(self._component)
        return self._build(id, self._look(path, id))

    # ==== reading ====

    def _find_version(self, path: str, id: OutsideId) -> Entry | None:
        answer = self._client.fetch_version(path)
        return None if answer.status in {404, 409} else self._pick(self._read(answer), id)

    def _look(self, path: str, id: OutsideId) -> Entry:
        entry = self._pick(self._read(self._client.fetch_properties(path)), id)
        if entry is None:
            raise self._build_missing()
        return entry

    def _pick(self, entries: tuple[Entry, ...], id: OutsideId) -> Entry | None:
        """The entry of one document out of an answer about it."""
        name = id.rpartition("/")[2]
        found = next((entry for entry in entries if entry.steps[-1:] == (name,)), None)
        if found is not None and found.folder:
            raise self._build_missing()
        if found is None:
            raise BadResponse(
                f"{self._component} did not answer as it should: it says nothing of the document that was asked for.",
                "Try again later. If it stays, report it to whoever runs it.",
                key="webdav_files.other",
                subject=self._component,
            )
        return found

    def _build(self, id: str, entry: Entry) -> Document:
        folder, _, name = id.rpartition("/")
        return Document(
            outside_id=OutsideId(id),
            name=name,
            media=entry.media,
            size=entry.size,
            version=entry.version,
            case_id=find_case(self._template, folder),
            created_at=entry.created_at,
            changed_at=entry.changed_at,
            locked=entry.locked,
        )

    def _read(self, answer: Answer) -> tuple[Entry, ...]:
        if answer.status >= 300:
            raise self._refuse(answer, writes=False)
        return parse_entries(answer.body, answer.headers.get("Content-Type", ""), component=self._component)

    def _refuse(self, answer: Answer, *, writes: bool) -> DesktopError:
        return build_error(answer, component=self._component, writes=writes, clock=self._clock)

    def _build_missing(self) -> NotFound:
        return NotFound(
            "This document is no longer there.",
            "Open the list of documents of the case again.",
            key="webdav_files.missing",
            subject=self._component,
        )
