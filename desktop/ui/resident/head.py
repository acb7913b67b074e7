"""Who the resident is: name, birth, home, household, how to reach them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.domain.ids import LocalKey
from desktop.services.rows import Resident
from desktop.ui.formats import format_age, format_count, format_date, initials
from desktop.ui.theme.look import Look
from desktop.ui.widgets.button import Button
from desktop.ui.widgets.card import clear_layout, column, row
from desktop.ui.widgets.text import Avatar, ElidedLabel, Mark, text_label


class ResidentHead(QWidget):
    """The head of the page.

    Signals:
        person_chosen(LocalKey): somebody of the household.
    """

    person_chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.avatar = Avatar(look, "", 56)
        self.name = ElidedLabel(look, "", role="page")
        self.born = text_label(look, "", role="small", ink="text2")
        self.joined = ElidedLabel(look, "", role="small")
        self.address = ElidedLabel(look, "", role="small_title")
        self.uprn = text_label(look, "", role="small", ink="text2")
        self._household = row(gap=4)
        self.phone = text_label(look, "", role="small_title")
        self.email = ElidedLabel(look, "", role="small", ink="text2")
        for label in (self.phone, self.email, self.uprn):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        who = column(gap=2)
        who.addWidget(self.name)
        who.addWidget(self.born)
        self._link = Mark(look, "link-variant", 15, token="ok")
        linked = row(self._link, gap=4)
        linked.addWidget(self.joined, 1)
        who.addLayout(linked)
        who.addStretch(1)
        where = column(gap=2)
        home = row(Mark(look, "addresses", 16), gap=6)
        home.addWidget(self.address, 1)
        where.addLayout(home)
        where.addLayout(row(self.uprn, None, margins=(22, 0, 0, 0)))
        where.addLayout(self._household)
        where.addStretch(1)
        reach = column(gap=2)
        reach.addLayout(self._line("cellphone", self.phone))
        reach.addLayout(self._line("email-outline", self.email))
        reach.addStretch(1)
        layout = row(gap=16, margins=(16, 12, 16, 6))
        layout.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        for part, share in ((who, 42), (where, 34), (reach, 26)):
            layout.addLayout(part, share)
        self.setLayout(layout)
        look.fix(self, height=98)

    def _line(self, icon: str, label: QLabel) -> QHBoxLayout:
        line = row(Mark(self._look, icon, 16, token="text2"), gap=6)
        line.addWidget(label, 1)
        return line

    def show_resident(self, resident: Resident, now: datetime) -> None:
        """Shows a resident."""
        person = resident.person
        self.avatar.set_letters(initials(person.name))
        self.name.setText(person.name)
        born = f"Born {format_date(person.born)} ({format_age(person.born, now)})" if person.born else "Born: not known"
        self.born.setText(born)
        found = sum(1 for chip in resident.chips if chip.found)
        joined = f"Linked in {format_count(found, 'component')}" if found > 1 else "Known to one component"
        self.joined.setText(f"{joined} · {resident.matched_by}" if resident.matched_by else joined)
        home = person.home
        if home is None and resident.places:
            home = resident.places[0][1]
        self.address.setText(home.address if home and home.address else "No address known")
        parts = (
            [home.postcode if home.postcode not in home.address else "", f"UPRN {home.uprn}" if home.uprn else ""]
            if home
            else []
        )
        self.uprn.setText(" · ".join(part for part in parts if part))
        self.phone.setText(person.phone or "No phone number")
        self.email.setText(person.email or "No e-mail address")
        self._show_household(resident, now)

    def _show_household(self, resident: Resident, now: datetime) -> None:
        clear_layout(self._household)
        self._household.addWidget(Mark(self._look, "account-group-outline", 16, token="text2"))
        if not resident.household:
            self._household.addWidget(text_label(self._look, "Nobody else known here", role="small", ink="text2"))
        for key, member in resident.household[:4]:
            age = f" ({format_age(member.born, now)})" if member.born else ""
            link = Button(self._look, member.given or member.name, kind="link", name=f"Open {member.name}")
            self._look.dress(link, "small")
            link.clicked.connect(lambda _on=False, key=key: self.person_chosen.emit(LocalKey(key)))
            self._household.addWidget(link)
            if age:
                self._household.addWidget(text_label(self._look, age.strip(), role="small", ink="text2"))
        if len(resident.household) > 4:
            more = f"and {len(resident.household) - 4} more"
            self._household.addWidget(text_label(self._look, more, role="small", ink="text2"))
        self._household.addStretch(1)
