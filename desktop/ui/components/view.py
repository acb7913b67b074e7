"""The Components screen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from desktop.domain.changes import Changes
from desktop.domain.components import Component
from desktop.domain.errors import DesktopError
from desktop.domain.ids import ComponentId, Gss
from desktop.domain.money import format_pence
from desktop.services.rows import ComponentStatus, PluginForm
from desktop.services.said import Said
from desktop.tasks.ports import DeskPort
from desktop.ui.components.estate import EstatePane
from desktop.ui.components.files import EstateFiles
from desktop.ui.components.form import ComponentForm
from desktop.ui.components.head import ComponentsHead
from desktop.ui.components.table import ComponentsModel, ComponentsTable, Line
from desktop.ui.context import DeskContext
from desktop.ui.formats import format_count
from desktop.ui.page import Page, TabLook
from desktop.ui.widgets.card import Card, EmptyNote, Notice, column, row

_FORM_WIDTH = 380
_Set = tuple[tuple[Component, ...], tuple[PluginForm, ...]]
_Health = tuple[tuple[ComponentStatus, ...], dict[ComponentId, int]]


class ComponentsView(Page):
    """Every component of the profile at the left, the one that is set up at the right."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(TabLook(text="Components", icon="view-grid-outline"))
        self._context = context
        self._lane = f"components-{id(self)}"
        self._components: tuple[Component, ...] = ()
        self._statuses: dict[str, ComponentStatus] = {}
        self._cases: dict[ComponentId, int] = {}
        self._chosen = ""
        self._given_up_for: str | None = None
        look = context.look
        self.model = ComponentsModel(context.clock.now())
        self.table = ComponentsTable(look, self.model)
        self.form = ComponentForm(look)
        look.fix(self.form, width=_FORM_WIDTH)
        self.form.hide()
        self.head = ComponentsHead(look)
        self.notice = Notice(look)
        self.done = Notice(look, tone="ok")
        self.files = EstateFiles(context.estate, self)
        self.pane = EstatePane(look)
        self._lay_out()
        self._connect()
        self.show_list(on=False)
        self.reload()

    def _lay_out(self) -> None:
        look = self._context.look
        card = Card(look, "In use")
        self._count = card.count
        empty = EmptyNote(look, "view-grid-outline", "No components yet", "Add one, or read in a file of another desk.")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        card.body.addWidget(self._stack, 1)
        columns = row(gap=16, margins=(16, 16, 16, 16))
        for part, share in ((card, 1), (self.form, 0)):
            holder = column()
            holder.addWidget(part)
            columns.addLayout(holder, share)
        whole = column()
        whole.addWidget(self.head)
        holder = column(margins=(16, 8, 16, 0))
        holder.addWidget(self.notice)
        holder.addWidget(self.done)
        whole.addLayout(holder)
        listed = QWidget()
        listed.setLayout(columns)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.pane)
        self._pages.addWidget(listed)
        whole.addWidget(self._pages, 1)
        self.setLayout(whole)

    def show_list(self, *, on: bool) -> None:
        """Shows the list with its form, or the estate."""
        self.head.show_list(on=on)
        self._pages.setCurrentIndex(int(on))
        self.start_at = self.table if on else self.pane.grid

    def _connect(self) -> None:
        self.table.shown.connect(self._on_table_shown)
        self.head.add.clicked.connect(self._on_add_clicked)
        self.head.read_in.clicked.connect(self.files.ask_and_read)
        self.head.write_out.clicked.connect(self.files.ask_and_write)
        self.files.read.connect(self._on_files_read)
        self.files.written.connect(lambda name: self._say_done(f"Written to {name}, without secrets."))
        self.files.failed.connect(self._say)
        self.head.list_chosen.connect(lambda on: self.show_list(on=on))
        self.pane.opened.connect(self._on_pane_opened)
        self.form.kept.connect(self._on_form_kept)
        self.form.tried.connect(self._on_form_tried)
        self.form.said_asked.connect(self._on_form_said_asked)
        self.form.removed.connect(self._on_form_removed)
        self.form.changed.connect(lambda: self.set_soiled(soiled=True))
        self._context.ops.changed.connect(self._on_ops_changed)

    # ---- reading ----

    @override
    def reload(self) -> None:
        self._context.estate.run(self, lambda estate: (estate.components, estate.forms()), self._show_set, self._say)
        self._read_health()

    def _read_health(self) -> None:
        def read(desk: DeskPort) -> _Health:
            return desk.components.all(), desk.components.case_counts()

        self._context.ops.read(read, self._show_health, lane=self._lane)

    def _show_set(self, found: _Set) -> None:
        self._components, forms = found
        self.form.show_forms(forms)
        if not self._components:
            self.show_list(on=True)  # it says how to begin
        self._show()
        if self._chosen and not self.is_soiled:
            self._choose(self._chosen)

    def _show_health(self, found: _Health) -> None:
        statuses, self._cases = found
        self._statuses = {status.id: status for status in statuses}
        self._show()

    def _show(self) -> None:
        lines = [Line(component, self._statuses.get(component.id)) for component in self._components]
        self.model.show(lines, self._context.clock.now())
        if self._statuses and lines:
            self.pane.show_estate(self._components, self._statuses, self._cases, self._context.clock.now())
        self._stack.setCurrentIndex(0 if lines else 1)
        self._count.setText(f"{len(lines):,}" if lines else "")
        cost = sum(component.cost_pence for component in self._components)
        said = format_count(len(lines), "component") + (f", {format_pence(cost)} a year" if cost else "")
        self.head.total.setText(said if lines else "")

    # ---- one component ----

    def _choose(self, id: str) -> None:
        component = next((each for each in self._components if each.id == id), None)
        if component is None:
            self._chosen = ""
            self.form.hide()
            return
        self._chosen = id
        self._context.estate.run(
            self,
            lambda estate: estate.kept_secrets(component.id),
            lambda kept: self._open(component, kept),
            self._say,
        )

    def _open(self, component: Component | None, kept: tuple[str, ...]) -> None:
        council = self._components[0].council if self._components else Gss("")
        self.form.show_component(component, kept, council=council)
        self.form.show()
        self.set_soiled(soiled=False)

    def _may_leave(self, for_what: str) -> bool:
        """Whether the form may be filled anew: typed words go only when the same is chosen twice."""
        if self.is_soiled and self._given_up_for != for_what:
            self._given_up_for = for_what
            self.form.notice.say("What you typed is not kept yet. Press Keep, or choose the other again to drop it.")
            return False
        self._given_up_for = None
        return True

    @Slot(str)
    def _on_pane_opened(self, id: str) -> None:
        self.show_list(on=True)
        self.take_focus()
        self._on_table_shown(id)

    @Slot(str)
    def _on_table_shown(self, id: str) -> None:
        if self._may_leave(id):
            self._choose(id)

    @Slot()
    def _on_add_clicked(self) -> None:
        self.show_list(on=True)
        if not self._may_leave(""):
            return
        self._chosen = ""
        self._open(None, ())
        self.form.plugin.setFocus()

    @Slot(object, object)
    def _on_form_kept(self, component: Component, secrets: dict[str, str]) -> None:
        self._chosen = component.id
        self._context.estate.run(
            self,
            lambda estate: estate.save(component, secrets),
            lambda _none: self._after(f"{component.name} is kept and in use."),
            self.form.say_wrong,
        )

    @Slot(object, object)
    def _on_form_tried(self, component: Component, secrets: dict[str, str]) -> None:
        self._context.estate.run(
            self, lambda estate: estate.try_out(component, secrets), self.form.say_diagnosis, self._on_form_failed
        )

    def _on_form_failed(self, error: DesktopError) -> None:
        self.form.say_result("")
        self.form.say_wrong(error)

    @Slot(object)
    def _on_form_said_asked(self, component: Component) -> None:
        """The connection test of what is kept, in the component's own words."""
        status = self._statuses.get(component.id)
        self._context.go.show_said(
            Said(
                component=component.id,
                name=component.name,
                colour=status.colour if status else "partners",
                about="Connection test",
                method="component.check",
            )
        )

    @Slot(str)
    def _on_form_removed(self, id: str) -> None:
        self._chosen = ""
        self._context.estate.run(
            self,
            lambda estate: estate.remove(ComponentId(id)),
            lambda _none: self._after("It is out of use."),
            self._say,
        )

    def _after(self, said: str) -> None:
        self.set_soiled(soiled=False)
        self._say_done(said)
        if not self._chosen:
            self.form.hide()
        self.reload()

    # ---- files ----

    @Slot(object)
    def _on_files_read(self, missing: tuple[str, ...]) -> None:
        self._after(" ".join(["The components are read in.", *missing]))

    def _say(self, error: DesktopError) -> None:
        self.done.say("")
        self.notice.say(str(error))

    def _say_done(self, sentence: str) -> None:
        self.notice.say("")
        self.done.say(sentence)

    @Slot(object, object)
    def _on_ops_changed(self, changes: Changes, _initiator: QObject | None) -> None:
        if changes.health:
            self._read_health()

    @override
    def will_close(self) -> None:
        self._context.ops.runner.forget(self._lane)
