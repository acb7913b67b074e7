"""Locks on documents, and large documents in parts: what is sent under a lock is put together when it is taken off."""

from __future__ import annotations

from desktop.adapters.api import build_outcome_unknown, read_items, read_record, read_text
from desktop.domain.documents import DocumentDraft
from desktop.domain.errors import DesktopError, OutcomeUnknown
from desktop.domain.ids import OutsideId

from .asking import Asking
from .mapping import Record, read_id
from .papers import build_upload, read_parts


class Locks:
    """Locks of one server. Those of uploads that broke off are kept in memory, so that a repeat can go on."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._client = asking.client
        self._unfinished: dict[OutsideId, str] = {}

    def take(self, id: OutsideId) -> str:
        """Locks a document; gives the lock. Raises NotReady where someone else has it."""
        answer = self._client.write("POST", self._path(id, "lock"), {})
        lock = read_text(self._asking.settle(answer, self._asking.read_any).get("lock"))
        if not lock:
            raise build_outcome_unknown(self._asking.component)
        return lock

    def take_off(self, id: OutsideId, lock: str) -> None:
        """Takes a lock off, which puts the parts together that were sent under it."""
        answer = self._client.write("POST", self._path(id, "unlock"), {"lock": lock})
        if answer.status >= 300:
            raise self._asking.refuse(answer, writes=True)

    def try_to_take_off(self, id: OutsideId, lock: str) -> None:
        """After a failure: a lock that stays would keep everybody off, and the failure is what is told."""
        try:
            self.take_off(id, lock)
        except DesktopError:
            return

    def finish(self, paper: Record, draft: DocumentDraft, lock: str) -> None:
        """Sends the parts that the server waits for, then takes the lock off."""
        id, parts = read_id(paper.get("url")), read_parts(paper)
        if sum(part.size for part in parts) != len(draft.body) or not lock:
            raise build_outcome_unknown(self._asking.component)
        self._unfinished[id] = lock
        start = 0
        for part in parts:
            body, media = build_upload(draft.body[start : start + part.size], lock=lock)
            start += part.size
            answer = self._client.upload(part.url, body, media)
            if answer.status >= 300:
                raise self._asking.refuse(answer, writes=True)
        self.take_off(id, lock)
        self._unfinished.pop(id, None)

    def resume(self, paper: Record, draft: DocumentDraft) -> None:
        """Goes on with a document whose parts were not all sent; nothing where none are waited for.

        Raises:
            OutcomeUnknown: its lock is not known here any more.
        """
        if not read_parts(paper):
            return
        given = (read_text(read_record(part).get("lock")) for part in read_items(paper.get("bestandsdelen")))
        lock = self._unfinished.get(read_id(paper.get("url"))) or next(filter(None, given), "")
        if not lock:
            raise OutcomeUnknown(
                "An earlier try to send this document broke off, and its lock is not known here any more.",
                f"Ask whoever runs {self._asking.component} to take the lock off, or send it as another document.",
                key="zgw.unfinished",
                subject=self._asking.component,
            )
        self.finish(paper, draft, lock)

    def _path(self, id: OutsideId, step: str) -> str:
        return self._client.find_path("documenten", "enkelvoudiginformatieobjecten", id, step)
