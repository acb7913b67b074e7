"""GOV.UK Pay JSON to agreements and disputes. Pure."""

from __future__ import annotations

from desktop.adapters.api import build_bad_response, parse_json, read_date, read_moment, read_record, read_text
from desktop.domain.ids import OutsideId
from desktop.domain.payments import Agreement, Dispute

from .mapping import read_money

AGREEMENT_STATUSES = ("created", "active", "cancelled", "inactive")
DISPUTE_STATUSES = ("needs_response", "under_review", "lost", "won")


def build_agreement_request(*, reference: str, description: str, user: str) -> dict[str, object]:
    """The body that makes an agreement."""
    named = {"user_identifier": user} if user else {}
    return {"reference": reference, "description": description, **named}


def parse_agreement(text: str, *, component: str) -> Agreement:
    """One agreement. Raises BadResponse where it is none."""
    return build_agreement(parse_json(text, component=component, private=True), component)


def build_agreement(value: object, component: str) -> Agreement:
    """One agreement from its JSON object. Raises BadResponse: it has no id or status."""
    body = read_record(value)
    # Written "CREATED" here and "created" there, in the documents too.
    agreement, status = read_text(body.get("agreement_id")), read_text(body.get("status")).lower()
    if not agreement or not status:
        raise build_bad_response("", component=component, what="an agreement has no id or status")
    instrument = read_record(body.get("payment_instrument"))
    # The contract calls it CardDetails, every sample card_details.
    card = read_record(instrument.get("card_details")) or read_record(instrument.get("CardDetails"))
    return Agreement(
        outside_id=OutsideId(agreement),
        reference=read_text(body.get("reference")),
        description=read_text(body.get("description")),
        status=status,
        created_at=read_moment(body.get("created_date")),
        cancelled_at=read_moment(body.get("cancelled_date")),
        user=read_text(body.get("user_identifier")),
        payer=read_text(card.get("cardholder_name")),
        card_brand=read_text(card.get("card_brand")),
        card_last_digits=read_text(card.get("last_digits_card_number")),
        card_expiry=read_text(card.get("expiry_date")),
    )


def build_dispute(value: object, component: str) -> Dispute:
    """One dispute from its JSON object. Raises BadResponse: it does not say which it is, of which payment."""
    body = read_record(value)
    dispute, payment = read_text(body.get("dispute_id")), read_text(body.get("payment_id"))
    if not dispute or not payment:
        raise build_bad_response("", component=component, what="a dispute has no id or payment")
    return Dispute(
        outside_id=OutsideId(dispute),
        payment_id=OutsideId(payment),
        status=read_text(body.get("status")).lower(),
        reason=read_text(body.get("reason")),
        amount=read_money(body.get("amount")),
        fee=read_money(body.get("fee")),
        net=read_money(body.get("net_amount")),
        created_at=read_moment(body.get("created_date")),
        evidence_due=read_moment(body.get("evidence_due_date")),
        settled_on=read_date(read_record(body.get("settlement_summary")).get("settled_date")),
    )
