"""Who handles a case: taken, given to a colleague, or given back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame
from typing_extensions import override

from desktop.domain.errors import DesktopError
from desktop.domain.ids import LocalKey, StaffId
from desktop.services.rows import CaseFile, Written
from desktop.ui.context import DeskContext
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import Card, column, row
from desktop.ui.widgets.choice import ComboBox
from desktop.ui.widgets.field import LineEdit
from desktop.ui.widgets.text import ElidedLabel, text_label


class HandlerCard(Card):
    """The handler's name and what may be done about it. Escape puts the choice of a colleague away."""

    def __init__(self, context: DeskContext, key: LocalKey) -> None:
        look = context.look
        super().__init__(look, "Handler", icon="account-arrow-right-outline")
        self._context = context
        self._key = key
        self.handler = ElidedLabel(look, "", role="title")
        self.take = Button(look, "Assign &to me", size="small", tip="Alt+T")
        self.give = Button(look, "Assi&gn to…", size="small", tip="Alt+G", name="Assign to a colleague")
        self.release = Button(look, "&Release", kind="quiet", size="small", tip="Alt+R: nobody handles it then")
        self.colleague = ComboBox(look, name="Colleague", size="small")
        for staff, name in sorted(context.staff_names.items(), key=lambda item: item[1].casefold()):
            self.colleague.addItem(name, staff)
        self.reason = LineEdit(look, placeholder="Reason, kept in the audit", size="small", name="Reason")
        self.save = Button(look, "Assign", kind="main", size="small")
        self.wrong = text_label(look, "", role="small_title", ink="bad", wrap=True)
        self.wrong.hide()
        self._choice = QFrame()
        choice = column(gap=6)
        choice.addWidget(self.colleague)
        choice.addWidget(self.reason)
        choice.addLayout(row(None, self.save))
        self._choice.setLayout(choice)
        self._choice.hide()
        inside = column(gap=8, margins=(15, 8, 15, 12))
        inside.addWidget(self.handler)
        inside.addLayout(row(self.take, self.give, self.release, None, gap=6))
        inside.addWidget(self._choice)
        inside.addWidget(self.wrong)
        self.body.addLayout(inside)
        self.take.clicked.connect(lambda: self._assign(context.officer.staff_id))
        self.give.clicked.connect(self._on_give_clicked)
        self.release.clicked.connect(lambda: self._assign(None))
        self.save.clicked.connect(self._on_save_clicked)
        self.reason.returnPressed.connect(self._on_save_clicked)

    def show_file(self, file: CaseFile) -> None:
        """Shows who handles the case, and what the officer may do about it."""
        handler = file.row.assignee
        self.handler.setText(self._context.name_of(handler) or "Nobody yet")
        self.take.setVisible(file.assignable and handler != self._context.officer.staff_id)
        self.give.setVisible(file.assignable and bool(self._context.staff_names))
        self.release.setVisible(file.assignable and bool(handler))
        self.count.setText("" if file.assignable else f"Kept by {file.component_name}")

    @Slot()
    def _on_give_clicked(self) -> None:
        self._choice.show()
        self.colleague.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_save_clicked(self) -> None:
        self._assign(StaffId(self.colleague.currentData()))

    def _assign(self, to: StaffId | None) -> None:
        key, reason = self._key, "" if self._choice.isHidden() else self.reason.text()
        self.wrong.hide()
        self._context.ops.write(
            lambda desk: desk.cases.assign(key, to, reason=reason),
            initiator=self,
            done=self._assigned,
            failed=self._fail,
        )

    def _assigned(self, _written: Written) -> None:
        had_focus = any(part.hasFocus() for part in (self.take, self.release, self.save, self.reason))
        self.dismiss()
        if had_focus:  # the button that was pressed goes away: the keyboard must not go with it
            self.give.setFocus()

    def _fail(self, error: DesktopError) -> None:
        self.wrong.setText(str(error))
        self.wrong.show()

    def dismiss(self) -> None:
        """Puts the choice of a colleague away."""
        self.reason.clear()
        self.wrong.hide()
        self._choice.hide()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._choice.isHidden():
            self.dismiss()
            self.give.setFocus()
        else:
            super().keyPressEvent(event)
