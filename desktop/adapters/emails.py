"""A message of ours as an e-mail (RFC 5322). Pure.

The header fields are made by the `email` package from single lines, so nothing can add a field of its own; everything
leaves as ASCII, for there are still servers that spoil anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from desktop.domain.errors import InvalidInput
from desktop.domain.messages import Attachment, Message

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+")
_MEDIA = re.compile(r"([a-z0-9][a-z0-9!#$&^_.+-]{0,60})/([a-z0-9][a-z0-9!#$&^_.+-]{0,100})")
_SAFE_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]+")
_NOT_IN_BODY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=78)
LONGEST_SUBJECT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An e-mail ready to be handed over. `id` is its Message-ID without the brackets."""

    id: str
    sender: str
    to: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes, as the settings say it."""

    address: str
    name: str = ""
    reply_to: str = ""


def read_address(text: str, *, field: str) -> str:
    """One e-mail address, its domain in ASCII (IDNA).

    Raises:
        InvalidInput: it is not one, or is more than one.
    """
    local, at, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    whole = f"{local}@{domain}"
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(local) > 64 or len(whole) > 254:
        raise InvalidInput(
            "Enter one e-mail address, like name@example.org.",
            "The part before the @ may have no accents: few mail servers take them.",
            key="mail.address",
            field=field,
        )
    return whole


def build_id(key: str, sender: str) -> str:
    """The Message-ID of a key, without brackets: the same key is the same message, also when it is sent again."""
    safe = key if _SAFE_KEY.fullmatch(key) else sha256(key.encode("utf-8", "replace")).hexdigest()
    return f"{safe}@{sender.rpartition('@')[2]}"


def build_email(message: Message, *, sender: Sender, key: str, at: datetime) -> Envelope:
    """An e-mail of plain words and attachments.

    Raises:
        InvalidInput: an address, the subject or the words are missing or cannot be sent; names the field.
    """
    to, own = read_address(message.to, field="to"), read_address(sender.address, field="sender")
    reply_to = message.reply_to.strip() or sender.reply_to
    id = build_id(key, own)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _build_mailbox(own, sender.name)
    mail["To"] = _build_mailbox(to)
    if reply_to:
        mail["Reply-To"] = _build_mailbox(read_address(reply_to, field="reply_to"))
    mail["Subject"] = _read_subject(message.subject)
    mail["Date"] = at
    mail["Message-ID"] = f"<{id}>"
    if reference := _CONTROL.sub(" ", message.reference).strip()[:200]:
        mail["X-Reference"] = reference
    body = message.body.replace("\r\n", "\n").replace("\r", "\n")
    if not body.strip():
        raise InvalidInput("Enter the words of the message.", key="mail.body", field="body")
    mail.set_content(_NOT_IN_BODY.sub("\ufffd", body))
    for attachment in message.attachments:
        _attach(mail, attachment)
    try:
        return Envelope(id=id, sender=own, to=to, body=mail.as_bytes())
    except (MessageError, ValueError) as error:
        raise InvalidInput("This message cannot be sent as an e-mail.", key="mail.message", field="body") from error


def _read_subject(subject: str) -> str:
    if _CONTROL.search(subject.strip()):
        raise InvalidInput("The subject is one line.", key="mail.subject", field="subject")
    if not subject.strip() or len(subject) > LONGEST_SUBJECT:
        raise InvalidInput(
            f"Enter a subject of at most {LONGEST_SUBJECT} characters.", key="mail.subject", field="subject"
        )
    return subject.strip()


def _build_mailbox(address: str, name: str = "") -> Address:
    return Address(display_name=_CONTROL.sub(" ", name).strip(), addr_spec=address)


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    name = _CONTROL.sub("", attachment.name).replace("/", "_").replace("\\", "_").strip()
    if not name:
        raise InvalidInput("An attachment has no name.", key="mail.attachment", field="attachments")
    media = _MEDIA.fullmatch(attachment.media.strip().lower())
    kind, subkind = (
        (media[1], media[2]) if media and media[1] not in {"multipart", "message"} else ("application", "octet-stream")
    )
    mail.add_attachment(attachment.body, maintype=kind, subtype=subkind, filename=name)
