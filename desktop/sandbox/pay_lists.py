"""GOV.UK Pay's lists of refunds and disputes, and its agreements for recurring payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from desktop.sandbox.agreed import AGREEMENTS, AgreementRow
from desktop.sandbox.pay_handler import PayHandler, find_agreement, find_agreements, find_disputes, new_id
from desktop.sandbox.pay_rules import (
    PayError,
    bad_search,
    check_agreement,
    page_of,
    select,
    times_of,
)
from desktop.sandbox.pay_trees import Tree, agreement_tree, dispute_tree, refund_tree

AGREEMENT_STATUSES = frozenset({"created", "active", "cancelled", "inactive"})
DISPUTE_STATUSES = frozenset({"needs_response", "under_review", "won", "lost"})


class ListHandler(PayHandler):
    """A list, page by page."""

    async def answer_list(self, what: str, found: Sequence[Tree], *, invalid: str, missing: str) -> None:
        """Answers with the page that is asked for. `invalid` and `missing` are the codes of a wrong and a far page.

        Raises:
            PayError: there is no such page.
        """
        ask = self.query()
        page, size = page_of(ask, invalid)
        last = max(1, -(-len(found) // size))
        if page > last:
            raise PayError(404, missing, "Page not found")
        shown = found[(page - 1) * size : page * size]
        pages = {"self": page, "first_page": 1, "last_page": last}
        pages |= {"prev_page": page - 1} if page > 1 else {}
        pages |= {"next_page": page + 1} if page < last else {}
        links = {name: self._page(what, ask, number) for name, number in pages.items()}
        tree = {"total": len(found), "count": len(shown), "page": page, "results": list(shown), "_links": links}
        await self.answer_json(200, tree)

    def _page(self, what: str, ask: dict[str, str], page: int) -> Tree:
        query = urlencode({"display_size": "500", **ask, "page": str(page)})
        return {"href": f"{self.site.base}/v1/{what}?{query}"}


class RefundsHandler(ListHandler):
    """`/v1/refunds`: search over the refunds of all payments; it is behind."""

    async def get(self) -> None:
        ask = self.query()
        try:
            made, settled = times_of(ask, "P1101"), times_of(ask, "P1101", settled=True)
            payments = select(self.site.state.find_payments(), {})
            found = [
                (payment, refund)
                for payment in payments
                for refund in payment.refunds
                if refund.at <= self.seen_ms() and made.holds(refund.at) and settled.holds(refund.settles_at)
            ]
            newest = sorted(found, key=lambda pair: -pair[1].at)
            trees = [
                {"payment_id": payment.id, **refund_tree(self.site, payment, refund)} for payment, refund in newest
            ]
            await self.answer_list("refunds", trees, invalid="P1101", missing="P1100")
        except PayError as error:
            await self.refuse(error)


class DisputesHandler(ListHandler):
    """`/v1/disputes`: payments that a bank questions."""

    async def get(self) -> None:
        ask = self.query()
        try:
            if ask.get("status") and ask["status"] not in DISPUTE_STATUSES:
                raise bad_search("status", "P0401")
            made, settled = times_of(ask), times_of(ask, settled=True)
            found = [
                row
                for row in find_disputes(self.site)
                if ask.get("status") in {None, "", row.status}
                and made.holds(row.created)
                and settled.holds(row.settled)
            ]
            newest = sorted(found, key=lambda row: -row.created)
            trees = [dispute_tree(self.site, row) for row in newest]
            await self.answer_list("disputes", trees, invalid="P0401", missing="P0402")
        except PayError as error:
            await self.refuse(error)


class AgreementsHandler(ListHandler):
    """`/v1/agreements`: a new one, and search, which is behind."""

    async def post(self) -> None:
        try:
            reference, description, user = check_agreement(self.body_tree("P2197"))
        except PayError as error:
            await self.refuse(error)
            return
        row = AgreementRow(
            id=new_id(), reference=reference, description=description, user=user, status="created",
            created=self.site.now_ms(),
        )  # fmt: skip
        self.site.state.put(AGREEMENTS, row.id, row)
        await self.answer_json(201, agreement_tree(row))

    async def get(self) -> None:
        ask = self.query()
        reference, status = ask.get("reference", "").casefold(), ask.get("status", "")
        try:
            if status and status not in AGREEMENT_STATUSES:
                raise bad_search("status", "P2401")
            found = [
                agreement_tree(row)
                for row in sorted(find_agreements(self.site), key=lambda row: -row.created)
                if reference in {"", row.reference.casefold()}
                and status in {"", row.status}
                and row.created <= self.seen_ms()
            ]
            await self.answer_list("agreements", found, invalid="P2401", missing="P2402")
        except PayError as error:
            await self.refuse(error)


class AgreementHandler(PayHandler):
    """`/v1/agreements/ID`, and its end."""

    async def get(self, id: str) -> None:
        row = find_agreement(self.site, id)
        if row is None:
            await self.refuse(PayError(404, "P2200", "Not found"))
        else:
            await self.answer_json(200, agreement_tree(row))


class AgreementEndHandler(PayHandler):
    """`/v1/agreements/ID/cancel`."""

    async def post(self, id: str) -> None:
        row = find_agreement(self.site, id)
        if row is None:
            await self.refuse(PayError(404, "P2500", "Not found"))
        elif row.status != "active":
            await self.refuse(PayError(400, "P2501", "Cancellation of agreement failed"))
        else:
            ended = replace(row, status="cancelled", cancelled=self.site.now_ms())
            self.site.state.put(AGREEMENTS, id, ended)
            await self.answer(204, b"", "application/json")
