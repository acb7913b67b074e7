"""Checks of a payment before it is sent: refused beside the field what GOV.UK Pay would refuse. Pure."""

from __future__ import annotations

import re

from desktop.domain.errors import InvalidInput
from desktop.domain.money import MOST
from desktop.domain.payments import PaymentRequest

from .asking import check_choice, check_text

KINDS = ("instalment", "recurring", "unscheduled")


def check_request(request: PaymentRequest, *, return_url: str) -> None:
    """Refuses a payment that could not be taken on a page."""
    _check_common(request)
    check_choice("language", request.language, ("en", "cy"))
    if request.delayed_capture and request.sets_up:
        raise InvalidInput(
            "A payment that sets up an agreement is taken at once.",
            "Leave out one of the two.",
            key="govuk_pay.delayed",
            field="delayed_capture",
        )
    if not re.match(r"https?://[^/\s]", return_url):
        raise InvalidInput(
            "The payment needs a page where the payer goes afterwards.",
            "Set “Page after paying” in the settings of the component.",
            key="govuk_pay.return_url",
            field="return_url",
        )


def check_charge(request: PaymentRequest) -> None:
    """Refuses a payment that could not be taken under an agreement: nobody is there to be shown a page."""
    _check_common(request)
    for field in ("return_url", "email", "language", "delayed_capture", "sets_up"):
        if getattr(request, field):
            raise InvalidInput(
                f"A payment under an agreement has no {field}.",
                "Leave it out: the payer is not there, and the card that was kept is charged at once.",
                key="govuk_pay.charge",
                field=field,
            )


def _check_common(request: PaymentRequest) -> None:
    if not 0 < request.amount <= MOST:
        raise InvalidInput("Enter an amount from £0.01 to £100,000.00.", key="govuk_pay.amount", field="amount")
    check_text("reference", request.reference)
    check_text("description", request.description)
    check_choice("agreement_kind", request.agreement_kind, KINDS)
