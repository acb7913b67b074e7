"""The pages that a payer sees: card details, cancel, and the page afterwards. Plain HTML that works without a script."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape

from typing_extensions import override

from desktop.domain.money import format_pence
from desktop.sandbox.agreed import AGREEMENTS
from desktop.sandbox.ledger import Card, PaymentRow
from desktop.sandbox.pay_handler import current, find_agreement
from desktop.sandbox.pay_rules import end, step
from desktop.sandbox.web import TownHandler

_STYLE = """
*{box-sizing:border-box}body{margin:0;font:18px/1.5 system-ui,sans-serif;color:#14181f;background:#fff}
header{background:#17213f;color:#fff;padding:14px 24px;font-weight:600}header span{font-weight:400;opacity:.85}
main{max-width:960px;margin:32px auto;padding:0 24px;display:grid;grid-template-columns:2fr 1fr;gap:48px}
main.one{grid-template-columns:1fr;max-width:720px}h1{font-size:32px;line-height:1.2;margin:0 0 20px}
label{display:block;font-weight:600;margin:20px 0 4px}.hint{color:#4a5263;font-weight:400;margin:0 0 4px}
input{font:inherit;padding:8px 10px;border:2px solid #14181f;border-radius:4px;width:100%}
input:focus,button:focus,a:focus{outline:3px solid #b45309;outline-offset:2px}.short{width:9em}.pair{display:flex;gap:16px}
button{font:inherit;font-weight:600;border:0;border-radius:4px;padding:12px 20px;background:#166534;color:#fff;cursor:pointer;margin-top:28px}
button.plain{background:none;color:#1d3a8a;text-decoration:underline;padding:8px 0;margin-top:12px}
aside{border-top:4px solid #17213f;background:#f3f4f8;padding:16px 20px;height:max-content}aside dt{color:#4a5263}
aside dd{margin:0 0 12px;font-weight:600;overflow-wrap:anywhere}aside .sum{font-size:28px}
.wrong{border:4px solid #b42318;padding:16px 20px;margin-bottom:24px}.wrong h2{margin:0 0 8px;font-size:20px}.wrong a,.err{color:#b42318;font-weight:600}
fieldset{border:0;padding:0;margin:24px 0 0}legend{font-weight:600;margin-top:20px;padding:0}
@media (max-width:700px){main{grid-template-columns:1fr;gap:24px}}
"""
TEST_CARDS: dict[str, tuple[str, str, str]] = {
    "4242424242424242": ("Visa", "debit", "success"),
    "4444333322221111": ("Visa", "credit", "success"),
    "5105105105105100": ("Mastercard", "debit", "success"),
    "371449635398431": ("American Express", "credit", "success"),
    "4000000000000002": ("Visa", "debit", "declined"),
    "4000000000000119": ("Visa", "debit", "error"),
    "4000000000000341": ("Visa", "credit", "success"),
    "4000000000009979": ("Visa", "debit", "success"),
}
"""Card numbers that this town knows: brand, kind and what becomes of the payment. No other is taken.

The last two are refused when they are charged later, under an agreement.
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled-in form: the card and what becomes of it, or what is wrong by field."""

    card: Card | None
    how: str
    wrong: dict[str, str]


def check_card(form: Mapping[str, str], today: datetime) -> Filled:
    """Checks card details. The number and the security code are looked at and let go; neither is kept."""
    number = re.sub(r"[\s-]", "", form.get("card_number", ""))
    wrong: dict[str, str] = {}
    known = TEST_CARDS.get(number)
    if known is None:
        wrong["card_number"] = "Enter a test card number, such as 4242 4242 4242 4242: this is the training town"
    if not form.get("cardholder_name", "").strip():
        wrong["cardholder_name"] = "Enter the name as it is on the card"
    month, year = form.get("expiry_month", "").strip(), form.get("expiry_year", "").strip()[-2:]
    if not (month.isdecimal() and year.isdecimal() and 1 <= int(month) <= 12):
        wrong["expiry_month"] = "Enter the expiry date as a month and a year, like 11 and 29"
    elif (2000 + int(year), int(month)) < (today.year, today.month):
        wrong["expiry_month"] = "Enter an expiry date that is not past"
    if not re.fullmatch(r"\d{3,4}", form.get("security_code", "").strip()):
        wrong["security_code"] = "Enter the security code, 3 or 4 digits on the card"
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", form.get("email", "").strip()):
        wrong["email"] = "Enter an e-mail address, like name@example.org"
    if wrong or known is None:
        return Filled(None, "", wrong)
    brand, kind, how = known
    card = Card(
        brand=brand, kind=kind, first=number[:6], last=number[-4:], expiry=f"{int(month):02d}/{year}",
        holder=form["cardholder_name"].strip()[:255],
    )  # fmt: skip
    return Filled(card, how, {})


class PageHandler(TownHandler):
    """A page; its headers forbid scripts and framing."""

    @override
    def set_default_headers(self) -> None:
        super().set_default_headers()
        self._nonce = secrets.token_urlsafe(12)
        # No form-action: the answer to the form goes on to the service's own page, which Chromium counts as one.
        self.set_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src 'nonce-{self._nonce}'; frame-ancestors 'none'; base-uri 'none'",
        )
        self.set_header("Referrer-Policy", "no-referrer")

    async def page(self, title: str, inside: str, status: int = 200) -> None:
        """Answers with a page."""
        text = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} - Citytown Council</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style nonce="{self._nonce}">{_STYLE}</style>'
            f"</head><body><header>Citytown Council <span>payments, training town</span></header>{inside}</body></html>"
        )
        await self.answer(status, text.encode(), "text/html; charset=utf-8")

    async def say(self, title: str, text: str, status: int = 200) -> None:
        """Answers with a heading and a sentence."""
        await self.page(
            title, f'<main class="one"><div><h1>{escape(title)}</h1><p>{escape(text)}</p></div></main>', status
        )

    def payment_of(self, token: str) -> PaymentRow | None:
        """The payment of a page as it is now."""
        return current(self.site, self.site.state.find_payment_by_token(token))

    async def ended(self, payment: PaymentRow) -> None:
        """Answers for a payment that takes no more card details."""
        words = {
            "P0020": ("Your payment session has expired", "No money has been taken. Ask for a new link."),
            "P0030": ("Your payment has been cancelled", "No money has been taken."),
            "P0040": ("This payment was cancelled by the council", "No money has been taken."),
            "P0010": (
                "Your payment has been declined",
                "No money has been taken. Ask for a new link to try another card.",
            ),
        }
        title, text = words.get(payment.events[-1].code, ("This payment is finished", "There is nothing more to do."))
        await self.say(title, text)


class SecurePostHandler(PageHandler):
    """`next_url_post`: the same page by a form."""

    async def post(self) -> None:
        self.redirect(f"/secure/{self.get_body_argument('chargeTokenId', 'none')}", status=303)


class CardHandler(PageHandler):
    """The card details of one payment."""

    async def get(self, token: str) -> None:
        payment = self.payment_of(token)
        if payment is None:
            await self.say("Page not found", "The link is not complete, or it is too old.", 404)
        elif payment.status not in {"created", "started"}:
            await self.ended(payment)
        else:
            if payment.status == "created":
                payment = step(payment, "started", self.site.now_ms())
                self.site.state.save_payment(payment, payment.events[-1].at)
            await self.form(payment, {"email": payment.email, "cardholder_name": payment.holder}, {})

    async def post(self, token: str) -> None:
        payment = self.payment_of(token)
        if payment is None:
            await self.say("Page not found", "The link is not complete, or it is too old.", 404)
            return
        if payment.status not in {"created", "started"}:
            await self.ended(payment)
            return
        now = self.site.now_ms()
        if payment.status == "created":
            payment = step(payment, "started", now)
        form = {name: self.get_body_argument(name, "") for name in self.request.body_arguments}
        filled = check_card(form, datetime.fromtimestamp(now / 1000, UTC))
        if filled.card is None:
            await self.form(payment, form, filled.wrong)
            return
        payment = step(replace(payment, card=filled.card, email=form["email"].strip()), "submitted", now)
        payment = replace(payment, provider_id=secrets.token_hex(6))
        payment = self.take(payment, filled.card) if filled.how == "success" else end(payment, filled.how, now)
        self.site.state.save_payment(payment, payment.events[-1].at)
        await self.leave(payment)

    def take(self, payment: PaymentRow, card: Card) -> PaymentRow:
        """A payment that the bank agreed to: captured soon, or when the council asks; its card kept for an agreement."""
        at = payment.events[-1].at
        agreement = find_agreement(self.site, payment.sets_up)
        if agreement is not None:
            self.site.state.put(AGREEMENTS, agreement.id, replace(agreement, status="active", card=card, kept=at))
        if payment.delayed:
            return step(payment, "capturable", at)
        return replace(payment, settles_at=at + self.site.tuning.capture_ms)

    async def leave(self, payment: PaymentRow) -> None:
        """Sends the payer's browser back to the service."""
        where = payment.return_url or f"{self.site.public}/pay/return"
        await self.answer(303, b"", "text/html; charset=utf-8", {"Location": where})

    async def form(self, payment: PaymentRow, filled: Mapping[str, str], wrong: Mapping[str, str]) -> None:
        """Answers with the form, what was typed (never the card number or code) and what is wrong with it."""
        title = ("Error: " if wrong else "") + "Enter card details"
        fields = (
            _field(
                "card_number",
                "Card number",
                "Visa, Mastercard or American Express; here only test cards",
                filled,
                wrong,
                "cc-number",
                "numeric",
            )
            + '<fieldset><legend>Expiry date</legend><p class="hint">For example, 11 29</p><div class="pair"><div>'
            + _field("expiry_month", "Month", "", filled, wrong, "cc-exp-month", "numeric", short=True)
            + "</div><div>"
            + _field("expiry_year", "Year", "", filled, wrong, "cc-exp-year", "numeric", short=True)
            + "</div></div></fieldset>"
            + _field("cardholder_name", "Name on card", "", filled, wrong, "cc-name", "text")
            + _field(
                "security_code",
                "Card security code",
                "The last 3 digits on the back, or 4 on the front",
                filled,
                wrong,
                "cc-csc",
                "numeric",
                short=True,
            )
            + _field("email", "E-mail", "We send the receipt here", filled, wrong, "email", "email")
        )
        inside = (
            f'<main><div>{_summary(wrong)}<h1>Enter card details</h1>{self.terms(payment)}<form method="post" action="/secure/{payment.token}" novalidate>'
            f'{fields}<button type="submit" id="confirm">Confirm payment</button></form>'
            f'<form method="post" action="/secure/{payment.token}/cancel"><button class="plain" type="submit" id="cancel">Cancel payment</button></form></div>'
            f"<aside><h2>Payment summary</h2><dl><dt>For</dt><dd>{escape(payment.description)}</dd><dt>Reference</dt>"
            f'<dd>{escape(payment.reference)}</dd><dt>Total</dt><dd class="sum" id="amount">{format_pence(payment.amount)}</dd></dl></aside></main>'
        )
        await self.page(title, inside, 400 if wrong else 200)

    def terms(self, payment: PaymentRow) -> str:
        """What the payer agrees to besides this payment, "" for nothing."""
        if payment.delayed:
            return '<p id="terms">The money is kept back on your card. The council takes it within five days, or not at all.</p>'
        agreement = find_agreement(self.site, payment.sets_up)
        if agreement is None:
            return ""
        what = escape(agreement.description)
        return f'<p id="terms">You agree that your card is kept, and that the council takes later payments with it for: {what}.</p>'


class CancelHandler(CardHandler):
    """The payer gives up."""

    @override
    async def get(self, token: str) -> None:
        self.redirect(f"/secure/{token}", status=303)

    @override
    async def post(self, token: str) -> None:
        payment = self.payment_of(token)
        if payment is None:
            await self.say("Page not found", "The link is not complete, or it is too old.", 404)
            return
        if payment.status in {"created", "started"}:
            payment = end(payment, "cancelled", self.site.now_ms())
            self.site.state.save_payment(payment, payment.events[-1].at)
        await self.leave(payment)


class ReturnHandler(PageHandler):
    """Where a payer ends up when the service has no page of its own."""

    async def get(self) -> None:
        await self.say("Thank you", "The council has been told what became of your payment. You can close this page.")


def _field(
    name: str,
    label: str,
    hint: str,
    filled: Mapping[str, str],
    wrong: Mapping[str, str],
    complete: str,
    mode: str,
    *,
    short: bool = False,
) -> str:
    secret = name in {"card_number", "security_code"}
    value = "" if secret else escape(filled.get(name, ""))
    error = f'<p class="err" id="{name}-error">{escape(wrong[name])}</p>' if name in wrong else ""
    described = (
        f' aria-invalid="true" aria-describedby="{name}-error"'
        if name in wrong
        else (f' aria-describedby="{name}-hint"' if hint else "")
    )
    told = f'<p class="hint" id="{name}-hint">{escape(hint)}</p>' if hint else ""
    style = ' class="short"' if short else ""
    return (
        f'<label for="{name}">{label}</label>{told}{error}<input id="{name}" name="{name}" value="{value}" '
        f'autocomplete="{complete}" inputmode="{mode}" spellcheck="false"{style}{described}>'
    )


def _summary(wrong: Mapping[str, str]) -> str:
    if not wrong:
        return ""
    items = "".join(f'<li><a href="#{name}">{escape(text)}</a></li>' for name, text in wrong.items())
    return f'<div class="wrong" role="alert"><h2>There is a problem</h2><ul>{items}</ul></div>'


def page_routes() -> list[tuple[str, type[PageHandler]]]:
    """Paths of the pages and who answers them."""
    return [
        (r"/secure", SecurePostHandler),
        (r"/secure/([\w-]+)", CardHandler),
        (r"/secure/([\w-]+)/cancel", CancelHandler),
        (r"/pay/return", ReturnHandler),
    ]
