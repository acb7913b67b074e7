"""Payments, refunds, agreements and disputes as GOV.UK Pay shows them in JSON."""

from __future__ import annotations

from desktop.sandbox.agreed import DISPUTE_FEE, AgreementRow, DisputeRow
from desktop.sandbox.ledger import Card, Happening, PaymentRow, RefundRow
from desktop.sandbox.pay_rules import can_retry, day, refund_status, refundable, settled_at, stamp
from desktop.sandbox.web import Site

Tree = dict[str, object]


def link(site: Site, *parts: str, method: str = "GET") -> Tree:
    """A link below the API's version."""
    return {"href": "/".join((site.base, "v1", *parts)), "method": method}


def payment_tree(site: Site, row: PaymentRow, *, search: bool = False) -> Tree:
    """A payment as the API shows it. A search has null for the links that do not hold, as in the documents."""
    tree: Tree = {
        "amount": row.amount, "description": row.description, "reference": row.reference, "language": row.language,
        "state": _state(row, row.events[-1]), "payment_id": row.id, "payment_provider": "sandbox",
        "created_date": stamp(row.created), "authorisation_mode": row.mode,
        "refund_summary": {
            "status": refund_status(row), "amount_available": refundable(row), "amount_submitted": row.amount - refundable(row),
        },
        "settlement_summary": _settlement(site, row), "delayed_capture": row.delayed, "moto": False,
    }  # fmt: skip
    tree |= {"return_url": row.return_url or f"{site.public}/pay/return"} if row.mode == "web" else {}
    tree |= {"agreement_id": row.agreement} if row.agreement else {}
    tree |= {"agreement_payment_type": row.kind} if row.kind else {}
    tree |= {"email": row.email} if row.email else {}
    tree |= {"metadata": dict(row.metadata)} if row.metadata else {}
    tree |= {"provider_id": row.provider_id} if row.provider_id else {}
    known = row.card if row.status != "created" else None
    tree |= {"card_brand": known.brand, "card_details": _card(known)} if known else {}
    tree |= {"total_amount": row.amount} if row.status == "success" else {}
    return {**tree, "_links": _links(site, row, search=search)}


def _settlement(site: Site, row: PaymentRow) -> Tree:
    if row.status != "success":
        return {}
    submitted = next((h.at for h in row.events if h.status == "submitted"), row.events[-1].at)
    paid_out = {"settled_date": day(settled_at(row))} if settled_at(row) <= site.now_ms() else {}
    return {"capture_submit_time": stamp(submitted), "captured_date": day(row.events[-1].at), **paid_out}


def _card(card: Card) -> Tree:
    return {
        "card_brand": card.brand, "card_type": card.kind, "cardholder_name": card.holder, "expiry_date": card.expiry,
        "first_digits_card_number": card.first, "last_digits_card_number": card.last,
    }  # fmt: skip


def _state(row: PaymentRow, happening: Happening) -> Tree:
    finished = happening.status in {"success", "failed", "cancelled", "error"}
    why = {"code": happening.code, "message": happening.message} if happening.code else {}
    again = can_retry(row) if happening.status == "failed" else None
    return {
        "status": happening.status, "finished": finished, **why, **({} if again is None else {"can_retry": again}),
    }  # fmt: skip


def _links(site: Site, row: PaymentRow, *, search: bool) -> Tree:
    links: Tree = {
        "self": link(site, "payments", row.id), "events": link(site, "payments", row.id, "events"),
        "refunds": link(site, "payments", row.id, "refunds"),
    }  # fmt: skip
    if row.is_final:
        return {**links, "cancel": None, "capture": None} if search else links
    if row.mode == "web" and row.status in {"created", "started"} and not search:
        secure = f"{site.public}/secure"
        links["next_url"] = {"href": f"{secure}/{row.token}", "method": "GET"}
        links["next_url_post"] = {
            "type": "application/x-www-form-urlencoded", "params": {"chargeTokenId": row.token}, "href": secure, "method": "POST",
        }  # fmt: skip
    if row.status == "capturable":
        links["capture"] = link(site, "payments", row.id, "capture", method="POST")
    return {**links, "cancel": link(site, "payments", row.id, "cancel", method="POST")}


def events_tree(site: Site, row: PaymentRow) -> Tree:
    """What happened to a payment."""
    events = [
        {
            "payment_id": row.id,
            "state": _state(row, happening),
            "updated": stamp(happening.at),
            "_links": {"payment_url": link(site, "payments", row.id)},
        }
        for happening in row.events
    ]
    return {"payment_id": row.id, "events": events, "_links": {"self": link(site, "payments", row.id, "events")}}


def refund_tree(site: Site, payment: PaymentRow, refund: RefundRow) -> Tree:
    """A refund as it is now."""
    done = refund.settles_at <= site.now_ms()
    return {
        "refund_id": refund.id,
        "created_date": stamp(refund.at),
        "amount": refund.amount,
        "status": "success" if done else "submitted",
        "settlement_summary": {"settled_date": day(refund.settles_at)} if done else {},
        "_links": {
            "self": link(site, "payments", payment.id, "refunds", refund.id),
            "payment": link(site, "payments", payment.id),
        },
    }


def agreement_tree(row: AgreementRow) -> Tree:
    """An agreement; its card once it was set up."""
    tree: Tree = {
        "agreement_id": row.id, "reference": row.reference, "description": row.description, "status": row.status,
        "created_date": stamp(row.created),
    }  # fmt: skip
    tree |= {"user_identifier": row.user} if row.user else {}
    tree |= {"cancelled_date": stamp(row.cancelled)} if row.status == "cancelled" else {}
    if row.card:
        tree["payment_instrument"] = {
            "type": "card", "created_date": stamp(row.kept), "card_details": _card(row.card),
        }  # fmt: skip
    return tree


def dispute_tree(site: Site, row: DisputeRow) -> Tree:
    """A dispute; what it takes off a payout once it is lost."""
    tree: Tree = {
        "dispute_id": row.id, "payment_id": row.payment, "amount": row.amount, "status": row.status, "reason": row.reason,
        "created_date": stamp(row.created), "evidence_due_date": stamp(row.evidence_due),
        "_links": {"payment": link(site, "payments", row.payment)},
    }  # fmt: skip
    if row.status == "lost":
        tree |= {"fee": DISPUTE_FEE, "net_amount": -row.amount - DISPUTE_FEE}
        tree["settlement_summary"] = {"settled_date": day(row.settled)}
    return tree
