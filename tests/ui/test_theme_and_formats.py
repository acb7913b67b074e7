"""Colours, marks and the way things are written."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from desktop.domain.cases import Phase
from desktop.domain.payments import PaymentState
from desktop.ui import formats
from desktop.ui.theme.contrast import contrast, pairs
from desktop.ui.theme.look import Look
from desktop.ui.theme.marks import LETTERS, mark_path
from desktop.ui.theme.style import build_sheet
from desktop.ui.theme.tokens import CONTRAST, DARK, LIGHT, THEMES, Theme

NOW = datetime(2026, 9, 14, 8, 52, tzinfo=UTC)


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=lambda t: t.name)
def test_every_pair_of_colours_that_is_drawn_can_be_read(theme: Theme) -> None:
    too_pale = {name: round(got, 2) for name, got, needs in pairs(theme) if got < needs}
    assert not too_pale


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_themes_name_the_same_colours() -> None:
    assert {f.name for f in fields(LIGHT)} == {f.name for f in fields(DARK)}
    assert set(THEMES) == {"light", "dark", "contrast"}


def test_the_style_sheet_leaves_no_colour_unnamed() -> None:
    assert "$" not in build_sheet(LIGHT)


def test_marks_have_different_outlines() -> None:
    outlines = {kind: mark_path(kind) for kind in LETTERS}
    assert all(path.contains(QPointF(10, 9)) for path in outlines.values())
    shapes = {tuple(round(path.angleAtPercent(n / 10)) for n in range(10)) for path in outlines.values()}
    assert len(shapes) == len(LETTERS)


def test_an_icon_is_drawn_once_for_each_colour(qapp: QApplication) -> None:
    look = Look()
    assert look.icon_pixmap("magnify", "text", 16).cacheKey() == look.icon_pixmap("magnify", "text", 16).cacheKey()
    assert look.icon_pixmap("magnify", "text", 16).cacheKey() != look.icon_pixmap("magnify", "bad", 16).cacheKey()


def test_times_are_shown_in_london() -> None:
    assert formats.format_moment(NOW) == "14 Sep 2026 09:52"
    assert formats.format_moment(datetime(2026, 1, 5, 9, 0, tzinfo=UTC)) == "05 Jan 2026 09:00"


def test_today_has_only_its_time() -> None:
    assert formats.format_when(NOW - timedelta(hours=1), NOW) == "08:52"
    assert formats.format_when(NOW - timedelta(days=2), NOW) == "12 Sep 2026"


def test_the_day_changes_at_midnight_in_london_not_in_utc() -> None:
    assert formats.format_day(datetime(2026, 9, 13, 23, 30, tzinfo=UTC), NOW) == "Today, Monday 14 Sep 2026"


@pytest.mark.parametrize(
    ("apart", "tone"), [(timedelta(minutes=-1), "over"), (timedelta(days=1), "soon"), (timedelta(days=9), "far")]
)
def test_a_deadline_has_a_tone(apart: timedelta, tone: str) -> None:
    assert formats.due_tone(NOW + apart, NOW, is_open=True) == tone


def test_work_that_is_done_is_not_late() -> None:
    assert formats.due_tone(NOW - timedelta(days=9), NOW, is_open=False) == "none"


@pytest.mark.parametrize(
    ("days", "words"), [(3, "3 days left"), (1, "1 day left"), (0, "Due today"), (-1, "1 day late")]
)
def test_what_is_left_is_said_in_words(days: int, words: str) -> None:
    assert formats.format_due_left(NOW + timedelta(days=days), NOW) == words


def test_age_changes_on_the_birthday() -> None:
    assert formats.format_age(date(2012, 9, 14), NOW) == 14
    assert formats.format_age(date(2012, 9, 15), NOW) == 13


def test_every_phase_and_state_has_words_and_an_icon() -> None:
    assert set(formats.PHASE_ICONS) == set(Phase)
    assert set(formats.PAYMENT_WORDS) == set(PaymentState)


def test_a_street_is_enough_of_an_address_and_a_flat_names_its_house() -> None:
    assert formats.format_street("14 Tanner Street, Citytown, CY4 2LT") == "14 Tanner Street"
    assert formats.format_street("Flat 9, 12 Weir House, Citytown") == "Flat 9, 12 Weir House"
    assert formats.format_street("Flat 9") == "Flat 9"
    assert formats.format_street("") == ""


def test_every_state_of_a_payment_has_a_word_and_a_mark() -> None:
    assert {state: state.word for state in PaymentState} == {s: words[0] for s, words in formats.PAYMENT_WORDS.items()}
