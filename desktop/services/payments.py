"""Payments: the list, one payment, and taking, cancelling and refunding."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, RowMapping, Table

from desktop.domain.clocks import from_epoch, to_epoch
from desktop.domain.errors import InvalidInput, NotFound
from desktop.domain.ids import ComponentId, LocalKey, OpId, OutsideId
from desktop.domain.money import MOST, Pence, format_pence
from desktop.domain.payments import Payment, PaymentRequest, PaymentState
from desktop.services.context import Context
from desktop.services.outbox import read_pending
from desktop.services.rows import Cursor, PaymentRow, Written
from desktop.store.mapping import payment_columns
from desktop.store.reading import after, find_row, load_rows
from desktop.sync.ops import Act, Op

PAYMENT_COLUMNS: Final = (
    "key", "component", "reference", "description", "amount", "state", "code", "message", "email", "payer",
    "card_brand", "card_last_digits", "provider_id", "next_url", "refundable", "refunded", "created",
)  # fmt: skip
MOST_REFERENCE: Final = 255
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Payments:
    """Payments as the desk reads and makes them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def page(
        self, start: Cursor | None, limit: int, reference: str = ""
    ) -> tuple[tuple[PaymentRow, ...], Cursor | None]:
        """Payments, newest first."""

        def narrow(table: Table) -> list[ColumnElement[bool]]:
            where: list[ColumnElement[bool]] = [table.c.reference == reference] if reference else []
            if start is not None:
                where.append(after(table, "created", start.value, start.key, down=True))
            return where

        with self._context.reader.read() as connection:
            rows = load_rows(connection, "payment", PAYMENT_COLUMNS, narrow, order=("-created", "-key"), limit=limit)
        more = Cursor(value=rows[-1]["created"], key=LocalKey(rows[-1]["key"])) if len(rows) == limit else None
        return tuple(read_payment_row(row) for row in rows), more

    def get(self, key: LocalKey) -> PaymentRow:
        """One payment. Raises NotFound."""
        with self._context.reader.read() as connection:
            row = find_row(connection, "payment", key)
            if row is None:
                raise NotFound("This payment is not on this computer any more.", key="payment.gone")
            stopped = [op.error for op in read_pending(connection, key=key) if op.state != "waiting" and op.error]
        return read_payment_row(row, error=stopped[0] if stopped else "")

    def take(self, component: ComponentId, request: PaymentRequest, *, draft_name: str = "") -> Written:
        """Asks for a payment. Its page can be opened when the component has answered."""
        check_request(request)
        context = self._context
        if "payments" not in context.capabilities.get(component, ()):
            raise InvalidInput("Choose where the payment is taken.", key="payment.component", field="component")
        request = replace(request, reference=request.reference.strip(), description=request.description.strip())
        now = context.clock.now()
        key = context.outbox.new_key()
        payment = Payment(
            outside_id=OutsideId(""),
            amount=request.amount,
            reference=request.reference,
            description=request.description,
            state=PaymentState.CREATED,
            created_at=now,
            email=request.email,
        )
        op = self._op(
            "payment.create",
            component,
            key,
            columns=payment_columns(payment),
            send={"request": msgspec.to_builtins(request)},
        )
        return Written(changes=context.outbox.save(op, draft=draft_name), key=key, op=op.id)

    def cancel(self, key: LocalKey) -> Written:
        """Cancels a payment that nobody has finished."""
        row = self.get(key)
        if row.state.is_final:
            raise InvalidInput(f"This payment is already {row.state.value}.", key="payment.final", field="state")
        op = self._op("payment.cancel", row.component, key, columns={}, send={})
        return Written(changes=self._context.outbox.save(op), key=key, op=op.id)

    def refund(self, key: LocalKey, amount: int) -> Written:
        """Gives money back, in pence."""
        row = self.get(key)
        if row.refundable <= 0:
            raise InvalidInput("Nothing is left to refund.", key="payment.refund_none", field="amount")
        if not 0 < amount <= row.refundable:
            raise InvalidInput(
                f"Enter an amount from £0.01 to {format_pence(row.refundable)}.", key="payment.refund", field="amount"
            )
        op = self._op(
            "payment.refund",
            row.component,
            key,
            columns={"refundable": row.refundable - amount},
            send={"amount": Pence(amount)},
            seen={"refundable": str(row.refundable)},
        )
        return Written(changes=self._context.outbox.save(op), key=key, op=op.id)

    def _op(self, act: Act, component: ComponentId, key: LocalKey, **parts: Any) -> Op:
        return Op(
            id=OpId(str(uuid.uuid4())),
            act=act,
            component=component,
            kind="payment",
            key=key,
            needs=key,
            records=(key,),
            made_at=to_epoch(self._context.clock.now()),
            officer=self._context.officer.staff_id,
            **parts,
        )


def check_request(request: PaymentRequest) -> None:
    """Checks what an officer typed. Raises InvalidInput naming the field."""
    if not 0 < request.amount <= MOST:
        raise InvalidInput(f"Enter an amount from £0.01 to {format_pence(MOST)}.", key="payment.amount", field="amount")
    for field, value in (("reference", request.reference), ("description", request.description)):
        if not value.strip():
            raise InvalidInput(f"Enter a {field}.", key=f"payment.{field}", field=field)
        if len(value) > MOST_REFERENCE:
            raise InvalidInput(f"Use at most {MOST_REFERENCE} characters.", key=f"payment.{field}_long", field=field)
        if any(ord(char) < 32 or char in "<>|" or "\ud800" <= char <= "\udfff" for char in value):
            raise InvalidInput("Leave out line breaks and the signs < > |.", key=f"payment.{field}_signs", field=field)
    if request.email and not _EMAIL.fullmatch(request.email):
        raise InvalidInput(
            "Enter an e-mail address like name@example.org, or leave it empty.", key="payment.email", field="email"
        )


def read_payment_row(row: RowMapping, *, error: str = "") -> PaymentRow:
    """A payment row from its columns."""
    card = " ".join(filter(None, [row["card_brand"], row["card_last_digits"] and f"ending {row['card_last_digits']}"]))
    return PaymentRow(
        key=LocalKey(row["key"]),
        component=ComponentId(row["component"]),
        reference=row["reference"],
        description=row["description"],
        amount=row["amount"],
        state=PaymentState(row["state"]),
        code=row["code"],
        message=row["message"],
        email=row["email"],
        payer=row["payer"],
        card=card,
        provider_id=row["provider_id"],
        next_url=row["next_url"],
        refundable=row["refundable"],
        refunded=row["refunded"],
        created_at=from_epoch(row["created"]),
        pending=bool(row["pending"]),
        error=error,
    )
