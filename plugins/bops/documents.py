"""The documents capability on BOPS: what lies with an application, and its decision notice."""

from __future__ import annotations

from desktop.domain.disclosure import Disclosure
from desktop.domain.documents import Content, Document, DocumentDraft
from desktop.domain.errors import InvalidInput, SetupFailed
from desktop.domain.ids import OutsideId

from .asking import Asking
from .papers import build_documents, build_downloaded


class BopsDocuments:
    """Documents of applications; the API takes none besides a submission."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._client = asking.client

    def list(self, case: OutsideId) -> tuple[Document, ...]:
        """The documents of an application, without their bodies; those that are published where there is no key."""
        tree = self._asking.read_record(self._client.fetch_documents(case), "a list of documents")
        return build_documents(tree, case, component=self._asking.component)

    def get(self, id: OutsideId) -> Content:
        """One document with its body, where it lies on the same server. Raises NotFound."""
        if not self._client.is_own(id):
            raise self._build_elsewhere()
        try:
            answer = self._client.download(id)
        except SetupFailed as error:
            if error.key != "http.moved":
                raise
            raise self._build_elsewhere() from error
        self._asking.read_text(answer)
        return Content(document=build_downloaded(id, answer), body=answer.body)

    def _build_elsewhere(self) -> InvalidInput:
        return self._asking.build_refused(
            "keeps this document on another server.",
            "Open it in BOPS: Knit gives its key to no other server.",
            field="id",
        )

    def put(self, document: DocumentDraft, version: str, key: str, disclosure: Disclosure) -> Document:  # noqa: ARG002 -- nothing is sent
        """Raises InvalidInput: the API has no call that adds or changes a document."""
        raise self._asking.build_refused(
            "takes no documents from outside.", "Add it to the application in BOPS.", field="body"
        )
