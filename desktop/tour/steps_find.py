"""First half of the tour: the list, the search box, two residents."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop.tour.hands import wait_for
from desktop.tour.stage import Stage
from desktop.ui.queue.view import WorkView
from desktop.ui.resident.view import ResidentView

RESIDENT, OTHER = "Cynthia Okafor", "Aziz Rahman"


def run_start(stage: Stage) -> None:
    """The window comes up and fills."""
    window = stage.window
    with stage.step("start", "Opened the training town") as step:
        stage.show()
        step.see("council", window.top.council.text(), wanted=window.top.council.text() == "Citytown Council")
        officer = window.status.officer.text()
        step.see("officer in the status bar", officer, wanted=bool(officer))
        wait_for(lambda: len(window.status.chips()) >= 10, "ten components in the status bar", 60)
        wait_for(lambda: sum("fresh" in c for c in window.status.chips()) >= 10, "every component to be fresh", 90)
        step.see("components", window.status.chips(), wanted=True)
        wait_for(lambda: not window.status.progress.text(), "the first filling to end", 90)
        view = stage.page(WorkView)
        wait_for(lambda: view.model.rowCount() > 0, "the officer's cases", 60)
        view.filters.everyone.isVisible()
        step.see("my work", view.count.text(), wanted="yours" in view.count.text())


def run_queue(stage: Stage) -> None:
    """The list is filtered, sorted and walked."""
    view = stage.page(WorkView)
    hands = stage.hands
    with stage.step("queue", "Showed everyone's cases, filtered them by a word and by a phase") as step:
        own = view.model.rowCount()
        hands.push(view.filters.everyone)
        wait_for(lambda: view.model.rowCount() > own, "more cases than the officer's own")
        step.see("everyone's cases", view.count.text(), wanted="everyone" in view.count.text())
        hands.into(view.filters.words, "fly-tipping")
        wait_for(lambda: 0 < view.model.rowCount() < 60, "few cases for the word")
        stage.settle()
        titles = [row.title for n in range(view.model.rowCount()) if (row := view.model.row_at(n))]
        step.see("titles", titles[:6], wanted=any("Fly-tipping" in title for title in titles))
    with stage.step("queue-keys", "Cleared the filter and walked the list by keys") as step:
        hands.into(view.filters.words, "")
        wait_for(lambda: view.model.rowCount() > own, "all cases again")
        hands.focus(view.table)
        hands.press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        for _ in range(3):
            hands.press(Qt.Key.Key_Down)
        line = view.table.currentIndex().row()
        step.see("line that has the focus", line, wanted=line == 3)
    hands.push(view.filters.mine)


def run_search(stage: Stage) -> None:
    """A resident is found in the box on top."""
    with stage.step("search", f"Pressed Ctrl+K and typed {RESIDENT.split(maxsplit=1)[0]}") as step:
        lines = stage.search(RESIDENT.split(maxsplit=1)[0])
        step.see("found", lines[:12], wanted="People" in lines and "References" in lines)
    stage.open_found(RESIDENT)


def run_resident(stage: Stage) -> None:
    """The resident's page joins all components."""
    view = stage.page(ResidentView)
    with stage.step("resident", f"Opened {RESIDENT}") as step:
        wait_for(lambda: view.head.name.text() == RESIDENT, "her name at the head")
        chips = view.chips.lines()
        found = [chip for chip in chips if "found" in chip and "not found" not in chip]
        step.see("chips", chips, wanted=len(found) >= 5, because="at least five components know her")
        step.see("linked", view.head.joined.text(), wanted="Linked in" in view.head.joined.text())
        lines = view.timeline.lines()
        kinds = {kind for kind in ("Cases", "Payments") if any(f"{kind}, " in line for line in lines)}
        step.see("timeline", lines[:8], wanted=kinds == {"Cases", "Payments"})
        step.see("open cases", view.cases.lines(), wanted=len(view.cases.lines()) >= 2)
        step.see("payments", view.payments.lines(), wanted=bool(view.payments.lines()))
        step.see(
            "places",
            view.places_card.map.accessibleName(),
            wanted="Street" in view.places_card.map.accessibleName() or len(chips) > 0,
        )
        around = view.around.lines
        wait_for(lambda: bool(around()) and not any("is being asked" in line for line in around()), "partners", 20)
        step.see("around home", [line[:80] for line in around()], wanted=len(around()) >= 4)
    with stage.step("resident-payments", "Narrowed the timeline to payments") as step:
        stage.hands.push(view.kind_chips["payments"])
        lines = [line for line in view.timeline.lines() if ". " in line]
        step.see("timeline", lines[:6], wanted=bool(lines) and all("Payments, " in line for line in lines))
    stage.hands.push(view.all_chip)


def run_second(stage: Stage) -> None:
    """A second resident is open beside the first, and nothing is lost in switching."""
    with stage.step("two-residents", f"Opened {OTHER} as well, and went back by Ctrl+Tab") as step:
        stage.search(OTHER.split(maxsplit=1)[0])
        stage.open_found(OTHER)
        view = stage.page(ResidentView)
        wait_for(lambda: view.head.name.text() == OTHER, "his name at the head")
        stage.hands.shortcut(Qt.Key.Key_Tab)
        back = stage.page(ResidentView)
        step.see("in front again", back.head.name.text(), wanted=back.head.name.text() == RESIDENT)
        tabs = [stage.window.tabs.tabText(n) for n in range(stage.window.tabs.count())]
        step.see("tabs", tabs, wanted={RESIDENT, OTHER} <= set(tabs))
