"""Working offline and coming back, a conflict, a component that stops, a new start, other themes and larger text."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop.tour.hands import pause, wait_for
from desktop.tour.stage import Stage
from desktop.ui.case.view import CaseView
from desktop.ui.newcase.view import NewCaseView
from desktop.ui.queue.model import HEADS
from desktop.ui.queue.view import WorkView
from desktop.ui.resident.view import ResidentView

OFFLINE_NOTE = "Typed without a network. It waits here."
TYPED = "Typed, and never sent before the desk was closed."


def run_offline(stage: Stage) -> None:
    """Edits are kept while offline; a colleague changes the same field meanwhile."""
    stage.search(stage.memory["number"])
    stage.open_found(stage.memory["number"])
    view = stage.page(CaseView)
    wait_for(lambda: view.file is not None, "the case")
    area, number = stage.memory["area"], stage.memory["number"]
    with stage.step("offline", "Turned Work offline on, wrote a note and changed the status") as step:
        stage.hands.push(stage.window.status.offline)
        wait_for(stage.window.banner.isVisible, "the sentence that says so", 5)
        step.see(
            "sentence", stage.window.banner.text.text(), wanted="You work offline" in stage.window.banner.text.text()
        )
        stage.hands.into(view.note.text, OFFLINE_NOTE)
        stage.hands.push(view.note.add)
        wait_for(lambda: any(OFFLINE_NOTE[:20] in t for t in view.timeline.lines()), "the note in the history", 10)
        stage.hands.push(view.head.change)
        stage.hands.push(view.status_card.radios["action scheduled"])
        stage.hands.push(view.status_card.save)
        wait_for(lambda: "2 waiting" in stage.window.status.outbox.text(), "two edits in the outbox", 10)
        step.see("outbox", stage.window.status.outbox.text().strip(), wanted=True)
        updates = stage.probe.fetch_updates(area, number)
        texts = [u.get("description") for u in updates]
        step.hear("last words at the component", texts[-1:], wanted=OFFLINE_NOTE not in texts)
    with stage.step("outbox", "Opened the outbox") as step:
        stage.hands.shortcut(Qt.Key.Key_B)
        wait_for(lambda: len(stage.window.outbox.lines()) == 2, "two lines in the outbox", 5)
        step.see("lines", stage.window.outbox.lines(), wanted=True)
    stage.hands.press(Qt.Key.Key_Escape)
    answer = stage.probe.change_as_colleague(area, number, status="fixed", text="Done this morning.", by="Priya Nair")
    stage.memory["theirs"] = str(answer.get("case", {}).get("status", "fixed"))


def run_conflict(stage: Stage) -> None:
    """Back online both values are kept, and the officer chooses."""
    view = stage.page(CaseView)
    area, number = stage.memory["area"], stage.memory["number"]
    with stage.step("conflict", "Came back online: a colleague had changed the status too") as step:
        stage.hands.push(stage.window.status.offline)
        wait_for(lambda: bool(view.needs.conflicts), "the card with both values", 60)
        card = view.needs.conflicts[0]
        step.see("card", card.accessibleName(), wanted="both changed" in card.accessibleName())
        values = [card.mine.radio.accessibleName(), card.theirs.radio.accessibleName()]
        step.see("values", values, wanted="action scheduled" in values[0] and "fixed" in values[1])
        texts = [u.get("description") for u in stage.probe.fetch_updates(area, number)]
        step.hear("times the offline note is there", texts.count(OFFLINE_NOTE), wanted=texts.count(OFFLINE_NOTE) == 1)
        detailed = stage.probe.fetch_case(area, number).get("extended_attributes", {}).get("detailed_status")
        step.hear("detailed_status", detailed, wanted=detailed == "fixed")
    with stage.step("conflict-settled", "Chose the officer's own value, with a reason") as step:
        stage.hands.push(card.mine.radio)
        step.see("main button", card.keep.text(), wanted=card.keep.text() == "Keep action scheduled")
        stage.hands.into(card.reason, "The works are still to come.")
        stage.hands.push(card.keep)
        wait_for(lambda: not view.needs.conflicts, "the card to go", 30)
        stage.wait_sent()
        wait_for(
            lambda: (
                stage.probe.fetch_case(area, number).get("extended_attributes", {}).get("detailed_status")
                == "action scheduled"
            ),
            "the component to have the officer's value",
            30,
        )
        step.hear("detailed_status", "action scheduled", wanted=True)
        step.see("phase", view.head.phase.text(), wanted=bool(view.head.phase.text()))


def run_stopped(stage: Stage) -> None:
    """A component that is down says so on its chip; the rest goes on."""
    stage.search("Cynthia")
    stage.open_found("Cynthia Okafor")
    view = stage.page(ResidentView)
    with stage.step("component-down", "Parks was taken down; F5") as step:
        stage.probe.set_power("parks", up=False)
        stage.hands.press(Qt.Key.Key_F5)
        wait_for(
            lambda: any("Parks: stopped" in chip for chip in stage.window.status.chips()), "the chip to say so", 90
        )
        chips = stage.window.status.chips()
        step.see("status bar", chips, wanted=sum("fresh" in chip for chip in chips) >= 8)
        wait_for(lambda: any("Parks" in c and "stopped" in c for c in view.chips.lines()), "her chip to say so", 30)
        step.see("her chips", view.chips.lines(), wanted=True)
        step.see("her cases", view.cases.lines()[:3], wanted=bool(view.cases.lines()))
    stage.probe.set_power("parks", up=True)


def run_restart(stage: Stage) -> None:
    """What was typed and which pages were open come back at the next start."""
    stage.hands.shortcut(Qt.Key.Key_N)
    form = stage.page(NewCaseView)
    wait_for(lambda: bool(form.services.lines()), "the kinds of case")
    stage.hands.into(form.services.edit, "graffiti")
    stage.hands.press(Qt.Key.Key_Return)
    wait_for(lambda: bool(form.form.boxes), "the questions")
    stage.hands.into(form.description, TYPED)
    wait_for(lambda: "Draft kept" in form.kept.text(), "the draft to be kept", 10)
    tabs = stage.window.pages.ids()
    stage.settle()
    pause(700)
    with stage.step("restart", "Closed the desk with a form half filled in, and opened it again") as step:
        stage.restart()
        wait_for(lambda: len(stage.window.pages.ids()) >= len(tabs), "the tabs of before", 15)
        titles = [stage.window.tabs.tabText(n) for n in range(stage.window.tabs.count())]
        step.see("tabs", titles, wanted=set(tabs) <= set(stage.window.pages.ids()))
        again = stage.page(NewCaseView)
        wait_for(lambda: again.description.toPlainText() == TYPED, "the words of before", 15)
        step.see("description", again.description.toPlainText(), wanted=True)
    with stage.step("draft-discarded", "Discarded the draft") as step:
        stage.hands.push(again.discard)
        stage.hands.push(again.discard)
        wait_for(lambda: not any(tab.startswith("new/") for tab in stage.window.pages.ids()), "the form to go", 10)
        step.see("tabs", stage.window.pages.ids(), wanted=True)


def run_themes(stage: Stage) -> None:
    """The same page in the dark theme and in high contrast."""
    stage.search("Cynthia")
    stage.open_found("Cynthia Okafor")
    stage.page(ResidentView)
    for words, name in (("Theme: dark", "dark"), ("Theme: high contrast", "contrast"), ("Theme: light", "light")):
        with stage.step(f"theme-{name}", f"Ran the command {words!r}") as step:
            stage.run_command(words)
            now = stage.window.context.look.theme.name
            step.see("theme", now, wanted=now == name)


def run_sizes(stage: Stage) -> None:
    """The largest text, on her page and in the list, whose columns fold; then as before."""
    look = stage.window.context.look
    with stage.step("text-150", "Pressed Ctrl and plus three times") as step:
        for _ in range(3):
            stage.hands.shortcut(Qt.Key.Key_Plus)
        step.see("text size", look.percent, wanted=look.percent == 150)
    stage.hands.shortcut(Qt.Key.Key_1)
    table = stage.page(WorkView).table
    with stage.step("text-150-list", "Went to My work") as step:
        heads = [HEADS[n] for n in range(len(HEADS)) if not table.isColumnHidden(n)]
        step.see("columns", heads, wanted={"Reference", "Title", "Target"} <= set(heads) < set(HEADS))
    with stage.step("text-100", "Pressed Ctrl and 0") as step:
        stage.hands.shortcut(Qt.Key.Key_0)
        step.see("text size", look.percent, wanted=look.percent == 100)
