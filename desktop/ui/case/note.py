"""Writing a note, and changing the status: kept as they are typed, sent in order."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout
from typing_extensions import override

from desktop.domain.errors import DesktopError
from desktop.domain.ids import LocalKey
from desktop.services.rows import CaseFile, Written
from desktop.ui.context import DeskContext
from desktop.ui.drafts import DraftKeeper
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import clear_layout, column, row
from desktop.ui.widgets.choice import RadioButton
from desktop.ui.widgets.field import TextEdit, set_wrong
from desktop.ui.widgets.text import Mark, text_label


class NoteEditor(QFrame):
    """A field for a note. Ctrl+Enter adds it.

    Signals:
        soiled(bool): something is typed and not added yet.
    """

    soiled = Signal(bool)

    def __init__(self, context: DeskContext, key: LocalKey) -> None:
        super().__init__()
        look = context.look
        self._context = context
        self._key = key
        self._without = ""
        self.setProperty("edge", "hair")
        self.text = TextEdit(look, placeholder="Write a note. It is kept as you type.", lines=2, name="Note")
        self.add = Button(look, "&Add note", kind="main", size="small", icon="note-plus-outline", tip="Ctrl+Enter")
        self.add.setEnabled(False)
        self.kept = text_label(look, "", role="caption", ink="text3")
        self.wrong = text_label(look, "", role="small_title", ink="bad", wrap=True)
        self.wrong.hide()
        layout = column(gap=6, margins=(15, 10, 15, 10))
        layout.addWidget(self.text)
        layout.addWidget(self.wrong)
        layout.addLayout(row(self.kept, None, self.add))
        self.setLayout(layout)
        self._draft = DraftKeeper(context.ops, f"note/{key}", self._collect, self)
        self._draft.found.connect(self._on_draft_found)
        self._draft.kept.connect(self._on_draft_kept)
        self.text.textChanged.connect(self._on_text_changed)
        self.text.sent.connect(self._on_add_clicked)
        self.add.clicked.connect(self._on_add_clicked)

    def show_file(self, file: CaseFile) -> None:
        """A component that takes no notes has no field for one; what was typed before stays to be copied."""
        self._without = "" if file.takes_notes else file.component_name
        self._fit()

    def _fit(self) -> None:
        name, typed = self._without, bool(self.text.toPlainText())
        self.setVisible(typed or not name)
        self.text.setReadOnly(bool(name))
        self.add.setVisible(not name)
        if typed and name:
            self._say(f"{name} takes no notes. Copy this, and write it in {name} itself.")

    def _collect(self) -> dict[str, object]:
        text = self.text.toPlainText()
        return {"text": text} if text.strip() else {}

    @Slot(object)
    def _on_draft_found(self, body: dict[str, object]) -> None:
        if not self.text.toPlainText():
            self.text.setPlainText(str(body.get("text") or ""))
            self.kept.setText("Draft from earlier")
            self._fit()

    @Slot()
    def _on_draft_kept(self) -> None:
        self.kept.setText("Draft kept")

    @Slot()
    def _on_text_changed(self) -> None:
        typed = bool(self.text.toPlainText().strip())
        self.add.setEnabled(typed)
        self.kept.setText("")
        self._say("")
        self.soiled.emit(typed)
        self._draft.touch()

    @Slot()
    def _on_add_clicked(self) -> None:
        text = self.text.toPlainText()
        if not text.strip():
            self._say("Write the note first.")
            return
        key, name = self._key, self._draft.name
        self.text.setFocus()  # a button that is off hands the focus on, to whatever comes next
        self.add.setEnabled(False)
        self._draft.hold()
        self._context.ops.write(
            lambda desk: desk.cases.add_note(key, text, draft_name=name),
            initiator=self,
            done=self._added,
            failed=self._fail,
        )

    def _added(self, _written: Written) -> None:
        self.text.clear()
        self._draft.settle()
        self.kept.setText("Note saved")

    def _fail(self, error: DesktopError) -> None:
        self.add.setEnabled(True)
        self._draft.release()
        self._say(str(error))

    def _say(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
        set_wrong(self.text, wrong=bool(words))

    def flush(self) -> None:
        """Keeps at once what is typed."""
        self._draft.flush()


class StatusCard(QFrame):
    """The choice of another status, with a note; shown when the officer asks for it. Escape puts it away.

    Signals:
        dismissed(): it was put away, or the change was made.
    """

    dismissed = Signal()

    def __init__(self, context: DeskContext, key: LocalKey) -> None:
        super().__init__()
        look = context.look
        self._context = context
        self._key = key
        self._group = QButtonGroup(self)
        self._statuses: tuple[str, ...] = ()
        self._now = ""
        self.radios: dict[str, RadioButton] = {}
        self.setProperty("card", "true")
        self.setAccessibleName("Change status")
        close = Button(look, icon="close", kind="quiet", size="tiny", name="Leave the status as it is")
        close.clicked.connect(self.dismiss)
        head = row(Mark(look, "progress-check", 18, token="accent"), text_label(look, "Change status", role="section"),
                   None, close, margins=(15, 8, 8, 4))  # fmt: skip
        self._choices = QGridLayout()
        self._choices.setContentsMargins(15, 0, 15, 6)
        self._choices.setHorizontalSpacing(16)
        self.note = TextEdit(
            look, placeholder="What happened, for the resident and the history", lines=2, name="Note on the change"
        )
        self.save = Button(look, "Choose a status", kind="main", size="small")
        self.save.setEnabled(False)
        self.wrong = text_label(look, "", role="small_title", ink="bad", wrap=True)
        self.wrong.hide()
        body = column(gap=6, margins=(15, 0, 15, 12))
        body.addWidget(self.note)
        body.addWidget(self.wrong)
        body.addLayout(row(None, self.save))
        layout = column()
        layout.addLayout(head)
        layout.addLayout(self._choices)
        layout.addLayout(body)
        self.setLayout(layout)
        self._draft = DraftKeeper(context.ops, f"status:{key}", self._collect, self)
        self._draft.found.connect(self._on_draft_found)
        self.note.textChanged.connect(self._draft.touch)
        self.save.clicked.connect(self._on_save_clicked)
        self.note.sent.connect(self._on_save_clicked)
        self.hide()

    def _collect(self) -> dict[str, object]:
        text = self.note.toPlainText()
        return {"note": text} if text.strip() else {}

    @Slot(object)
    def _on_draft_found(self, body: dict[str, object]) -> None:
        if not self.note.toPlainText():
            self.note.setPlainText(str(body.get("note") or ""))

    def flush(self) -> None:
        """Keeps at once what is typed."""
        self._draft.flush()

    def show_statuses(self, statuses: tuple[str, ...], now: str) -> None:
        """Offers other statuses; `now` is the one that the case has."""
        if (statuses, now) == (self._statuses, self._now):
            return
        self._statuses, self._now = statuses, now
        clear_layout(self._choices)
        self.radios.clear()
        for n, status in enumerate(statuses):
            radio = RadioButton(self._context.look, status.replace("_", " ").capitalize())
            radio.setEnabled(status != now)
            radio.toggled.connect(self._on_radio_toggled)
            self._group.addButton(radio)
            self.radios[status] = radio
            self._choices.addWidget(radio, n // 3, n % 3)
        self._on_radio_toggled()

    def chosen(self) -> str:
        """The status that is chosen, or ""."""
        return next((status for status, radio in self.radios.items() if radio.isChecked()), "")

    def open(self) -> None:
        """Comes up, with the focus on the first choice."""
        self.show()
        first = next((radio for radio in self.radios.values() if radio.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_radio_toggled(self) -> None:
        status = self.chosen()
        self.save.say(f"Change to {status.replace('_', ' ')}" if status else "Choose a status")
        self.save.setEnabled(bool(status))

    @Slot()
    def _on_save_clicked(self) -> None:
        status, note, key = self.chosen(), self.note.toPlainText().strip(), self._key
        if not status:
            return
        self.save.setEnabled(False)
        self._draft.hold()
        self._context.ops.write(
            lambda desk: desk.cases.set_status(key, status, note=note),
            initiator=self,
            done=self._saved,
            failed=self._fail,
        )

    def _saved(self, _written: Written) -> None:
        self.note.clear()
        self._draft.settle()
        self.dismiss()

    def _fail(self, error: DesktopError) -> None:
        self.save.setEnabled(True)
        self._draft.release()
        self.wrong.setText(str(error))
        self.wrong.show()

    @Slot()
    def dismiss(self) -> None:
        """Goes away; a note that was begun stays until the page is closed."""
        self._group.setExclusive(False)
        for radio in self.radios.values():
            radio.setChecked(False)
        self._group.setExclusive(True)
        self.wrong.hide()
        self.hide()
        self.dismissed.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
