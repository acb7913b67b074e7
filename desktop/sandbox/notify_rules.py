"""What GOV.UK Notify takes and refuses, and how a message fares, apart from HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from desktop.sandbox.notify_templates import Template, find_missing, find_template

Tree = dict[str, Any]
SKEW = 30
"""Seconds that the clock of who asks may be off."""
PERMANENT = frozenset({"07700900002", "perm-fail@simulator.notify"})
TEMPORARY = frozenset({"07700900003", "temp-fail@simulator.notify"})
"""Recipients for which delivery fails, as Notify's own simulator has them."""
SMOKE = frozenset({
    "07700900000", "07700900111", "07700900222", "simulate-delivered@notifications.service.gov.uk",
    "simulate-delivered-2@notifications.service.gov.uk", "simulate-delivered-3@notifications.service.gov.uk",
})  # fmt: skip
"""Smoke test recipients: the request is checked and answered, and nothing is kept."""
STATUSES = {
    "sms": ("created", "sending", "pending", "sent", "delivered", "permanent-failure", "temporary-failure", "technical-failure"),
    "email": ("created", "sending", "delivered", "permanent-failure", "temporary-failure", "technical-failure"),
    "letter": ("accepted", "received", "cancelled", "technical-failure", "permanent-failure"),
}  # fmt: skip
_RECIPIENT = {"sms": "phone_number", "email": "email_address"}
_ALLOWED = {
    "sms": {"phone_number", "sms_sender_id"},
    "email": {"email_address", "email_reply_to_id", "one_click_unsubscribe_url"},
    "letter": {"postage", "letter_contact_id"},
}
_COMMON = {"template_id", "personalisation", "reference"}
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.IGNORECASE)
_COUNTRIES = frozenset({"france", "germany", "ireland", "poland", "spain", "india", "pakistan", "nigeria"})
_BAD_STARTS = tuple("@()=[]\N{RIGHT DOUBLE QUOTATION MARK}\\/,<>")


