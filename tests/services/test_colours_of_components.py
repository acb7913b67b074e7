"""Each kind of component has its colour on every screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.ids import ComponentId
from desktop.services.context import InUse
from tests.helpers.service_desk import ServiceDesk


@pytest.mark.parametrize(
    ("offers", "colour"),
    [
        (("cases",), "cases"),
        (("insight", "map_layers"), "maps"),
        (("insight",), "partners"),
        (("people",), "partners"),
        (("directory", "insight"), "partners"),
        (("messages",), "messages"),
        ((), "cases"),
    ],
)
def test_a_component_has_the_colour_of_what_it_offers(offers: tuple[str, ...], colour: str, town: ServiceDesk) -> None:
    id = ComponentId("x")
    context = replace(town.desk._context, in_use=lambda: InUse(components=(), capabilities={id: offers}))
    assert context.colour_of(id) == colour
