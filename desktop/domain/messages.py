"""Messages to residents: text messages, e-mails and letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop.domain.ids import OutsideId


class MessageKind(StrEnum):
    """How a message goes out."""

    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"


class MessageState(StrEnum):
    """Where a message stands; the component's own word is kept beside it."""

    ACCEPTED = "accepted"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED_FOR_NOW = "failed for now"
    FAILED = "failed"
    CANCELLED = "cancelled"
    NOT_KNOWN = "not known"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self in {
            MessageState.DELIVERED,
            MessageState.FAILED,
            MessageState.FAILED_FOR_NOW,
            MessageState.CANCELLED,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplate:
    """A template that a component keeps. `fields` are the names it fills, in order of first sight."""

    id: OutsideId
    kind: MessageKind
    name: str
    subject: str = ""
    body: str = ""
    version: int = 0
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with an e-mail. `media` is its type, such as `application/pdf`."""

    name: str
    media: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to be sent.

    `to` is a phone number, an e-mail address, or the lines of a postal address with line breaks. `template` and
    `fields`, or `subject` and `body` where the component takes plain words. `reference` is ours.
    """

    kind: MessageKind
    to: str
    template: OutsideId = OutsideId("")
    fields: dict[str, str] = field(default_factory=dict)
    subject: str = ""
    body: str = ""
    reference: str = ""
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePreview:
    """What the resident will read; `html` where the component makes it, `missing` fields that were not given."""

    kind: MessageKind
    subject: str = ""
    body: str = ""
    html: str = ""
    postage: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStatus:
    """How a message fares. `status` is the component's own word; times are None when it does not say.

    `expires_at` is when the component forgets it: its status is read before that.
    """

    outside_id: OutsideId
    kind: MessageKind
    state: MessageState
    status: str = ""
    reference: str = ""
    to: str = ""
    subject: str = ""
    body: str = ""
    created_at: datetime | None = None
    sent_at: datetime | None = None
    completed_at: datetime | None = None
    expires_at: datetime | None = None
    reason: str = ""
