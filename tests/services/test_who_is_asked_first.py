"""Which component is asked first, where several offer the same."""

from __future__ import annotations

import pytest

from desktop.domain.components import ComponentState
from desktop.domain.ids import ComponentId
from desktop.services.choosing import order_for
from desktop.services.rows import ComponentStatus


def a_status(id: str, *defaults: str, services: tuple[str, ...] = (), offers: str = "addresses") -> ComponentStatus:
    return ComponentStatus(
        id=ComponentId(id), name=id, plugin="p", colour="addresses", capabilities=(offers,), services=services,
        state=ComponentState.FRESH, as_of=None, default_for=defaults,
    )  # fmt: skip


OLD = a_status("old")
NEW = a_status("new", "addresses")
WASTE = a_status("waste_own", "addresses:Waste", services=("Waste", "Parks"))
HOUSING = a_status("housing_own", services=("Housing",))
PAY = a_status("pay", "payments", offers="payments")
ALL = (OLD, WASTE, HOUSING, NEW, PAY)


@pytest.mark.parametrize(
    ("services", "order"),
    [
        ((), ["new", "old", "waste_own", "housing_own"]),
        (("waste",), ["waste_own", "new", "old"]),
        (("Parks",), ["new", "old", "waste_own"]),
        (("Housing",), ["new", "housing_own", "old"]),
        (("Adults",), ["new", "old"]),
    ],
)
def test_the_default_of_the_service_then_of_all_then_its_own(services: tuple[str, ...], order: list[str]) -> None:
    assert [component.id for component in order_for(ALL, "addresses", services)] == order


def test_only_what_offers_it_is_asked() -> None:
    assert order_for(ALL, "payments") == (PAY,)
    assert order_for(ALL, "messages") == ()