class Refusal(Exception):
    """An answer that refuses: status, Notify's type of error, and one message or several."""

    def __init__(self, status: int, kind: str, *messages: str) -> None:
        super().__init__(kind)
        self.status, self.kind, self.messages = status, kind, messages

    @property
    def tree(self) -> Tree:
        """The body."""
        return {"status_code": self.status, "errors": [{"error": self.kind, "message": text} for text in self.messages]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A message that may be sent: to whom, of which template, and with what."""

    kind: str
    template: Template
    to: str
    lines: tuple[str, ...]
    fields: Tree
    reference: str | None
    postage: str | None


# ==== who asks ====


def check_token(header: str, *, service: str, secret: str, now: int) -> None:
    """Refuses a request without a sound token of this service (JWT, HS256), made within 30 seconds."""
    scheme, _, token = header.partition(" ")
    if not header:
        raise Refusal(401, "AuthError", "Unauthorized: authentication token must be provided")
    if scheme.lower() != "bearer":
        raise Refusal(401, "AuthError", "Unauthorized: authentication bearer scheme must be used")
    head, claims, signature = _read_token(token.strip())
    if head.get("alg") != "HS256":
        raise Refusal(403, "AuthError", "Invalid token: algorithm used is not HS256")
    issuer = claims.get("iss")
    if issuer is None:
        raise Refusal(403, "AuthError", "Invalid token: iss field not provided")
    if not is_uuid(issuer):
        raise Refusal(403, "AuthError", "Invalid token: service id is not the right data type")
    if str(issuer).lower() != service:
        raise Refusal(403, "AuthError", "Invalid token: service not found")
    signed = token.strip().rpartition(".")[0].encode()
    if not hmac.compare_digest(hmac.new(secret.encode(), signed, hashlib.sha256).digest(), signature):
        raise Refusal(403, "AuthError", "Invalid token: API key not found")
    made = claims.get("iat")
    if not isinstance(made, int) or abs(now - made) > SKEW:
        raise Refusal(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")


def _read_token(token: str) -> tuple[Tree, Tree, bytes]:
    parts = token.split(".")
    try:
        head, claims, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts)
        read = json.loads(head), json.loads(claims)
    except ValueError as error:
        raise Refusal(403, "AuthError", "Invalid token: make sure your API token matches the example at https://docs.notifications.service.gov.uk/rest-api.html#authorisation-header") from error  # fmt: skip
    if not all(isinstance(part, dict) for part in read):
        raise Refusal(403, "AuthError", "Invalid token: API key not found")
    return read[0], read[1], signature


def is_uuid(value: object) -> bool:
    """Whether a value is an id of Notify's."""
    try:
        UUID(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


# ==== what is asked ====


def read_tree(body: bytes) -> Tree:
    """The JSON object of a body."""
    try:
        tree = json.loads(body)
    except ValueError as error:
        raise Refusal(400, "BadRequestError", "Invalid JSON supplied in POST data") from error
    if not isinstance(tree, dict):
        raise Refusal(400, "ValidationError", f"{tree} is not of type object")
    return tree


def check_message(kind: str, tree: Tree, *, senders: tuple[str, str], service: str) -> Wanted:
    """A message that was asked for. `senders` are the ids of the service's text sender and reply-to address."""
    wrong = [*_find_wrong(kind, tree)]
    if wrong:
        raise Refusal(400, "ValidationError", *wrong)
    template = find_template(tree["template_id"])
    if template is None:
        raise Refusal(400, "BadRequestError", "Template not found")
    if template.kind != kind:
        raise Refusal(400, "BadRequestError", f"{template.kind} template is not suitable for {kind} notification")
    for name, known in zip(("sms_sender_id", "email_reply_to_id"), senders, strict=True):
        if tree.get(name) not in {None, known}:
            text = f"{name} {tree[name]} does not exist in database for service id {service}"
            raise Refusal(400, "BadRequestError", text)
    fields: Tree = dict(tree.get("personalisation") or {})
    lines = check_address(fields) if kind == "letter" else ()
    if missing := find_missing(template, fields):
        raise Refusal(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
    to = str(tree.get(_RECIPIENT.get(kind, ""), "")).strip()
    postage = str(tree.get("postage") or "second") if kind == "letter" else None
    return Wanted(kind=kind, template=template, to=to, lines=lines, fields=fields, reference=tree.get("reference"), postage=postage)  # fmt: skip


def _find_wrong(kind: str, tree: Tree) -> list[str]:
    """What the schema of a request finds."""
    asked = [*filter(None, [_RECIPIENT.get(kind)]), "template_id", *(["personalisation"] if kind == "letter" else [])]
    wrong = [f"{name} is a required property" for name in asked if name not in tree]
    wrong += [
        f"{name} is not a valid UUID"
        for name in ("template_id", "sms_sender_id", "email_reply_to_id", "letter_contact_id")
        if name in tree and not is_uuid(tree[name])
    ]
    fields, reference = tree.get("personalisation"), tree.get("reference")
    if "personalisation" in tree and not isinstance(fields, dict):
        wrong.append(f"personalisation {fields} is not of type object")
    if reference is not None and not isinstance(reference, str):
        wrong.append(f"reference {reference} is not of type string")
    if isinstance(reference, str) and len(reference) > 1000:
        wrong.append(f"reference {reference[:40]} is too long")
    if strange := sorted(tree.keys() - _COMMON - _ALLOWED[kind]):
        wrong.append(f"Additional properties are not allowed ({', '.join(strange)} was unexpected)")
    if kind == "letter" and tree.get("postage") not in {None, "first", "second", "economy"}:
        wrong.append("postage invalid. It must be either first, second or economy.")
    return [*wrong, *_find_wrong_recipient(kind, tree)]


def _find_wrong_recipient(kind: str, tree: Tree) -> list[str]:
    if kind == "sms" and "phone_number" in tree:
        number = re.sub(r"[\s()+.-]", "", str(tree["phone_number"]))
        if not number.isdecimal():
            return ["phone_number can only include: 0 1 2 3 4 5 6 7 8 9 ( ) + -"]
        return [] if 10 <= len(number) <= 15 else ["phone_number is too short" if len(number) < 10 else "phone_number is too long"]  # fmt: skip
    if kind == "email" and "email_address" in tree:
        sound = re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", str(tree["email_address"]).strip())
        return [] if sound else ["email_address Not a valid email address"]
    return []


def check_address(fields: Mapping[str, object]) -> tuple[str, ...]:
    """The lines of a letter's address, from `address_line_1` to 7 or `postcode`."""
    if "address_line_1" not in fields:
        raise Refusal(400, "ValidationError", "personalisation address_line_1 is a required property")
    names = (*(f"address_line_{number}" for number in range(1, 8)), "postcode")
    lines = [text for name in names if (text := str(fields.get(name) or "").strip())]
    if len(lines) < 3:
        raise Refusal(400, "ValidationError", "Address must be at least 3 lines")
    if len(lines) > 7:
        raise Refusal(400, "ValidationError", "Address must be no more than 7 lines")
    if any(line.startswith(_BAD_STARTS) for line in lines):
        raise Refusal(400, "ValidationError", "Address lines must not start with any of the following characters: @ ( ) = [ ] \N{RIGHT DOUBLE QUOTATION MARK} \\ / , < >")  # fmt: skip
    if not all(re.search(r"[A-Za-z0-9]", line) for line in lines[:2]):
        raise Refusal(400, "ValidationError", "The first 2 lines of the address must include alphanumeric characters")
    if not _POSTCODE.fullmatch(lines[-1]) and lines[-1].lower() not in _COUNTRIES:
        raise Refusal(400, "ValidationError", "Last line of address must be a real UK postcode or another country")
    return tuple(lines)


def check_search(ask: Mapping[str, list[str]]) -> None:
    """Refuses a search that Notify's schema does not take."""
    wrong = []
    kinds, statuses = ask.get("template_type", []), ask.get("status", [])
    wrong += [f"template_type {kind} is not one of [sms, email, letter]" for kind in kinds if kind not in STATUSES]
    known = {status for every in STATUSES.values() for status in every} | {"failed"}
    wrong += [f"status {status} is not one of [{', '.join(sorted(known))}]" for status in statuses if status not in known]  # fmt: skip
    wrong += ["older_than is not a valid UUID" for id in ask.get("older_than", []) if not is_uuid(id)]
    strange = sorted(ask.keys() - {"template_type", "status", "reference", "older_than", "include_jobs"})
    if strange:
        wrong.append(f"Additional properties are not allowed ({', '.join(strange)} was unexpected)")
    if wrong:
        raise Refusal(400, "ValidationError", *wrong)


# ==== how it fares ====


def find_progress(kind: str, to: str, age_ms: int) -> tuple[str, int | None, int | None]:
    """Status of a message of an age, and after how many milliseconds it was sent and ended (None: not yet)."""
    if kind == "letter":
        return ("accepted", None, None) if age_ms < 86_400_000 else ("received", 43_200_000, 86_400_000)
    if age_ms < 2_000:
        return "created", None, None
    if age_ms < 20_000:
        return "sending", 2_000, None
    plain = to.replace(" ", "").replace("+44", "0").lower()
    if plain in PERMANENT:
        return "permanent-failure", 2_000, 20_000
    if plain in TEMPORARY:
        return "temporary-failure", 2_000, 20_000
    if kind == "sms" and to.startswith("+") and not to.startswith("+44"):
        return "sent", 2_000, 20_000
    return "delivered", 2_000, 20_000
