"""What the statuses of WebDAV mean besides those of HTTP. Pure."""

from __future__ import annotations

from desktop.adapters.api import Answer, build_refusal, read_body
from desktop.domain.clocks import Clock
from desktop.domain.errors import DesktopError, InvalidInput, NotReady, RemoteConflict

from .mapping import parse_said

LOCKED_S = 60.0
"""Seconds until a locked document is tried again."""


def build_error(answer: Answer, *, component: str, writes: bool, clock: Clock) -> DesktopError:
    """The error for an answer that refuses; 423 is a lock of someone else's, 507 a full disk (RFC 4918, 11)."""
    if answer.status == 423:
        return NotReady(
            "Someone else has this document locked.",
            "Knit tries again by itself. What you wrote is safe.",
            key="webdav_files.locked",
            subject=component,
            retry_after=LOCKED_S,
        )
    if answer.status == 507:
        return InvalidInput(
            f"{component} has no room for this document.",
            "Ask whoever runs it for more room.",
            key="webdav_files.full",
            subject=component,
        )
    media = answer.headers.get("Content-Type", "")
    return build_refusal(
        answer.status,
        component=component,
        writes=writes,
        headers=answer.headers,
        said=parse_said(answer.body),
        body=read_body(answer.body, media),
        clock=clock,
    )


def build_changed(component: str) -> RemoteConflict:
    """The error for a document that is another by now, or whose name is taken."""
    return RemoteConflict(
        "There is another version of this document by now, or another document of its name.",
        "Look at what is there. Then keep yours under another name, or in its place.",
        key="webdav_files.changed",
        subject=component,
    )


def build_too_large(size: int, most: int, *, reads: bool, component: str) -> InvalidInput:
    """The error for a document larger than Knit reads or sends; sizes in bytes."""
    does = "opens" if reads else "sends"
    return InvalidInput(
        f"This document has {size / 1_048_576:.1f} MB; Knit {does} at most {most // 1_048_576} MB.",
        f"Use the own page or drive of {component} for it.",
        key="webdav_files.large",
        field="body",
        subject=component,
    )


def build_no_locks(component: str) -> InvalidInput:
    """The error for a server that does not know LOCK (405, or 501, which says that it did nothing)."""
    return InvalidInput(
        f"{component} knows no locks.",
        "Go on without one: before anything is written, what is there is looked at.",
        key="webdav_files.no_locks",
        field="id",
        subject=component,
    )
