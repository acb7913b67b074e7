"""The bar on top: whose desk it is, the search box, who sits at it."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget
from typing_extensions import override

from desktop.ui.context import DeskContext
from desktop.ui.formats import initials
from desktop.ui.shell.rail import Logo
from desktop.ui.shell.search import SearchBox
from desktop.ui.widgets.card import row
from desktop.ui.widgets.pill import Pill, PillSpec
from desktop.ui.widgets.text import Avatar, text_label


class TopBar(QFrame):
    """Logo, council, whether it is the training town, the search box and the officer's initials."""

    def __init__(self, context: DeskContext, window: QWidget) -> None:
        super().__init__()
        look = context.look
        self._look = look
        look.fix(self, height=48)
        self.council = text_label(look, context.council_name, role="section")
        left = QWidget()
        inner = row(self.council, gap=8, margins=(16, 0, 0, 0))
        left.setLayout(inner)
        if context.training:
            inner.addWidget(Pill(look, PillSpec("Training town", tone="accent")))
        inner.addStretch(1)
        self.search = SearchBox(context, window)
        avatar = Avatar(look, initials(context.officer.name), 28)
        avatar.setAccessibleName(context.officer.name)
        avatar.setToolTip(context.officer.name)
        team = text_label(look, context.officer.team, role="small", ink="text2")
        right = QWidget()
        right.setLayout(row(None, team, avatar, gap=12, margins=(0, 0, 16, 0)))
        layout = row(Logo(look), gap=0)
        layout.addWidget(left, 1)
        layout.addWidget(self.search, 2)
        layout.addWidget(right, 1)
        self.setLayout(layout)
        look.changed.connect(self.update)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("surface"))
        left = self._look.px(72)
        painter.fillRect(left, self.height() - 1, self.width() - left, 1, self._look.colour("line"))
