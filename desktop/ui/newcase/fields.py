"""Everything that is asked of a new case: what it is about, its component's own questions, where, and who reports it."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from desktop.domain.cases import CaseDraft
from desktop.domain.errors import DesktopError, InvalidInput
from desktop.domain.people import Person
from desktop.domain.places import Place
from desktop.services.choosing import order_for
from desktop.services.rows import ComponentStatus, Resident
from desktop.ui.context import DeskContext
from desktop.ui.newcase.place import PlaceCard
from desktop.ui.newcase.questions import QuestionForm
from desktop.ui.newcase.reporter import ReporterCard
from desktop.ui.newcase.service import ServiceCard, ServiceChoice
from desktop.ui.widgets.card import Card, EmptyNote, Notice, column, row
from desktop.ui.widgets.field import Field, LineEdit, TextEdit

_GONE = (
    "This kind of case is no longer offered. Choose another; your answers are kept for the questions that it asks too."
)


class CaseFields(QWidget):
    """The fields in three columns, and what is typed into them as the body of a draft.

    Signals:
        edited(): something changed.
        chosen(ServiceChoice): another kind of case was chosen, and its questions are asked.
    """

    edited = Signal()
    chosen = Signal(object)

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._pending: dict[str, object] = {}
        self._components: tuple[ComponentStatus, ...] = ()
        self.choice: ServiceChoice | None = None
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
        self._lay_out()
        self.services.chosen.connect(self._on_services_chosen)
        self.description.textChanged.connect(lambda: self.description_field.say_wrong(""))
        for signal in (
            self.title.textChanged,
            self.description.textChanged,
            self.form.edited,
            self.place.chosen,
            self.reporter.edited,
        ):
            signal.connect(self.edited)

    def _lay_out(self) -> None:
        look = self._context.look
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
        hint = EmptyNote(
            look, "arrow-left", "Choose what it is about", "Its component then asks what it needs to know."
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(hint)
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
        self.setLayout(columns)

    # ---- what comes in ----

    def show_components(self, components: tuple[ComponentStatus, ...]) -> None:
        """Offers the kinds of case of these components, and looks addresses up in the first that can."""
        self._components = components
        self.services.show_components(components)
        self._choose_addresses()
        if self._pending:
            self._put_service()

    def _choose_addresses(self) -> None:
        """Addresses come from the component that the service of the case is to ask first."""
        services = self.choice.component.services if self.choice else ()
        self.place.set_component(next(iter(order_for(self._components, "addresses", services)), None))

    def show_resident(self, resident: Resident) -> None:
        """Fills in who reports it, and where they live."""
        self.reporter.put(resident.person, from_record=True)
        if self.place.place is None and resident.person.home is not None:
            self.place.put(resident.person.home)

    def fill(self, body: dict[str, object]) -> None:
        """Puts in what a draft holds."""
        self._pending = dict(body)
        self.title.setText(str(body.get("title") or ""))
        self.description.setPlainText(str(body.get("description") or ""))
        place, reporter = body.get("place"), body.get("reporter")
        if isinstance(place, dict):
            self.place.put(msgspec.convert(place, Place))
        if isinstance(reporter, dict):
            self.reporter.put(msgspec.convert(reporter, Person), from_record=False)
        self._put_service()

    def _put_service(self) -> None:
        body = self._pending
        choice = self.services.find_choice(str(body.get("component") or ""), str(body.get("service") or ""))
        if choice is not None:
            self.services.select(choice)
            self._put_answers()
        elif body.get("service") and self.services.has_choices:
            self.say(_GONE)

    def _put_answers(self) -> None:
        answers, self._pending = self._pending.get("answers"), {}
        if isinstance(answers, dict):
            self.form.put({str(code): [str(v) for v in values] for code, values in answers.items()})

    @Slot(object)
    def _on_services_chosen(self, choice: ServiceChoice) -> None:
        if choice == self.choice:
            return
        self.choice = choice
        self._choose_addresses()
        kind = choice.type
        self._questions.set_title(kind.name)
        self._questions.count.setText(choice.component.name)
        self.title.setPlaceholderText(kind.name)
        self.form.show_questions(kind.questions)
        self._put_answers()
        self.say("")
        self.chosen.emit(choice)
        self.edited.emit()

    # ---- what is typed ----

    def collect(self) -> dict[str, object]:
        """What is typed, as a draft keeps it; empty when nothing is."""
        person = self.reporter.person()
        body: dict[str, object] = {
            "title": self.title.text(),
            "description": self.description.toPlainText(),
            "answers": self.form.values(),
            "place": msgspec.to_builtins(self.place.place) if self.place.place else None,
            "reporter": msgspec.to_builtins(person) if person else None,
        }
        if self.choice is not None:
            body |= {"component": str(self.choice.component.id), "service": self.choice.type.code}
        else:  # a draft keeps what it says until a kind of case is chosen, though its questions are not asked yet
            body |= {name: self._pending.get(name) for name in ("component", "service", "answers")}
        return {name: value for name, value in body.items() if value}

    def check(self) -> CaseDraft | None:
        """The case to make, or None where something is wrong: then each field says so, and the first has the focus."""
        if self.choice is None:
            return None
        kind = self.choice.type
        answers, wrong = self.form.check()
        self.notice.say("")
        description, place = self.description.toPlainText(), self.place.place
        self.description_field.say_wrong("" if description.strip() else "Say what is wrong.")
        reporter_wrong = self.reporter.check()
        self.place.field.say_wrong("" if place else "Choose an address, or a point on the map.")
        if not description.strip():
            self.description.setFocus()
        elif wrong:
            wrong[0].focus()
        elif place is None:
            self.place.edit.setFocus()
        elif not reporter_wrong:
            return CaseDraft(
                service_code=kind.code,
                title=self.title.text().strip() or kind.name,
                description=description,
                place=place,
                reporter=self.reporter.person(),
                answers=answers,
            )
        return None

    def say(self, words: str) -> None:
        """Says something above the questions, or nothing for ""."""
        self.notice.say(words)
        self._stack.setCurrentIndex(1 if words or self.choice is not None else 0)

    def say_error(self, error: DesktopError) -> None:
        """Shows a refusal beside its field, or above the questions where it names none."""
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
            self.say(str(error))
