"""A new case that its component refuses: said, mended in its form, and sent again with what was written on it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop.tour.hands import wait_for
from desktop.tour.stage import Stage
from desktop.tour.steps_case import answer_required, choose_place, read_number
from desktop.ui.case.view import CaseView
from desktop.ui.newcase.view import NewCaseView

LONG = "Written on the wall of the café, on both sides of the door and round the corner. " * 60
"""More than the 4,000 characters that GeoReport v2 takes."""
SHORT = "Written on the wall of the café, on both sides of the door."
NOTE = "The owner rang again about the wall."


def run_mending(stage: Stage) -> None:
    """Too long a text is refused; the officer writes a note meanwhile, looks what giving up would drop, and mends it."""
    _make_refused(stage)
    view = stage.page(CaseView)
    _look_at_outbox(stage, view)
    _mend(stage)


def _make_refused(stage: Stage) -> None:
    hands = stage.hands
    hands.shortcut(Qt.Key.Key_N)
    form = stage.page(NewCaseView)
    wait_for(lambda: bool(form.services.lines()), "the kinds of case")
    hands.into(form.services.edit, "graffiti")
    hands.press(Qt.Key.Key_Return)
    wait_for(lambda: bool(form.form.boxes), "the questions")
    hands.into(form.title, "Paint on the café")
    hands.into(form.description, LONG)
    answer_required(stage, form)
    choose_place(stage, form)
    with stage.step("refused", "Made a case with a text that is too long; wrote a note on it meanwhile") as step:
        hands.push(form.make)
        view = stage.page(CaseView)
        wait_for(view.needs.refused.isVisible, "the card that says it was refused", 45)
        card = view.needs.refused.accessibleName()
        step.see("card", card, wanted="refused this case" in card and "4,000 characters" in card)
        hands.into(view.note.text, NOTE)
        hands.push(view.note.add)
        wait_for(lambda: any(NOTE in text for text in view.timeline.lines()), "the note in the history", 10)
        step.see("history", view.timeline.lines(), wanted=True)
        step.see("reference", view.head.reference.text(), wanted=view.head.reference.text() == "No number yet")


def _look_at_outbox(stage: Stage, view: CaseView) -> None:
    with stage.step(
        "giving-up-asks", "Opened the outbox and pressed Discard: it says first what else would go"
    ) as step:
        stage.hands.shortcut(Qt.Key.Key_B)
        wait_for(lambda: len(stage.window.outbox.op_rows()) == 2, "the case and its note in the outbox", 5)
        line = stage.window.outbox.op_rows()[0]
        stage.hands.push(line.drop)
        words = line.along.text()
        step.see("what would go too", words, wanted=line.along.isVisible() and NOTE[:20] in words)
    stage.hands.press(Qt.Key.Key_Escape)
    wait_for(lambda: not stage.window.outbox.isVisible(), "the outbox to go", 5)
    stage.hands.push(view.needs.refused.mend)


def _mend(stage: Stage) -> None:
    form = stage.page(NewCaseView)
    with stage.step("mend", "Pressed Mend and send again: everything typed is there") as step:
        wait_for(lambda: form.description.toPlainText() == LONG, "the words of before", 10)
        step.see("title", form.title.text(), wanted=form.title.text() == "Paint on the café")
        place = form.place.place
        step.see("place", place.address if place else "", wanted=place is not None and "14 Tanner" in place.address)
        stage.hands.into(form.description, SHORT)
    with stage.step("mended", "Shortened it and sent it again; the note followed") as step:
        stage.hands.push(form.make)
        view = stage.page(CaseView)
        stage.wait_sent()
        wait_for(lambda: bool(view.file and view.file.row.reference), "its number", 30)
        area, number = read_number(view)
        step.see("reference", view.head.reference.text(), wanted=number in view.head.reference.text())
        step.see("card", view.needs.refused.isVisible(), wanted=not view.needs.refused.isVisible())
        case = stage.probe.fetch_case(area, number)
        step.hear("description", case.get("description"), wanted=case.get("description") == SHORT)
        notes = [update.get("description") for update in stage.probe.fetch_updates(area, number)]
        step.hear("notes", notes, wanted=notes == [NOTE])
