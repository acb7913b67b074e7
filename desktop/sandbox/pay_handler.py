"""What the handlers of GOV.UK Pay share: the key, JSON bodies, errors, and records as they are now."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import Any

import msgspec
from typing_extensions import override

from desktop.sandbox.agreed import AGREEMENTS, DISPUTES, AgreementRow, DisputeRow
from desktop.sandbox.ledger import PaymentRow
from desktop.sandbox.pay_rules import PayError, advance, can_retry
from desktop.sandbox.web import Site, TownHandler

_LETTERS = "0123456789abcdefghijklmnopqrstuv"


def new_id() -> str:
    """26 letters and digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(26))


def current(site: Site, payment: PaymentRow | None) -> PaymentRow | None:
    """A payment after what time has done to it; kept when that is something."""
    if payment is not None and (moved := advance(payment, site.now_ms())):
        site.state.save_payment(moved, moved.events[-1].at)
        agreement = find_agreement(site, moved.agreement)
        if moved.status == "failed" and can_retry(moved) is False and agreement is not None:
            site.state.put(AGREEMENTS, agreement.id, replace(agreement, status="inactive"))
        return moved
    return payment


def find_agreements(site: Site) -> list[AgreementRow]:
    """Every agreement."""
    return msgspec.convert(site.state.find_all(AGREEMENTS), type=list[AgreementRow])


def find_agreement(site: Site, id: str) -> AgreementRow | None:
    """An agreement, or None."""
    row = site.state.find(AGREEMENTS, id) if id else None
    return msgspec.convert(row, type=AgreementRow) if row else None


def find_disputes(site: Site) -> list[DisputeRow]:
    """Every dispute."""
    return msgspec.convert(site.state.find_all(DISPUTES), type=list[DisputeRow])


class PayHandler(TownHandler):
    """What the operations share."""

    @override
    async def prepare(self) -> None:
        await super().prepare()
        if self._finished:
            return
        scheme, _, given = self.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secrets.compare_digest(given.strip().encode(), self.site.key.encode()):
            body = b"Credentials are required to access this resource."
            await self.answer(401, body, "text/plain", {"WWW-Authenticate": 'Bearer realm=""'})

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "application/json")
        if status_code == 405:
            self.finish({"code": 405, "message": "HTTP 405 Method Not Allowed"})
        else:
            self.finish({"code": "P0198", "description": "There is a problem with the service"})

    async def refuse(self, error: PayError) -> None:
        """Answers with an error."""
        await self.answer_json(error.status, error.body)

    def payment_of(self, id: str, code: str = "P0200") -> PaymentRow:
        """A payment as it is now."""
        payment = current(self.site, self.site.state.find_payment(id))
        if payment is None:
            raise PayError(404, code, "Not found")
        return payment

    def body_tree(self, code: str) -> object:
        """The JSON body."""
        if not self.request.headers.get("Content-Type", "").lower().startswith("application/json"):
            raise PayError(400, "P0920", "Request blocked by firewall")
        try:
            tree: object = json.loads(self.request.body or b"null")
        except ValueError as error:
            raise PayError(400, code, "Unable to parse JSON") from error
        return tree

    def query(self) -> dict[str, str]:
        """The query, the last of each name."""
        return {name: self.get_query_argument(name) for name in self.request.query_arguments}

    def seen_ms(self) -> int:
        """The moment up to which the lists that are behind have seen everything."""
        return self.site.now_ms() - self.site.tuning.search_lag_ms


class NoSuchHandler(PayHandler):
    """Anything else."""

    @override
    async def prepare(self) -> None:
        await super().prepare()
        if not self._finished:
            await self.answer_json(404, {"code": 404, "message": "HTTP 404 Not Found"})
