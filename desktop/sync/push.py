"""The host's half of a push: one op becomes one effect in its component, whatever crashes.

Runs on a thread of the component's pool. Order (STORE.md, Push): the outcome that is held already; a read-back where the
op may have been sent before; read before write and merge; send with the op id as key; one commit of outcome and new row.
"""

from __future__ import annotations

from typing import Final

from desktop.domain import points
from desktop.domain.changes import Changes
from desktop.domain.clocks import Clock, to_epoch
from desktop.domain.components import Component
from desktop.domain.errors import (
    AdapterError,
    DesktopError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReady,
    OutcomeUnknown,
)
from desktop.store.base.writer import BaseWriter
from desktop.sync.ops import CREATES, Offer, Op, is_passed
from desktop.sync.outcomes import Decided, Outcomes
from desktop.sync.push_cases import CasePusher
from desktop.sync.push_owned import OwnedPusher
from desktop.sync.push_payments import PaymentPusher

SHOWN_LATE: Final = 600
"""Seconds for which "not found" is not believed of a record that was made here: components list new ones late."""


class Pusher:
    """Pushes ops of one component. `adapter` is made by the loader and offers what the op needs; None for LOCAL acts."""

    def __init__(self, base: BaseWriter, component: Component, adapter: object, clock: Clock) -> None:
        self._to = Outcomes(base, component, clock)
        self._adapter = adapter

    def push(self, offer: Offer) -> Decided:
        """Gives the outcome of an op, and what it changed in base.db.

        Raises:
            AdapterError: nothing is decided yet; the desk offers the op again later, and it is read back first.
        """
        op, to = offer.op, self._to
        points.reach("host.push.received")
        held = to.find(op.id)
        if held is not None and op.state != "sent" and not is_passed(op, held.at):
            to.base.gates.open(op.component, op.kind, op.id)
            return held, Changes()
        if op.act in CREATES:
            to.base.gates.close(op.component, op.kind, op.id)
        try:
            return self._act(offer)
        except OutcomeUnknown as error:
            if error.key != "push.ask":
                raise
            return to.decide(op, "unknown", detail={"error": str(error)})
        except (InvalidInput, Forbidden, NotFound) as error:
            if isinstance(error, NotFound) and self._may_be_shown_late(op):
                raise NotReady(
                    f"{to.component.name} does not show this new record yet.",
                    "Knit asks again by itself.",
                    key="push.shown_later",
                    subject=op.component,
                    retry_after=5.0,
                ) from error
            return to.decide(op, "refused", detail={"error": str(error), "key": error.key})
        except AdapterError:
            if (not offer.offered_before or to.made_nothing(op)) and to.find_accepted(op) is None:
                to.base.gates.open(op.component, op.kind, op.id)  # no try made anything: pulls need not wait
            raise

    def _may_be_shown_late(self, op: Op) -> bool:
        """Whether the record was made here (its key is negative) and the component may not list it yet."""
        return op.needs < 0 and to_epoch(self._to.clock.now()) < op.made_at + SHOWN_LATE

    def _act(self, offer: Offer) -> Decided:
        match offer.op.act:
            case "case.create":
                return CasePusher(self._to, self._adapter).create(offer)
            case "case.update":
                return CasePusher(self._to, self._adapter).update(offer)
            case "case.own":
                return OwnedPusher(self._to).push(offer)
            case "event.add":
                return CasePusher(self._to, self._adapter).add_event(offer)
            case "payment.create":
                return PaymentPusher(self._to, self._adapter).create(offer)
            case "payment.cancel":
                return PaymentPusher(self._to, self._adapter).cancel(offer)
            case "payment.refund":
                return PaymentPusher(self._to, self._adapter).refund(offer)


def failure(error: Exception, component: Component) -> DesktopError:
    """An error as it may cross to the desk: one of our tree, or a sentence that names the component and no data."""
    if isinstance(error, DesktopError):
        return error
    return AdapterError(
        f"{component.name} failed in a way that Knit did not expect ({type(error).__name__}).",
        "Your change is safe and is tried again. Tell your IT team if it stays.",
        key="adapter.bug",
        subject=component.id,
    )
