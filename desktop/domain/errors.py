"""Errors, named by what happens next.

DesktopError
    InvalidInput        the user can mend it: shown beside the field
    StaleEdit           a lost update: compare view
    OperationCancelled  silent
    StoreError          a dialogue with what to do
        StoreLocked     another Knit has the profile
        StoreFull       no room on the disk
        StoreCorrupt    damaged, or not a store
        StoreTooNew     made by a newer Knit
        StoreKeyWrong   the key does not open it
        StoreKeyLost    no key is kept for it
        StoreOnNetwork  the profile is on a network drive
        StoreSlow       a read took too long and was ended
    CredentialError
        KeyringLocked
        KeyringMissing
    AdapterError        a component's answer, by what happens next
        NotReady        back off and try again
        AuthFailed      ask for the secret again
        Forbidden       say who may
        NotFound        the component has no such thing
        SetupFailed     stop this component
        RemoteConflict  conflict view
        BadResponse     report, the redacted body kept
        OutcomeUnknown  the answer to a write was lost: read back before any second try
"""

from __future__ import annotations


class DesktopError(Exception):
    """Anything that Knit tells the officer about.

    Args:
        title: What happened, one sentence, fit for a dialogue.
        hint: What is safe and what to do next.
        key: Stable name of the text, `area.what`; `docs/errors.md` has a heading for each.
        subject: The case, component or file concerned; never a resident's data.
    """

    def __init__(self, title: str, hint: str = "", *, key: str, subject: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint
        self.key = key
        self.subject = subject

    def __str__(self) -> str:
        return f"{self.title} {self.hint}".strip()


class InvalidInput(DesktopError):
    """The user can mend it; `field` names where the sentence is shown."""

    def __init__(self, title: str, hint: str = "", *, key: str, field: str = "", subject: str = "") -> None:
        super().__init__(title, hint, key=key, subject=subject)
        self.field = field


class StaleEdit(DesktopError):
    """The record changed while it was being edited."""


class OperationCancelled(DesktopError):
    """The work was called off; nobody needs to be told."""


class StoreError(DesktopError):
    """The store cannot be used as it is."""


class StoreLocked(StoreError):
    """Another Knit has this profile open."""


class StoreFull(StoreError):
    """The disk has no room left."""


class StoreCorrupt(StoreError):
    """The file is damaged, or is not a Knit store."""


class StoreTooNew(StoreError):
    """The file was made by a newer Knit."""


class StoreKeyWrong(StoreError):
    """The key that is kept does not open the file."""


class StoreKeyLost(StoreError):
    """A file is there and no key for it."""


class StoreOnNetwork(StoreError):
    """The profile lies on a network drive, where the write-ahead log is not safe."""


class StoreSlow(StoreError):
    """A read took longer than a read may, and was ended: it would have kept the log from being moved into the file."""


class CredentialError(DesktopError):
    """A key or secret cannot be read or kept."""


class KeyringLocked(CredentialError):
    """The keyring is there and does not open."""


class KeyringMissing(CredentialError):
    """No keyring answers on this machine."""


class AdapterError(DesktopError):
    """A component did not do what was asked."""


class NotReady(AdapterError):
    """Back off and try again, after `retry_after` seconds where the component said so."""

    def __init__(
        self, title: str, hint: str = "", *, key: str, subject: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(title, hint, key=key, subject=subject)
        self.retry_after = retry_after


class AuthFailed(AdapterError):
    """The component does not know the key or secret."""


class Forbidden(AdapterError):
    """The component knows the key and says no."""


class NotFound(AdapterError):
    """The component has no such thing."""


class SetupFailed(AdapterError):
    """The component cannot be used as it is set up."""


class RemoteConflict(AdapterError):
    """The record changed in the component since it was read."""


class BadResponse(AdapterError):
    """The component answered something that its contract does not allow.

    `body` is the redacted start of what it said, for the report.
    """

    def __init__(self, title: str, hint: str = "", *, key: str, subject: str = "", body: str = "") -> None:
        super().__init__(title, hint, key=key, subject=subject)
        self.body = body


class OutcomeUnknown(AdapterError):
    """A write was sent and its answer lost: read back before any second try."""
