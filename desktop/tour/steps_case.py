"""Working a case, making one, and the map."""

from __future__ import annotations

import json

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop.tour.hands import StepFailed, pause, wait_for
from desktop.tour.stage import Stage
from desktop.tour.steps_find import RESIDENT
from desktop.ui.case.view import CaseView
from desktop.ui.map.view import MapView
from desktop.ui.newcase.view import NewCaseView
from desktop.ui.resident.view import ResidentView

NOTE = "Called the resident. Visit on Thursday after 15:00."
STORY = "Two bags and a broken chair. عند البوابة الخلفية 🛋️ O'Neill's gate."


def run_case(stage: Stage) -> None:
    """A case is opened from the resident, and a note is added."""
    resident = stage.page(ResidentView)
    lines = resident.cases.lines()
    line = next(n for n, text in enumerate(lines) if "Damp" in text or n == len(lines) - 1)
    stage.hands.open_line(resident.cases, line)
    view = stage.page(CaseView)
    with stage.step("case", "Opened a case from her page") as step:
        wait_for(lambda: view.file is not None, "the case")
        step.see("title", view.head.title.text(), wanted=bool(view.head.title.text()))
        step.see("source", view.head.source.text(), wanted="as of" in view.head.source.text())
        step.see("people", view.people.accessibleName(), wanted=view.people.open_reporter is not None)
        step.see("history", view.timeline.lines()[:4], wanted=bool(view.timeline.lines()))
    area, number = read_number(view)
    _show_said(stage, view, number)
    with stage.step("note", "Wrote a note and added it") as step:
        before = len(view.timeline.lines())
        stage.hands.into(view.note.text, NOTE)
        stage.hands.push(view.note.add)
        wait_for(lambda: any(NOTE[:20] in text for text in view.timeline.lines()), "the note in the history", 10)
        step.see("history", view.timeline.lines()[:2], wanted=len(view.timeline.lines()) > before)
        stage.wait_sent()
        updates = stage.probe.fetch_updates(area, number)
        said = [update for update in updates if update.get("description") == NOTE]
        step.hear("updates with the note", said, wanted=len(said) == 1)
    _change_status(stage, view, area, number)


def _show_said(stage: Stage, view: CaseView, number: str) -> None:
    panel = stage.window.said
    with stage.step("said", "Looked at what the component really said, then asked it again") as step:
        stage.hands.push(view.head.what_it_said)
        wait_for(lambda: number in panel.text.toPlainText(), "the case in the component's own words", 10)
        step.see("kept", panel.about.text(), wanted="as of" in panel.about.text())
        stage.hands.push(panel.ask_now)
        wait_for(lambda: "just now" in panel.about.text(), "the answer of just now", 10)
        step.see("asked", panel.text.toPlainText().splitlines()[0], wanted="GET" in panel.text.toPlainText()[:40])
    stage.hands.push(panel.close_button)


def _change_status(stage: Stage, view: CaseView, area: str, number: str) -> None:
    with stage.step("status", "Changed the status, with words for the history") as step:
        stage.hands.push(view.head.change)
        now = view.file.row.status if view.file else ""
        target = next(
            s for s in view.status_card.radios if s in {"planned", "in progress", "investigating"} and s != now
        )
        stage.hands.push(view.status_card.radios[target])
        stage.hands.into(view.status_card.note, "Works are ordered.")
        stage.hands.push(view.status_card.save)
        wait_for(lambda: view.file is not None and view.file.row.status == target, f"the status {target!r}", 10)
        step.see("phase", view.head.phase.text(), wanted=bool(view.head.phase.text()))
        step.see("status among the facts", target, wanted=True)
        stage.wait_sent()
        case = stage.probe.fetch_case(area, number)
        detailed = case.get("extended_attributes", {}).get("detailed_status")
        step.hear("detailed_status", detailed, wanted=detailed == target)
    stage.memory |= {"area": area, "number": number, "status": target}


def read_number(view: CaseView) -> tuple[str, str]:
    """The component of a case, and its number there."""
    if view.file is None:
        raise StepFailed("The case is not there")
    return str(view.file.row.component), view.file.outside_id


def run_new_case(stage: Stage) -> None:
    """A case is made from the resident's page, with its component's own questions."""
    stage.search(RESIDENT.split()[0])
    stage.open_found(RESIDENT)
    resident = stage.page(ResidentView)
    stage.hands.push(resident.new_case)
    form = stage.page(NewCaseView)
    hands = stage.hands
    with stage.step("new-case-asks", "Pressed New case, chose Missed collection, and pressed Make too early") as step:
        wait_for(lambda: form.reporter.given.text() == RESIDENT.split()[0], "her name among the reporter's fields")
        wait_for(lambda: bool(form.services.lines()), "the kinds of case")
        hands.into(form.services.edit, "missed")
        hands.press(Qt.Key.Key_Return)
        wait_for(lambda: bool(form.form.boxes), "the component's questions")
        step.see("questions", [b.question.text for b in form.form.boxes.values()], wanted=len(form.form.boxes) >= 2)
        hands.into(form.description, STORY)
        hands.push(form.make)
        wrong = [b.field.error.text() for b in form.form.boxes.values() if b.field.error.text()]
        step.see("beside the fields", wrong, wanted=bool(wrong))
    with stage.step("new-case", "Answered, looked the address up and chose it") as step:
        answer_required(stage, form)
        choose_place(stage, form)
        step.see("places", [form.place.found.item(n).text() for n in range(form.place.found.count())], wanted=True)
        place = form.place.place
        step.see("chosen", place.address if place else "", wanted=place is not None and "14 Tanner" in place.address)
        step.see("draft", form.kept.text(), wanted=True)
    _make(stage, form)


