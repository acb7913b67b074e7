"""Who reports a case."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout

from desktop.domain.people import Person
from desktop.ui.context import DeskContext
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Field, LineEdit

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class ReporterCard(Card):
    """Name, phone and e-mail; filled in when the form was opened from a resident.

    Signals:
        edited(): something changed.
    """

    edited = Signal()

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context.look, "Who reports it", icon="account-outline")
        look = context.look
        self._base = Person()
        self.given = LineEdit(look)
        self.family = LineEdit(look)
        self.phone = LineEdit(look)
        self.email = LineEdit(look)
        self._fields = {
            "given": Field(look, "&Given name", self.given),
            "family": Field(look, "&Family name", self.family),
            "phone": Field(look, "Pho&ne", self.phone),
            "email": Field(look, "&E-mail", self.email),
        }
        grid = QGridLayout()
        grid.setContentsMargins(15, 12, 15, 14)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        for n, field in enumerate(self._fields.values()):
            grid.addWidget(field, n // 2, n % 2)
        self.body.addLayout(grid)
        for edit in (self.given, self.family, self.phone, self.email):
            edit.textChanged.connect(self.edited)

    def fields(self) -> dict[str, Field]:
        """The fields by their names."""
        return dict(self._fields)

    def put(self, person: Person, *, from_record: bool) -> None:
        """Fills the fields in."""
        self._base = person
        self.given.setText(person.given)
        self.family.setText(person.family)
        self.phone.setText(person.phone)
        self.email.setText(person.email)
        self.count.setText("from the resident's record" if from_record else "")

    def person(self) -> Person | None:
        """Who is typed in, or None when nobody is."""
        given, family = self.given.text().strip(), self.family.text().strip()
        phone, email = self.phone.text().strip(), self.email.text().strip()
        if not (given or family or phone or email):
            return None
        return replace(self._base, given=given, family=family, phone=phone, email=email)

    def check(self) -> bool:
        """Whether something is wrong; says it beside its field."""
        email, phone = self.email.text().strip(), self.phone.text().strip()
        bad_email = bool(email) and not _EMAIL.fullmatch(email)
        bad_phone = bool(phone) and sum(c.isdigit() for c in phone) < 6
        self._fields["email"].say_wrong("Enter an e-mail address, like name@example.org." if bad_email else "")
        self._fields["phone"].say_wrong("Enter a phone number with its digits." if bad_phone else "")
        if bad_email or bad_phone:
            (self.email if bad_email else self.phone).setFocus()
        return bad_email or bad_phone
