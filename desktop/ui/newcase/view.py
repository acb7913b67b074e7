"""Making a case, or mending one that was refused: the form in its tab, its draft, and sending it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFrame
from typing_extensions import override

from desktop.domain.errors import DesktopError
from desktop.domain.ids import NO_KEY, LocalKey, OpId
from desktop.services.rows import Written
from desktop.ui.context import DeskContext
from desktop.ui.drafts import DraftKeeper
from desktop.ui.formats import format_time
from desktop.ui.newcase.fields import CaseFields
from desktop.ui.newcase.service import ServiceChoice
from desktop.ui.page import Page, TabLook
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import column, row
from desktop.ui.widgets.text import text_label

_NEW = TabLook(text="New case", icon="folder-plus-outline")
_MENDING = TabLook(text="Mend the case", icon="file-document-edit-outline")


class NewCaseView(Page):
    """The form. Everything typed is a draft at once; the draft goes when the case is made.

    With `mends` it begins with a new case that was refused or not sent, which stays as it is until this is sent.
    """

    def __init__(
        self, context: DeskContext, draft_name: str, *, resident: LocalKey = NO_KEY, mends: OpId | None = None
    ) -> None:
        super().__init__(_MENDING if mends else _NEW)
        self._context = context
        self._mends = mends
        self._made = False
        look = context.look
        self.fields = fields = CaseFields(context)
        self.services, self.title, self.description = fields.services, fields.title, fields.description
        self.description_field, self.notice = fields.description_field, fields.notice
        self.form, self.place, self.reporter = fields.form, fields.place, fields.reporter
        self.kept = text_label(look, "", role="small", ink="text3")
        self.make = Button(look, "&Send it again" if mends else "&Make the case", kind="main", icon="check")
        self.make.setEnabled(False)
        self.discard = Button(look, self._leave_words, kind="quiet")
        head = QFrame()
        head.setProperty("edge", "bottom")
        head.setLayout(row(text_label(look, self.tab.text, role="page"), None, self.kept, self.discard, self.make,
                           gap=12, margins=(16, 10, 16, 10)))  # fmt: skip
        whole = column()
        whole.addWidget(head)
        whole.addWidget(fields, 1)
        self.setLayout(whole)
        self.draft = DraftKeeper(
            context.ops,
            draft_name,
            self.collect,
            self,
            first=(lambda desk: desk.mending.draft_of(mends)) if mends else None,
        )
        self._connect()
        context.ops.read(lambda desk: desk.components.all(), fields.show_components, lane=f"new-{id(self)}")
        if resident != NO_KEY:
            context.ops.read(lambda desk: desk.people.get(resident), fields.show_resident, lane=f"new-who-{id(self)}")
        self.start_at = self.description if mends else self.services.edit

    def _connect(self) -> None:
        self.fields.chosen.connect(self._on_fields_chosen)
        self.fields.edited.connect(self._on_fields_edited)
        self.draft.found.connect(self._on_draft_found)
        self.draft.kept.connect(self._on_draft_kept)
        self.draft.unread.connect(self._on_draft_unread)
        self.make.clicked.connect(self._on_make_clicked)
        self.discard.clicked.connect(self._on_discard_clicked)

    @property
    def _leave_words(self) -> str:
        return "&Leave it as it was" if self._mends else "&Discard the draft"

    # ---- the draft ----

    @Slot(object)
    def _on_draft_found(self, body: dict[str, object]) -> None:
        self.fields.fill(body)
        self.kept.setText("As it was typed" if self._mends else "Draft from earlier")

    @Slot(object)
    def _on_draft_unread(self, error: DesktopError) -> None:
        if self._mends:
            self._say_gone(error)

    @Slot()
    def _on_draft_kept(self) -> None:
        self.kept.setText(f"Draft kept {format_time(self._context.clock.now())}")

    @Slot()
    def _on_fields_edited(self) -> None:
        self.set_soiled(soiled=bool(self.collect()))
        self.draft.touch()

    @Slot(object)
    def _on_fields_chosen(self, choice: ServiceChoice) -> None:
        self.make.setEnabled(True)
        self.set_tab(TabLook(text=f"{'Mend' if self._mends else 'New'}: {choice.type.name}", icon=self.tab.icon))

    def collect(self) -> dict[str, object]:
        """What is typed, as the draft keeps it; empty when nothing is, and once it is sent."""
        return {} if self._made else self.fields.collect()

    # ---- making it ----

    @Slot()
    def _on_make_clicked(self) -> None:
        draft, choice = self.fields.check(), self.fields.choice
        if draft is None or choice is None:
            return
        component, name, mends = choice.component.id, self.draft.name, self._mends
        self.make.setEnabled(False)
        self.draft.hold()
        self._context.ops.write(
            lambda desk: (
                desk.mending.send_again(mends, component, draft, draft_name=name)
                if mends
                else desk.cases.create(component, draft, draft_name=name)
            ),
            initiator=self,
            done=self._on_made,
            failed=self._fail,
        )

    def _on_made(self, written: Written) -> None:
        self._made = True
        self.draft.settle()
        self.set_soiled(soiled=False)
        self._context.go.replace_page(self, "case", written.key)

    def _fail(self, error: DesktopError) -> None:
        self.make.setEnabled(True)
        self.draft.release()
        if self._mends and error.key.startswith("mending."):
            self._say_gone(error)
        else:
            self.fields.say_error(error)

    def _say_gone(self, error: DesktopError) -> None:
        """What it mends cannot be replaced. Where it is gone, the officer decides whether this is a case of its own."""
        if error.key == "mending.settled":
            self._mends = None
            self.make.say("&Make it as a new case")
            self.discard.say(self._leave_words)
        self.fields.say(str(error))

    @Slot()
    def _on_discard_clicked(self) -> None:
        """The first press asks, the second lets go."""
        sure = "Discard the changes" if self._mends else "Discard for good"
        if self.discard.text() != sure and self.collect():
            self.discard.say(sure)
            QTimer.singleShot(6000, self.discard, lambda: self.discard.say(self._leave_words))
            return
        self._made = True
        self.draft.drop()
        self.set_soiled(soiled=False)
        self.finished.emit()

    @override
    def will_close(self) -> None:
        self.place.will_close()
        if not self._made:
            self.draft.flush()
