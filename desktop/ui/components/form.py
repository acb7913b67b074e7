"""The form of one component: its settings, its secrets (written, never shown), what uses it and what it costs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget

from desktop.domain.components import Component, Diagnosis
from desktop.domain.errors import DesktopError, InvalidInput
from desktop.domain.ids import ComponentId, Gss
from desktop.domain.money import parse_pounds
from desktop.services.rows import PluginForm
from desktop.ui.theme.look import Look
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, Notice, clear_layout, column, row
from desktop.ui.widgets.choice import ComboBox
from desktop.ui.widgets.field import Field, LineEdit
from desktop.ui.widgets.text import text_label

_DEAREST = 100_000_000_00
"""The most that a component may cost a year, in pence: beyond it somebody mistyped."""


class ComponentForm(Card):
    """What is typed stays until it is kept or another component is chosen.

    Signals:
        kept(Component, dict): keep this, with these secrets by name.
        tried(Component, dict): ask it whether it works so.
        removed(str): take it out of use.
        said_asked(Component): show what it really says.
        changed(): something was typed.
    """

    kept = Signal(object, object)
    tried = Signal(object, object)
    removed = Signal(str)
    said_asked = Signal(object)
    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Component")
        self._forms: dict[str, PluginForm] = {}
        self._component: Component | None = None
        self._council = Gss("")
        self.fields: dict[str, Field] = {}
        self._settings: tuple[str, ...] = ()
        self._secrets: tuple[str, ...] = ()
        self.plugin = ComboBox(look, name="Plugin")
        self.plugin.currentIndexChanged.connect(self._on_plugin_changed)
        inside = QWidget()
        inside.setProperty("ground", "surface")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._body = column(gap=12, margins=(15, 12, 15, 12))
        inside.setLayout(self._body)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidget(inside)
        self.area.setAccessibleName("Settings of the component")
        self.body.addWidget(self.area, 1)
        self.notice = Notice(look)
        self.result = text_label(look, "", role="small", wrap=True)
        self.result.setAccessibleName("Connection test")
        foot = column(gap=8, margins=(15, 8, 15, 12))
        foot.addWidget(self.notice)
        foot.addWidget(self.result)
        self.keep = Button(look, "&Keep", kind="main", icon="check")
        self.test = Button(look, "&Test connection", icon="lan-connect")
        self.remove = Button(look, "Remove", kind="danger")
        self.what_it_said = Button(
            look, icon="text-box-search-outline", kind="quiet", size="tiny", name="What the component really says"
        )
        self.add_action(self.what_it_said)
        self.what_it_said.clicked.connect(lambda: self.said_asked.emit(self._component))
        self.keep.clicked.connect(self._on_keep_clicked)
        self.test.clicked.connect(self._on_test_clicked)
        self.remove.clicked.connect(self._on_remove_clicked)
        foot.addLayout(row(self.keep, self.test, None, self.remove))
        self.body.addLayout(foot)

    # ---- what is shown ----

    def show_forms(self, forms: Sequence[PluginForm]) -> None:
        """The plugins that there are."""
        self._forms = {form.plugin: form for form in forms}
        self.plugin.blockSignals(True)
        self.plugin.clear()
        for form in forms:
            self.plugin.addItem(f"{form.name} ({', '.join(form.capabilities)})", form.plugin)
        self.plugin.blockSignals(False)

    def show_component(self, component: Component | None, kept: Sequence[str], *, council: Gss) -> None:
        """A component to be changed, or None for a new one. `kept` names the secrets that are there."""
        self._component, self._council = component, council
        self._asked_to_remove = False
        self.set_title(component.name if component else "New component")
        self.plugin.setEnabled(component is None)
        if component is not None:
            place = self.plugin.findData(component.plugin)
            self.plugin.blockSignals(True)
            self.plugin.setCurrentIndex(place)
            self.plugin.blockSignals(False)
        self.remove.setVisible(component is not None)
        self.what_it_said.setVisible(component is not None)
        self.remove.say("Remove")
        self.say_result("")
        self.notice.say("")
        self._build(kept)
        self.area.verticalScrollBar().setValue(0)

    def _build(self, kept: Sequence[str]) -> None:
        component = self._component
        form = self._forms.get(self.plugin.currentData() or "")
        self.plugin.setParent(None)
        clear_layout(self._body)
        self.fields = {}
        self._add("plugin", "Plugin", self.plugin, required=True)
        self._add_text(
            "name", "Name that officers see", component.name if component else form.name if form else "", required=True
        )
        self._add_text(
            "id", "Id", component.id if component else self._free_id(form), required=True,
            hint="Small letters, digits, _ and -. It cannot be changed later.",
        ).setReadOnly(component is not None)  # fmt: skip
        if form is None:
            return
        self._settings = tuple(spec.name for spec in form.settings)
        self._secrets = tuple(spec.name for spec in form.secrets)
        for spec in form.settings:
            value = component.settings.get(spec.name, "") if component else ""
            edit = self._add_text(spec.name, spec.label, value, required=spec.required, hint=spec.hint)
            edit.setPlaceholderText(spec.default)
        for spec in form.secrets:
            edit = self._add_text(spec.name, spec.label, "", required=spec.required, hint=spec.hint)
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.setPlaceholderText("Kept. Type here to replace it." if spec.name in kept else "")
        services = ", ".join(component.services) if component else ""
        self._add_text("services", "Services that use it", services, hint="With commas between; none for all.")
        self._add_text(
            "default_for", "Asked first for", ", ".join(component.default_for) if component else "",
            hint=f"{', '.join(form.capabilities)}, or one of these for one service, as cases:Waste.",
        )  # fmt: skip
        cost = f"{component.cost_pence / 100:,.2f}" if component and component.cost_pence else ""
        self._add_text("cost_pence", "Cost a year, in pounds", cost, hint="Like 1,234.00.")
        ends = (
            f"{date.fromisoformat(component.contract_ends):%d/%m/%Y}" if component and component.contract_ends else ""
        )
        self._add_text("contract_ends", "Contract ends", ends, hint="Like 31/03/2027.")
        about = f"Quality: {form.tier or 'below bronze'}." + (f" {form.attribution}" if form.attribution else "")
        self._body.addWidget(text_label(self._look, about, role="caption", ink="text2", wrap=True))
        self._body.addStretch(1)

    def _add(self, name: str, label: str, widget: QWidget, *, required: bool = False, hint: str = "") -> None:
        field = Field(self._look, label, widget, required=required, hint=hint)
        self.fields[name] = field
        self._body.addWidget(field)

    def _add_text(self, name: str, label: str, value: str, *, required: bool = False, hint: str = "") -> LineEdit:
        edit = LineEdit(self._look)
        edit.setText(value)
        edit.textEdited.connect(self.changed)
        self._add(name, label, edit, required=required, hint=hint)
        return edit

    def _free_id(self, form: PluginForm | None) -> str:
        return re.sub(r"[^a-z0-9_-]", "_", form.plugin) if form else ""

    # ---- what is typed ----

    def text(self, name: str) -> str:
        """What a field says."""
        field = self.fields.get(name)
        return field.widget.text().strip() if field and isinstance(field.widget, QLineEdit) else ""

    def read(self) -> tuple[Component, dict[str, str]]:
        """The component as typed, and the secrets that were typed. Raises InvalidInput."""
        names = [part.strip() for part in self.text("services").split(",")]
        defaults = [part.strip() for part in self.text("default_for").split(",")]
        component = Component(
            id=ComponentId(self.text("id")),
            plugin=str(self.plugin.currentData() or ""),
            name=self.text("name"),
            council=self._component.council if self._component else self._council,
            services=tuple(filter(None, names)),
            settings={name: self.text(name) for name in self._settings if self.text(name)},
            default_for=tuple(filter(None, defaults)),
            cost_pence=_read_cost(self.text("cost_pence")),
            contract_ends=_read_day(self.text("contract_ends")),
        )
        return component, {name: self.text(name) for name in self._secrets if self.text(name)}

    def say_wrong(self, error: DesktopError) -> None:
        """Shows what is wrong beside its field, or below the form."""
        for field in self.fields.values():
            field.say_wrong("")
        field_name = error.field if isinstance(error, InvalidInput) else ""
        if field_name in self.fields:
            self.fields[field_name].say_wrong(str(error))
            self.fields[field_name].widget.setFocus()
            # After the layout has made room for the sentence.
            QTimer.singleShot(0, self.fields[field_name], lambda: self._bring(self.fields[field_name]))
            self.notice.say("")
        else:
            self.notice.say(str(error))

    def _bring(self, field: Field) -> None:
        self.area.ensureWidgetVisible(field, 0, self._look.px(12))

    def say_result(self, words: str) -> None:
        """What the connection test said."""
        self.result.setText(words)
        self.result.setVisible(bool(words))

    def say_diagnosis(self, found: Diagnosis) -> None:
        """What the connection test learnt."""
        for field in self.fields.values():
            field.say_wrong("")
        facts = ", ".join(f"{name}: {value}" for name, value in found.facts.items())
        self.say_result(f"It answers. {facts}" + ("." if facts else ""))
        self.notice.say(" ".join(found.warnings))

    # ---- what is pressed ----

    @Slot(int)
    def _on_plugin_changed(self, _place: int) -> None:
        self._build(())

    @Slot()
    def _on_keep_clicked(self) -> None:
        self._send(self.kept)

    @Slot()
    def _on_test_clicked(self) -> None:
        self.say_result("Asking…")
        self._send(self.tried)

    def _send(self, signal: object) -> None:
        try:
            component, secrets = self.read()
        except InvalidInput as error:
            self.say_result("")
            self.say_wrong(error)
            return
        signal.emit(component, secrets)  # type: ignore[attr-defined]  # a bound signal has no type of its own

    @Slot()
    def _on_remove_clicked(self) -> None:
        if self._component is None:
            return
        if not self._asked_to_remove:
            self._asked_to_remove = True
            self.remove.say("Remove it for good")
            self.notice.say(
                f"{self._component.name} is not asked any more, and its secrets are dropped. Press once more."
            )
            return
        self.removed.emit(self._component.id)


def _read_cost(text: str) -> int:
    return parse_pounds(text, field="cost_pence", least=0, most=_DEAREST) if text else 0


def _read_day(text: str) -> str:
    if not text:
        return ""
    try:
        return datetime.strptime(text, "%d/%m/%Y").date().isoformat()  # noqa: DTZ007  # a day has no zone
    except ValueError as error:
        raise InvalidInput(
            "Enter the day the contract ends, like 31/03/2027.", key="estate.contract", field="contract_ends"
        ) from error