def answer_required(stage: Stage, form: NewCaseView) -> None:
    """Gives each required question its first or a plain answer."""
    for box in form.form.boxes.values():
        if not box.question.required:
            continue
        if box.question.choices:
            first = next(iter(box._marks.values()), None)  # noqa: SLF001  # the tour reads widgets
            if first is not None:
                stage.hands.push(first)
        else:
            text = "16 Nov 2026" if box.question.datatype == "datetime" else "2"
            stage.hands.into(box.field.widget, text)


def choose_place(stage: Stage, form: NewCaseView) -> None:
    """Looks an address up and takes the first."""
    if form.place.place is not None:
        stage.hands.push(form.place.clear)
    stage.hands.into(form.place.edit, "14 Tanner Street")
    wait_for(lambda: form.place.found.count() > 0 and "found" in form.place.note.text(), "places from the component")
    stage.hands.press(Qt.Key.Key_Return)


def _make(stage: Stage, form: NewCaseView) -> None:
    with stage.step("case-made", "Made the case; its component gave it a number") as step:
        stage.hands.push(form.make)
        view = stage.page(CaseView)
        wait_for(lambda: view.file is not None, "the new case")
        step.see("title", view.head.title.text(), wanted=bool(view.head.title.text()))
        stage.wait_sent()
        wait_for(lambda: bool(view.file and view.file.outside_id and view.file.row.reference), "its number", 30)
        area, number = read_number(view)
        step.see("reference", view.head.reference.text(), wanted=view.head.reference.text() != "No number yet")
        case = stage.probe.fetch_case(area, number)
        kept = {name: case.get(name) for name in ("service_request_id", "description", "address", "status")}
        step.hear("case", kept, wanted=STORY in str(case.get("description")))


def run_map(stage: Stage) -> None:
    """The map shows the cases; the list goes with it; a pin opens its case."""
    stage.hands.shortcut(Qt.Key.Key_3)
    view = stage.page(MapView)
    with stage.step("map", "Opened the map") as step:
        wait_for(lambda: view.web is not None, "the web view", 30)
        # Not before: a script run in a page that is being put in place takes the web engine down.
        wait_for(lambda: view.is_drawn, "the page to be ready", 45)
        wait_for(lambda: bool(view.list.lines()), "cases in the list")
        wait_for(lambda: _cases_drawn(view) > 0, "pins on the map")
        cases = _cases_drawn(view)
        step.see("count above the list", view.count.text(), wanted=view.count.text().startswith(f"{cases:,} case"))
        ground = int(str(_ask(view, "String(document.body.dataset.ground || 0)")))
        step.see("streets and other ground", ground, wanted=ground > 0, because="the map has no ground")
        refused = view.web.guard.refused if view.web else []
        step.see("requests that were refused", refused, wanted=not refused)
        pause(600)
    with stage.step("map-filter", "Filtered the map by a word; pins and list stay in step") as step:
        stage.hands.into(view.words, "missed")
        wait_for(lambda: "missed" in view.query.text, "the filter")
        stage.settle()
        wait_for(lambda: _cases_drawn(view) == len(view.list.lines()), "pins as many as lines")
        step.see("list", view.list.lines()[:5], wanted=bool(view.list.lines()))
    _open_pin(stage, view)


def _open_pin(stage: Stage, view: MapView) -> None:
    with stage.step("map-opens-case", "Opened a case from the map") as step:
        if stage.keyboard:
            stage.hands.open_line(view.list, 0)
        else:
            _click_pin(view)
        case = stage.page(CaseView)
        wait_for(lambda: case.file is not None, "the case")
        step.see("title", case.head.title.text(), wanted=bool(case.head.title.text()))


def _click_pin(view: MapView) -> None:
    web = view.web
    target = web.focusProxy() if web is not None else None
    if target is None:
        raise StepFailed("The map has no place for the mouse")
    for _ in range(6):
        spot = json.loads(str(_ask(view, f"JSON.stringify({_FIND_PIN})")))
        if isinstance(spot, list):
            QTest.mouseClick(
                target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(int(spot[1]), int(spot[2]))
            )
            pause(900)
            if spot[0] == "pin":
                return
    raise StepFailed("No pin is to be seen, only clusters")


_FIND_PIN = """(() => {
  const inside = (e) => { const r = e.getBoundingClientRect(); const x = r.left + r.width / 2, y = r.top + r.height / 2;
    const top = document.elementFromPoint(x, y);
    return top && e.contains(top) && x > 20 && y > 20 && x < innerWidth - 80 && y < innerHeight - 20 ? [x, y] : null; };
  for (const [kind, name] of [["pin", "knit-pin"], ["ring", "knit-ring"]]) {
    for (const e of document.getElementsByClassName(name)) { const at = inside(e); if (at) { return [kind, ...at]; } }
  }
  return null;
})()"""


def _cases_drawn(view: MapView) -> int:
    """How many cases the page has drawn, in pins and clusters."""
    return int(str(_ask(view, "String(document.body.dataset.cases || 0)")))


def _ask(view: MapView, script: str) -> object:
    """What a script says of the map's page."""
    if view.web is None:
        return None
    answers: list[object] = []
    view.web.page().runJavaScript(script, 0, answers.append)
    wait_for(lambda: bool(answers), "the map's page to answer", 10)
    return answers[0]
