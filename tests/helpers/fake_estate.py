"""The components of a town in memory, kept as the host keeps them but with no file, keyring or host behind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from desktop.config.estate import check_component
from desktop.domain.components import Component, Diagnosis
from desktop.domain.errors import DesktopError
from desktop.domain.ids import ComponentId
from desktop.services.rows import FieldSpec, PluginForm

FORMS = (
    PluginForm(
        plugin="open311", name="Open311", capabilities=("cases",), attribution="", tier="silver",
        settings=(FieldSpec(name="base_url", label="Address of the API", required=True, hint="Like https://…/v2/"),),
        secrets=(FieldSpec(name="key", label="API key", required=True),),
    ),
    PluginForm(
        plugin="os_places", name="OS Places", capabilities=("addresses",),
        attribution="Contains OS data © Crown copyright", tier="bronze", settings=(),
        secrets=(FieldSpec(name="key", label="API key", required=True, hint="From the OS Data Hub."),),
    ),
)  # fmt: skip


class FakeEstate:
    """Answers at once on the caller's thread; `broken` is what the next task meets."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._components = tuple(
            Component(
                id=ComponentId(id), plugin="open311", name=name, settings={"base_url": "https://example.test/v2/"},
                cost_pence=120_000, contract_ends="2027-03-31",
            )
            for id, name in names.items()
        )  # fmt: skip
        self.secrets: dict[str, dict[str, str]] = {id: {"key": "kept"} for id in names}
        self.broken: DesktopError | None = None
        self.tried: list[tuple[Component, Mapping[str, str]]] = []
        self.files: list[tuple[str, Path]] = []

    @property
    def components(self) -> tuple[Component, ...]:
        return self._components

    def forms(self) -> tuple[PluginForm, ...]:
        return FORMS

    def kept_secrets(self, id: ComponentId) -> tuple[str, ...]:
        return tuple(self.secrets.get(id, {}))

    def save(self, component: Component, secrets: Mapping[str, str]) -> None:
        self._meet()
        check_component(component)
        self.secrets.setdefault(component.id, {}).update(secrets)
        found = {each.id: each for each in self._components}
        self._components = tuple({**found, component.id: component}.values())

    def remove(self, id: ComponentId) -> None:
        self._meet()
        self._components = tuple(each for each in self._components if each.id != id)
        self.secrets.pop(id, None)

    def try_out(self, component: Component, secrets: Mapping[str, str]) -> Diagnosis:
        self.tried.append((component, secrets))
        self._meet()
        return Diagnosis(facts={"Kinds of case": "12"}, warnings=("The key ends on 1 December.",))

    def write_out(self, path: Path) -> None:
        self._meet()
        self.files.append(("out", path))

    def read_in(self, path: Path) -> tuple[str, ...]:
        self._meet()
        self.files.append(("in", path))
        return ("Waste needs its API key.",)

    def _meet(self) -> None:
        broken, self.broken = self.broken, None
        if broken is not None:
            raise broken
