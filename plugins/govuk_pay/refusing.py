"""GOV.UK Pay's error codes, by what happens next. Pure.

Only the code decides, for descriptions change; a code that is not known falls back on the status of the answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.adapters.api import MOST_KEPT, Answer, build_refusal
from desktop.domain.clocks import Clock
from desktop.domain.errors import (
    BadResponse,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    OutcomeUnknown,
    RemoteConflict,
)

from .mapping import Refusal

Row = tuple[type[DesktopError], str, str, str]
"""Class, what the component does (after its name), what to do, and the key."""

_MOST_SAID = 200
_SOON_S = 1.0
"""GOV.UK Pay counts requests by the second."""

_MISSING: Row = (
    InvalidInput,
    "needs something that is missing.",
    "Fill in the field that it names, then send it again.",
    "govuk_pay.missing",
)
_VALUE: Row = (
    InvalidInput,
    "does not take one of the values.",
    "Change the field that it names, then send it again.",
    "govuk_pay.value",
)
_UNREADABLE: Row = (
    BadResponse,
    "could not read what Knit sent.",
    "This is a fault of the plugin: report it to whoever made it.",
    "govuk_pay.unreadable",
)
_FAILED: Row = (NotReady, "has a fault on its side.", "Knit tries again by itself.", "govuk_pay.failed")
_FAILED_WRITING: Row = (
    OutcomeUnknown,
    "has a fault on its side, and may or may not have taken the change.",
    "Nothing is sent twice. Knit reads back what is there before it tries again.",
    "govuk_pay.failed_writing",
)
_NO_PAYMENT: Row = (
    NotFound,
    "knows no such payment.",
    "Check its id, and that the key is of the service that made it.",
    "govuk_pay.no_payment",
)
_NO_REFUND: Row = (
    NotFound,
    "knows no such refund of this payment.",
    "Look at the refunds of the payment.",
    "govuk_pay.no_refund",
)
_NO_AGREEMENT: Row = (
    NotFound,
    "knows no such agreement.",
    "Check its id, and that the key is of the service that made it.",
    "govuk_pay.no_agreement",
)
_NO_PAGE: Row = (NotFound, "has no such page of the list.", "Look from the first page on.", "govuk_pay.no_page")
_NOT_CANCELLED: Row = (
    RemoteConflict,
    "cannot cancel this payment any more.",
    "Look at where it stands: one that was paid is refunded rather than cancelled.",
    "govuk_pay.not_cancelled",
)
_NOT_CAPTURED: Row = (
    RemoteConflict,
    "cannot capture this payment.",
    "Only one that waits to be captured can be. Look at where it stands: after five days it has expired.",
    "govuk_pay.not_captured",
)
_NOT_OFFERED: Row = (
    Forbidden,
    "does not offer this kind of payment to the council's service.",
    "Ask whoever looks after the service at GOV.UK Pay to have it switched on.",
    "govuk_pay.not_offered",
)
_TOKEN: Row = (
    RemoteConflict,
    "does not take this token, or took it before.",
    "Make a new payment: a token is for one use.",
    "govuk_pay.token",
)

CODES: Mapping[str, Row] = {
    "P0010": (InvalidInput, "says that the bank refused the card.", "Ask for another card.", "govuk_pay.card_refused"),
    "P0050": (
        NotReady, "says that the payment provider had an error.", "Try again later, and report the code if it stays.",
        "govuk_pay.provider_error",
    ),
    **dict.fromkeys(("P0101", "P0601", "P2101"), _MISSING),
    **dict.fromkeys(("P0102", "P0401", "P0602", "P1101", "P2102", "P2401"), _VALUE),
    "P0103": (
        InvalidInput, "knows no such agreement to set up.", "Make the agreement first, or check its id.",
        "govuk_pay.no_agreement_to_set_up",
    ),
    "P0104": (
        InvalidInput, "does not take everything together that was asked for.",
        "Leave out what it names, or take the payment in the usual way.", "govuk_pay.not_together",
    ),
    "P0105": (
        InvalidInput, "takes no card number as a reference.", "Take the card number out of the reference.",
        "govuk_pay.card_number",
    ),
    "P0191": (
        RemoteConflict, "has taken another payment under this operation already.",
        "Look at the payments with this reference before another is taken.", "govuk_pay.key_used",
    ),
    **dict.fromkeys(("P0195", "P0196", "P0930", "P0942"), _NOT_OFFERED),
    **dict.fromkeys(("P0197", "P0697", "P2197"), _UNREADABLE),
    **dict.fromkeys(("P0198", "P0598", "P0698", "P1098", "P2198", "P2598"), _FAILED_WRITING),
    "P0199": (
        Forbidden, "has a problem with the council's account.",
        "Ask whoever looks after the service to contact GOV.UK Pay with the code P0199.", "govuk_pay.account",
    ),
    **dict.fromkeys(("P0200", "P0300", "P0500", "P0600", "P0800", "P1000"), _NO_PAYMENT),
    **dict.fromkeys(("P0298", "P0398", "P0498", "P0798", "P0898", "P1898", "P2298", "P2498"), _FAILED),
    **dict.fromkeys(("P0402", "P1100", "P2402"), _NO_PAGE),
    **dict.fromkeys(("P0501", "P0502"), _NOT_CANCELLED),
    "P0603": (
        RemoteConflict, "cannot refund this payment.",
        "Look at it first: it may be refunded in full, disputed, or not paid yet.", "govuk_pay.not_refunded",
    ),
    "P0604": (
        RemoteConflict, "has another refund of this payment at this moment.", "Look at its refunds, then try again.",
        "govuk_pay.refund",
    ),
    "P0700": _NO_REFUND,
    "P0900": (NotReady, "is asked too often.", "Knit tries again by itself.", "govuk_pay.busy"),
    "P0920": (
        InvalidInput, "stopped this on its way in.",
        "Take out < > \" \\ and |, and name a page after paying that starts with https.", "govuk_pay.stopped",
    ),
    "P0940": (
        Forbidden, "has no payment provider set up for the council's account.",
        "Ask whoever looks after the service to finish its set-up at GOV.UK Pay.", "govuk_pay.provider",
    ),
    "P0941": (
        Forbidden, "has switched off payments and refunds of the council's account.",
        "Ask whoever looks after the service to contact GOV.UK Pay with the code P0941.", "govuk_pay.account_off",
    ),
    "P0999": (NotReady, "is closed for the moment.", "Knit tries again by itself.", "govuk_pay.closed"),
    **dict.fromkeys(("P1001", "P1003"), _NOT_CAPTURED),
    **dict.fromkeys(("P1211", "P1212"), _TOKEN),
    **dict.fromkeys(("P2200", "P2500"), _NO_AGREEMENT),
    "P2501": (
        RemoteConflict, "cannot cancel this agreement.", "Only an active one can be. Look at where it stands.",
        "govuk_pay.agreement_not_cancelled",
    ),
}  # fmt: skip
"""What each code of the documents means."""

NO_SUCH_PAGE = frozenset(code for code, row in CODES.items() if row is _NO_PAGE)


def build_error(answer: Answer, refusal: Refusal, *, component: str, writes: bool, clock: Clock) -> DesktopError:
    """The error for an answer that refuses, decided by its code, else by its status."""
    body = answer.body[:MOST_KEPT].decode("utf-8", "replace")
    by_status = build_refusal(
        answer.status,
        component=component,
        writes=writes,
        headers=answer.headers,
        said=refusal.said,
        field=refusal.field,
        body=body,
        clock=clock,
    )
    if refusal.code not in CODES:
        return by_status
    row = CODES[refusal.code]
    if writes and row is _FAILED:
        row = _FAILED_WRITING
    kind, does, hint, key = row
    error = kind(f"{component} {does}", hint, key=key, subject=component)
    if isinstance(error, InvalidInput):
        error.field = refusal.field
        error.hint = " ".join((hint, *refusal.said.split()))[: len(hint) + _MOST_SAID].strip()
    elif isinstance(error, NotReady):
        after = by_status.retry_after if isinstance(by_status, NotReady) else None
        error.retry_after = _SOON_S if after is None and refusal.code == "P0900" else after
    elif isinstance(error, BadResponse):
        error.body = body
    return error
