"""What partners know around a resident's home: each component answers in its own place, as soon as it can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from desktop.domain.errors import DesktopError
from desktop.domain.places import Place, Point
from desktop.services.around import (
    DEADLINE_S,
    AroundLine,
    AroundPart,
    Question,
    build_asking,
    build_questions,
    build_said,
    read_answer,
    read_failure,
)
from desktop.services.rows import ComponentStatus
from desktop.ui.context import DeskContext
from desktop.ui.theme.look import Look
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, clear_layout, column, row
from desktop.ui.widgets.text import Mark, text_label

_ICONS = {"severe": ("alert-circle-outline", "bad"), "warning": ("alert-circle-outline", "warn")}
_WORDS = {"asking": "is being asked", "nothing": "says nothing of this place", "found": "", "failed": ""}


class _Section(QWidget):
    """One component's part. Its place stays the same whatever it says."""

    def __init__(self, look: Look, part: AroundPart, show_said: Callable[[], None]) -> None:
        super().__init__()
        self._look = look
        self._show_said = show_said
        self._body = column(gap=4, margins=(15, 8, 15, 8))
        self.setLayout(self._body)
        self.show_part(part)

    def show_part(self, part: AroundPart) -> None:
        """Shows what the component says now."""
        clear_layout(self._body)
        self.words = part.error if part.state == "failed" else _WORDS[part.state]
        head = row(Mark(self._look, part.colour, 16), gap=6)
        head.addWidget(text_label(self._look, part.name, role="small_title"))
        if self.words:
            ink = "bad" if part.state == "failed" else "text2"
            head.addWidget(text_label(self._look, self.words, role="small", ink=ink, wrap=True), 1)
        else:
            head.addStretch(1)
        said = Button(
            self._look, icon="text-box-search-outline", kind="quiet", size="tiny", name=f"What {part.name} really said"
        )
        said.clicked.connect(self._show_said)
        head.addWidget(said)
        self._body.addLayout(head)
        for line in part.lines:
            self._body.addLayout(self._build_line(line))
        if part.more:
            self._add(f"and {part.more:,} more", ink="text2")
        for notice in part.notices:
            self._add(notice, ink="text2")
        if part.attribution:
            self._add(part.attribution, ink="text3")
        texts = [part.name, self.words, *(f"{line.title}. {line.text}" for line in part.lines), *part.notices]
        self.setAccessibleName(". ".join(filter(None, [*texts, part.attribution])))

    def _build_line(self, line: AroundLine) -> QHBoxLayout:
        icon, ink = _ICONS.get(line.level, ("circle-small", "text3"))
        layout = row(Mark(self._look, icon, 16, token=ink), gap=6)
        words = column(gap=0)
        words.addWidget(text_label(self._look, line.title, role="small", wrap=True))
        if line.text:
            words.addWidget(text_label(self._look, line.text, role="caption", ink="text2", wrap=True))
        layout.addLayout(words, 1)
        return layout

    def _add(self, text: str, *, ink: str) -> None:
        self._body.addWidget(text_label(self._look, text, role="caption", ink=ink, wrap=True))


class AroundCard(Card):
    """Asks once for a place; hidden while no component knows anything of places."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "Around home")
        self._context = context
        self._sections: dict[tuple[str, str], _Section] = {}
        self._calls: list[object] = []
        self._asked: Point | None = None
        inside = QWidget()
        inside.setProperty("ground", "surface")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._list = column()
        inside.setLayout(self._list)
        self._list.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setAccessibleName("Around home")
        self.area.setWidget(inside)
        self.body.addWidget(self.area, 1)
        self.hide()

    def ask(self, home: Place | None) -> None:
        """Asks every component that knows of places, all at once; a second call for the same place does nothing."""
        if home is None or home.point is None or home.point == self._asked:
            return
        self._context.ops.read(
            lambda desk: desk.components.all(), partial(self._ask, home.point), lane=f"around-{id(self)}"
        )

    def _ask(self, point: Point, components: Sequence[ComponentStatus]) -> None:
        questions = build_questions(components, point)
        if not questions:
            return
        self._asked = point
        self.show()
        for question in questions:
            self._show(question, build_asking(question))
            self._calls.append(
                self._context.live.call(
                    question.component,
                    question.method,
                    question.arguments,
                    read=partial(read_answer, question),
                    done=partial(self._show, question),
                    failed=partial(self._fail, question),
                    deadline=DEADLINE_S,
                )
            )

    def stop(self) -> None:
        """Calls off what has not been answered."""
        self._context.ops.runner.forget(f"around-{id(self)}")
        for call in self._calls:
            self._context.live.cancel(call)
        self._calls.clear()

    def lines(self) -> list[str]:
        """What the sections say."""
        return [section.accessibleName() for section in self._sections.values()]

    def _fail(self, question: Question, error: DesktopError) -> None:
        self._show(question, read_failure(question, error))

    def _show(self, question: Question, part: AroundPart) -> None:
        key = (question.component, question.method)
        section = self._sections.get(key)
        if section is None:
            section = self._sections[key] = _Section(
                self._look, part, partial(self._context.go.show_said, build_said(question))
            )
            self._list.insertWidget(self._list.count() - 1, section)
        else:
            section.show_part(part)
