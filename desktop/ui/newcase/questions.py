"""A component's own questions, as fields: one widget for each type of answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QWidget

from desktop.domain.cases import Datatype, Question
from desktop.domain.errors import InvalidInput
from desktop.ui.context import DeskContext
from desktop.ui.newcase.answers import check_answer, format_answer
from desktop.ui.widgets.card import clear_layout, column, row
from desktop.ui.widgets.choice import CheckBox, ComboBox, RadioButton
from desktop.ui.widgets.field import Field, LineEdit, TextEdit
from desktop.ui.widgets.text import Mark, text_label

_MOST_RADIOS = 5


class AnswerBox(QWidget):
    """The field of one question.

    Signals:
        edited(): the answer changed.
    """

    edited = Signal()

    def __init__(self, context: DeskContext, question: Question) -> None:
        super().__init__()
        self.question = question
        self._look = context.look
        self._line: LineEdit | None = None
        self._text: TextEdit | None = None
        self._combo: ComboBox | None = None
        self._marks: dict[str, CheckBox | RadioButton] = {}
        widget = self._build()
        # Focus goes to the first choice of a list: a frame round them takes none.
        self.field = Field(
            self._look, question.text or question.code, widget, hint=question.hint, required=question.required
        )
        self.edited.connect(lambda: self.field.say_wrong(""))
        layout = column()
        layout.addWidget(self.field)
        self.setLayout(layout)

    def _build(self) -> QWidget:
        question = self.question
        match question.datatype:
            case Datatype.TEXT:
                self._text = TextEdit(self._look, lines=3)
                self._text.textChanged.connect(self.edited)
                return self._text
            case Datatype.SINGLE if len(question.choices) > _MOST_RADIOS:
                self._combo = ComboBox(self._look, name=question.text)
                self._combo.addItem("Choose…", "")
                for choice in question.choices:
                    self._combo.addItem(choice.name, choice.key)
                self._combo.currentIndexChanged.connect(self.edited)
                return self._combo
            case Datatype.SINGLE | Datatype.MULTI:
                return self._build_choices()
            case _:
                hints = {Datatype.DATETIME: "14 Sep 2026 09:30", Datatype.NUMBER: "0"}
                self._line = LineEdit(self._look, placeholder=hints.get(question.datatype, ""))
                self._line.textChanged.connect(self.edited)
                return self._line

    def _build_choices(self) -> QWidget:
        frame = QFrame()
        layout = column(gap=2)
        frame.setLayout(layout)
        group = QButtonGroup(frame)
        for choice in self.question.choices:
            if self.question.datatype is Datatype.SINGLE:
                button: CheckBox | RadioButton = RadioButton(self._look, choice.name)
                group.addButton(button)
            else:
                button = CheckBox(self._look, choice.name)
            button.setAccessibleName(f"{self.question.text}: {choice.name}")
            button.toggled.connect(self.edited)
            self._marks[choice.key] = button
            layout.addWidget(button)
        return frame

    def values(self) -> tuple[str, ...]:
        """What is answered now, unchecked."""
        if self._line is not None:
            return (self._line.text(),)
        if self._text is not None:
            return (self._text.toPlainText(),)
        if self._combo is not None:
            return (str(self._combo.currentData() or ""),)
        return tuple(key for key, button in self._marks.items() if button.isChecked())

    def put(self, values: Sequence[str]) -> None:
        """Puts an answer in, as from a draft."""
        first = format_answer(self.question, values[0]) if values else ""
        if self._line is not None:
            self._line.setText(first)
        elif self._text is not None:
            self._text.setPlainText(first)
        elif self._combo is not None:
            self._combo.setCurrentIndex(max(0, self._combo.findData(first)))
        for key, button in self._marks.items():
            button.setChecked(key in values)

    def focus(self) -> None:
        """Puts the focus where the answer is given."""
        first: QWidget = next(iter(self._marks.values()), self.field.widget)
        first.setFocus()


class QuestionForm(QWidget):
    """All questions of a kind of case, in order.

    Signals:
        edited(): an answer changed.
    """

    edited = Signal()

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self.boxes: dict[str, AnswerBox] = {}
        self._column = column(gap=12)
        self.setLayout(self._column)

    def show_questions(self, questions: Sequence[Question]) -> None:
        """Asks other questions. Answers to questions with the same code are kept."""
        kept = {code: box.values() for code, box in self.boxes.items()}
        clear_layout(self._column)
        self.boxes.clear()
        for question in sorted(questions, key=lambda q: q.order):
            if not question.variable:
                self._column.addWidget(self._build_note(question))
                continue
            box = AnswerBox(self._context, question)
            box.put(kept.get(question.code, ()))
            box.edited.connect(self.edited)
            self.boxes[question.code] = box
            self._column.addWidget(box)

    def _build_note(self, question: Question) -> QFrame:
        look = self._context.look
        frame = QFrame()
        frame.setProperty("box", "pale")
        inner = row(Mark(look, "information-outline", 16, token="accent"), gap=8, margins=(12, 8, 12, 8))
        inner.addWidget(text_label(look, question.text, role="small", wrap=True), 1)
        frame.setLayout(inner)
        frame.setAccessibleName(question.text)
        return frame

    def values(self) -> dict[str, list[str]]:
        """Every answer as it is, for the draft."""
        found = {code: list(box.values()) for code, box in self.boxes.items()}
        return {code: values for code, values in found.items() if any(values)}

    def put(self, answers: dict[str, list[str]]) -> None:
        """Puts answers in, as from a draft."""
        for code, values in answers.items():
            if code in self.boxes:
                self.boxes[code].put(values)

    def check(self) -> tuple[dict[str, tuple[str, ...]], list[AnswerBox]]:
        """The answers to send, and the fields that are wrong; each says its own sentence."""
        answers: dict[str, tuple[str, ...]] = {}
        wrong: list[AnswerBox] = []
        for code, box in self.boxes.items():
            try:
                values = check_answer(box.question, box.values())
            except InvalidInput as error:
                box.field.say_wrong(str(error))
                wrong.append(box)
                continue
            box.field.say_wrong("")
            if values:
                answers[code] = values
        return answers, wrong
