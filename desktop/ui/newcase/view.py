"""Making a case: what it is about, its component's own questions, where, and who reports it."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget
from typing_extensions import override

from desktop.domain.cases import CaseDraft
from desktop.domain.errors import DesktopError, InvalidInput
from desktop.domain.ids import NO_KEY, LocalKey
from desktop.domain.people import Person
from desktop.domain.places import Place
from desktop.services.rows import ComponentStatus, Resident, Written
from desktop.ui.context import DeskContext
from desktop.ui.drafts import DraftKeeper
from desktop.ui.formats import format_time
from desktop.ui.newcase.place import PlaceCard
from desktop.ui.newcase.questions import QuestionForm
from desktop.ui.newcase.reporter import ReporterCard
from desktop.ui.newcase.service import ServiceCard, ServiceChoice
from desktop.ui.page import Page, TabLook
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, EmptyNote, Notice, column, row
from desktop.ui.widgets.field import Field, LineEdit, TextEdit
from desktop.ui.widgets.text import text_label


class NewCaseView(Page):
    """The form. Everything typed is a draft at once; the draft goes when the case is made."""

    def __init__(self, context: DeskContext, draft_name: str, *, resident: LocalKey = NO_KEY) -> None:
        super().__init__(TabLook(text="New case", icon="folder-plus-outline"))
        self._context = context
        self._choice: ServiceChoice | None = None
        self._pending: dict[str, object] = {}
        self._made = False
        look = context.look
        self.services = ServiceCard(context)
        self.title = LineEdit(look, placeholder="Fly-tipping behind the garages")
        self.title_field = Field(look, "In a few &words", self.title)
        self.description = TextEdit(look, lines=5)
        self.description_field = Field(look, "&What is wrong", self.description, required=True)
        self.form = QuestionForm(context)
        self.place = PlaceCard(context)
        self.reporter = ReporterCard(context)
        self.notice = Notice(look, tone="bad")
        self.kept = text_label(look, "", role="small", ink="text3")
        self.make = Button(look, "&Make the case", kind="main", icon="check")
        self.make.setEnabled(False)
        self.discard = Button(look, "&Discard the draft", kind="quiet")
        self._lay_out()
        self.draft = DraftKeeper(context.ops, draft_name, self.collect, self)
        self._connect()
        context.ops.read(lambda desk: desk.components.all(), self._show_components, lane=f"new-{id(self)}")
        if resident != NO_KEY:
            context.ops.read(lambda desk: desk.people.get(resident), self._show_resident, lane=f"new-who-{id(self)}")
        self.start_at = self.services.edit

    def _lay_out(self) -> None:
        look = self._context.look
        head = QFrame()
        head.setProperty("edge", "bottom")
        head.setLayout(row(text_label(look, "New case", role="page"), None, self.kept, self.discard, self.make,
                           gap=12, margins=(16, 10, 16, 10)))  # fmt: skip
        self._questions = Card(look, "Questions")
        inner = QWidget()
        inner.setProperty("ground", "surface")
        fields = column(gap=12, margins=(15, 12, 15, 16))
        for widget in (self.notice, self.title_field, self.description_field, self.form):
            fields.addWidget(widget)
        fields.addStretch(1)
        inner.setLayout(fields)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._hint = EmptyNote(
            look, "arrow-left", "Choose what it is about", "Its component then asks what it needs to know."
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._hint)
        self._stack.addWidget(area)
        self._questions.body.addWidget(self._stack, 1)
        right = column(gap=16)
        right.addWidget(self.place, 1)
        right.addWidget(self.reporter)
        columns = row(gap=16, margins=(16, 16, 16, 16))
        left = column()
        left.addWidget(self.services)
        middle = column()
        middle.addWidget(self._questions)
        for part, share in ((left, 324), (middle, 520), (right, 460)):
            columns.addLayout(part, share)
        whole = column()
        whole.addWidget(head)
        whole.addLayout(columns, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        self.services.chosen.connect(self._on_services_chosen)
        self.draft.found.connect(self._on_draft_found)
        self.draft.kept.connect(self._on_draft_kept)
        self.make.clicked.connect(self._on_make_clicked)
        self.discard.clicked.connect(self._on_discard_clicked)
        self.description.textChanged.connect(lambda: self.description_field.say_wrong(""))
        for signal in (
            self.title.textChanged,
            self.description.textChanged,
            self.form.edited,
            self.place.chosen,
            self.reporter.edited,
        ):
            signal.connect(self._on_any_edited)

    # ---- what comes in ----

    def _show_components(self, components: tuple[ComponentStatus, ...]) -> None:
        self.services.show_components(components)
        addresses = [c for c in components if "addresses" in c.capabilities]
        self.place.set_component(addresses[0].id if addresses else None)
        if self._pending:
            self._put_service(self._pending)

    def _show_resident(self, resident: Resident) -> None:
        self.reporter.put(resident.person, from_record=True)
        if self.place.place is None and resident.person.home is not None:
            self.place.put(resident.person.home)

    @Slot(object)
    def _on_draft_found(self, body: dict[str, object]) -> None:
        self._pending = body
        self.title.setText(str(body.get("title") or ""))
        self.description.setPlainText(str(body.get("description") or ""))
        place, reporter = body.get("place"), body.get("reporter")
        if isinstance(place, dict):
            self.place.put(msgspec.convert(place, Place))
        if isinstance(reporter, dict):
            self.reporter.put(msgspec.convert(reporter, Person), from_record=False)
        self._put_service(body)
        self.kept.setText("Draft from earlier")

    def _put_service(self, body: dict[str, object]) -> None:
        choice = self.services.find_choice(str(body.get("component") or ""), str(body.get("service") or ""))
        if choice is None:
            return
        self._pending = {}
        self.services.select(choice)
        answers = body.get("answers")
        if isinstance(answers, dict):
            self.form.put({str(code): [str(v) for v in values] for code, values in answers.items()})

    @Slot()
    def _on_draft_kept(self) -> None:
        self.kept.setText(f"Draft kept {format_time(self._context.clock.now())}")

    @Slot(object)
    def _on_services_chosen(self, choice: ServiceChoice) -> None:
        if choice == self._choice:
            return
        self._choice = choice
        kind = choice.type
        self._questions.set_title(kind.name)
        self._questions.count.setText(choice.component.name)
        self.title.setPlaceholderText(kind.name)
        self.form.show_questions(kind.questions)
        self._stack.setCurrentIndex(1)
        self.make.setEnabled(True)
        self.set_tab(TabLook(text=f"New: {kind.name}", icon="folder-plus-outline"))
        self._on_any_edited()

    @Slot()
    def _on_any_edited(self) -> None:
        self.set_soiled(soiled=bool(self.collect()))
        self.draft.touch()

    def collect(self) -> dict[str, object]:
        """What is typed, as the draft keeps it; empty when nothing is."""
        if self._made:
            return {}
        answers, person = self.form.values(), self.reporter.person()
        body: dict[str, object] = {
            "title": self.title.text(),
            "description": self.description.toPlainText(),
            "answers": answers,
            "place": msgspec.to_builtins(self.place.place) if self.place.place else None,
            "reporter": msgspec.to_builtins(person) if person else None,
        }
        if self._choice is not None:
            body |= {"component": str(self._choice.component.id), "service": self._choice.type.code}
        return {name: value for name, value in body.items() if value} or {}

    # ---- making it ----

    @Slot()
    def _on_make_clicked(self) -> None:
        choice = self._choice
        if choice is None:
            return
        answers, wrong = self.form.check()
        self.notice.say("")
        description = self.description.toPlainText()
        self.description_field.say_wrong("" if description.strip() else "Say what is wrong.")
        reporter_wrong = self.reporter.check()
        self.place.field.say_wrong("" if self.place.place else "Choose an address, or a point on the map.")
        if not description.strip():
            self.description.setFocus()
            return
        if wrong:
            wrong[0].focus()
            return
        if self.place.place is None:
            self.place.edit.setFocus()
            return
        if reporter_wrong:
            return
        draft = CaseDraft(
            service_code=choice.type.code,
            title=self.title.text().strip() or choice.type.name,
            description=description,
            place=self.place.place,
            reporter=self.reporter.person(),
            answers=answers,
        )
        component, name = choice.component.id, self.draft.name
        self.make.setEnabled(False)
        self.draft.hold()
        self._context.ops.write(
            lambda desk: desk.cases.create(component, draft, draft_name=name),
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
        """Shows a refusal beside its field, or above the form where it names none."""
        self.make.setEnabled(True)
        self.draft.release()
        field = error.field if isinstance(error, InvalidInput) else ""
        fields = {
            "title": self.title_field,
            "description": self.description_field,
            "place": self.place.field,
            **self.reporter.fields(),
            **{code: box.field for code, box in self.form.boxes.items()},
        }
        code = field.removeprefix("answer:").removeprefix("reporter:")
        if code in fields:
            fields[code].say_wrong(str(error))
            fields[code].widget.setFocus()
        else:
            self.notice.say(str(error))

    @Slot()
    def _on_discard_clicked(self) -> None:
        """The first press asks, the second lets go."""
        if self.discard.text() != "Discard for good" and self.collect():
            self.discard.say("Discard for good")
            QTimer.singleShot(6000, self.discard, lambda: self.discard.say("&Discard the draft"))
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
