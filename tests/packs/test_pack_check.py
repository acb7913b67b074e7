"""`knit packs check`: the shipped packs are sound, and each planted fault is found in its file, at its line, by its field."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.domain.errors import InvalidInput
from desktop.packs.checks import check_path, find_folders
from desktop.packs.commands import load_lgsl, packs_command
from tests.helpers.contracts import SPECS, needs_specs
from tests.helpers.made_packs import PACKS, SHARED, TOWN, copy_packs

FLY = "shared/cleaning/fly-tipping.toml"
FLY_FORM = "shared/cleaning/forms/fly-tipping.json"
BIN = "shared/waste/missed-bin.toml"
BULKY = "shared/waste/bulky-waste.toml"
TOWN_BULKY = "citytown/waste/bulky-waste.toml"
FAULTS: dict[str, tuple[str, str, str, str, str]] = {
    # name: file, what stands there, what is put there, the field of the finding, words of its sentence
    "unknown status in from": (FLY, 'from = ["clearing"]', 'from = ["clearin"]', "transitions.clear.from", "“clearin” is no status"),
    "unknown status in to": (FLY, 'to = "private_land"', 'to = "private"', "transitions.tell_owner.to", "no status"),
    "empty target": (FLY, 'to = "private_land"', 'to = ""', "transitions.tell_owner.to", "leads nowhere"),
    "step to itself": (FLY, 'to = "closed"', 'to = "cleared"', "transitions.close.to", "to itself"),
    "unknown initial": (FLY, 'initial = "reported"', 'initial = "new"', "initial", "“new” is no status"),
    "unknown phase": (FLY, 'phase = "waiting"', 'phase = "paused"', "statuses.enforcement.phase", "There are: new"),
    "one word for two statuses": (FLY, 'words = ["fixed"]', 'words = ["In_Progress"]', "statuses.cleared.words", "two statuses"),
    "no role": (FLY, 'roles = ["lead", "manager"]', "roles = []", "transitions.close_enforcement.roles", "Nobody may"),
    "unknown letter": (FLY, 'letter = "cleared"', 'letter = "clear"', "transitions.clear.letter", "no letter"),
    "cycle of tasks": (FLY, 'before = ["miss", "clear"]', 'needs = ["specialist"]', "tasks.visit.needs", "wait for each other"),
    "unknown task": (FLY, 'needs = ["visit"]', 'needs = ["vist"]', "tasks.search.needs", "no task"),
    "unknown event": (FLY, 'started_by = ["penalty_served"]', 'started_by = ["served"]', "deadlines.pay_penalty.started_by", "no event"),
    "statutory without nation": (FLY, 'nations = ["England"]', "nations = []", "deadlines.pay_penalty.nations", "Name the nation"),
    "source without address": (FLY, "https://www.legislation.gov.uk/ukpga/1990", "ukpga/1990", "deadlines.pay_penalty.source.url", "https"),
    "no date in force": (FLY, "in_force = 2016-05-09", "", "deadlines.pay_penalty.source.in_force", "missing"),
    "date in force as text": (FLY, "in_force = 2016-05-09", 'in_force = "May 2016"', "deadlines.pay_penalty.source.in_force", ""),
    "red before amber": (FLY, "red = 2", "red = 7", "deadlines.visit.red", "red before it is amber"),
    "pause without an end": (FLY, 'resumed_by = ["answered"]', "", "deadlines.clear", "Name both"),
    "fee that is no money": (FLY, 'amount = "400.00"', 'amount = "400 pounds"', "fees.penalty.amount", "no amount of money"),
    "fee above its most": (FLY, 'amount = "400.00"', 'amount = "1000.01"', "fees.penalty.most", "in order"),
    "fee as a number": (FLY, 'amount = "400.00"', "amount = 400", "fees.penalty.amount", "Write text in quotation marks here"),
    "rule that hangs": (FLY, 'when = "danger"', "when = 'size =~ \"(a+)+$\"'", "stops.danger.when", "regular expression"),
    "rule on a question that is not there": (FLY, 'when = "danger"', 'when = "perils"', "stops.danger.when", "“perils”, which is no fact"),
    "rule that gives a number": (FLY, 'when = "danger"', 'when = "1 + 1"', "stops.danger.when", "yes or no is wanted"),
    "facts worked out from each other": (FLY, 'rule = "names_found or', 'rule = "hazardous and evidence or', "calculated.evidence.rule", "each other"),
    "a route for all comes first": (FLY, 'when = "evidence"\n\n[[routes]]', "\n[[routes]]", "routes.enforcement", "stand last"),
    "restricted without right": (FLY, "version = 1", "version = 1\nrestricted = true", "right", "names the right"),
    "duplicates across the world": (FLY, "metres = 60", "metres = 60000", "duplicates.metres", "metres"),
    "no retention": (FLY, '"not_found", "duplicate"]\nmonths', '"not_found"]\nmonths', "statuses.duplicate", "how long"),
    "retention of an open status": (FLY, 'outcomes = ["closed"]', 'outcomes = ["closed", "clearing"]', "retention.enforced.outcomes", "has ended"),
    "a field that is not there": (FLY, "amber = 6", "ambre = 6", "deadlines.visit.ambre", "no such field"),
    "one id twice": (FLY, 'id = "hazard"\nwhen = "hazardous"', 'id = "danger"\nwhen = "hazardous"', "stops.danger", "twice"),
    "not TOML": (FLY, 'phase = "waiting"', "phase = waiting", "", "not TOML"),
    "form that is no JSON Schema": (FLY_FORM, '"maxLength": 200', '"maxLength": "200"', "properties.registration.maxLength", "not JSON Schema"),
    "form with a pattern": (FLY_FORM, '"maxLength": 200', '"pattern": "^(a+)+$"', "properties.registration.pattern", "regular expressions"),
    "form that points outside": (FLY_FORM, '"maxLength": 200', '"$ref": "https://example.org/x"', "properties.registration.$ref", "points at nothing"),
    "form with an old dialect": (FLY_FORM, "2020-12", "2019-09", "$schema", "2020-12"),
    "form that asks for what is not there": (FLY_FORM, '"required": ["danger",', '"required": ["peril",', "required", "“peril”"),
    "form with an unknown widget": (FLY_FORM, '"widget": "text"', '"widget": "slider"', "properties.registration.x-knit.widget", "slider"),
    "a choice without a name": (FLY_FORM, '"tyres": "Tyres",', "", "properties.kinds.x-knit.choices", "“tyres” has no name"),
    "a question's rule": (FLY_FORM, '"when": "vehicle_seen"', '"when": "vehicle"', "properties.registration.x-knit.when", "no fact"),
    "not JSON": (FLY_FORM, '"type": "object",', '"type": "object"', "", "not JSON"),
    "template with an unknown field": ("shared/cleaning/letters/penalty.txt", "{resident_name}", "{resident}", "resident", "no field"),
    "template that looks inside": ("shared/cleaning/letters/penalty.txt", "{resident_name}", "{resident_name.__class__}", "resident_name.__class__", "no field"),
    "template with an open brace": ("shared/cleaning/letters/penalty.txt", "{reason}", "{reason", "", "brace"),
    "a letter outside the pack": (FLY, 'file = "penalty.txt"', 'file = "../../../secret.txt"', "letters.penalty.file", "“letters”"),
    "a letter that is not there": (FLY, 'file = "penalty.txt"', 'file = "fine.txt"', "letters.penalty.file", "not there"),
    "a form that is not there": (FLY, "forms/fly-tipping.json", "forms/fly.json", "", "not there"),
    "no number of the list": ("shared/cleaning/service.toml", "lgsl = [587]", "lgsl = [58700, 587]", "lgsl", "58700 is no number"),
    "a number that the service does not name": (FLY, "lgsl = 587", "lgsl = 588", "lgsl", "588"),
    "another folder's name": ("shared/cleaning/service.toml", 'code = "cleaning"', 'code = "clean"', "code", "cleaning"),
    "an unknown capability": ("shared/cleaning/service.toml", 'cases = ""', 'casework = ""', "components.casework", "There are: cases"),
    "one component code for two": (BIN, 'component_code = "missed-bin"', 'component_code = "bulky-waste"', "case_types", "two case types"),
    "a slot that ends before it begins": (BULKY, 'begins = "07:00"', 'begins = "17:00"', "slots.weekdays.begins", "earlier first"),
    "a version with no way to it": (BULKY, "version = 1\nstatuses", "version = 2\nstatuses", "migrations.from_1.version", "earlier version"),
    "a status of no version": (BULKY, 'paid = "booked"', 'paid = "bookd"', "migrations.from_1.statuses", "“bookd”"),
    "a worked-out fee without a limit": (BULKY, 'most = "75.00"\n', "", "fees.collection.most", "limit"),
    "an override made against the future": (TOWN_BULKY, "against = 2", "against = 9", "override.against", "against = 2"),
    "a conflict with the newer shared pack": (TOWN_BULKY, "against = 2", "against = 1", "fees.collection.rule", "Both changed it"),
    "an override that removes nothing": (TOWN_BULKY, 'id = "asbestos"', 'id = "asbestus"\nremove = true', "stops.asbestus.remove", "cannot be taken out"),
    "an override's own fault": (TOWN_BULKY, "weekdays = [5]", "weekdays = [7]", "slots.saturdays.weekdays", "Sunday"),
    "a council's name in a shared pack": ("shared/cleaning/letters/cleared.txt", "{council_name}", "CITYTOWN", "", "Move it to that council's override"),
    "an empty name": (FLY, 'name = "Fly-tipping"', 'name = " "', "name", "empty"),
    "a right without a restriction": (FLY, "version = 1", 'version = 1\nright = "see_it"', "restricted", "not restricted"),
    "a stop that says nothing": (FLY, 'say = "Do not touch or move it. A licensed contractor comes for it."', 'say = ""', "stops.hazard.say", "Write what"),
    "a fee with an amount and a rule": (FLY, 'amount = "400.00"', 'amount = "400.00"\nrule = "1 + 1"', "fees.penalty.amount", "either"),
    "a fee's source without a law": (FLY, 'text = "Environmental Protection Act 1990, section 33ZA, as', 'text = ""\n# text = "', "fees.penalty.source.text", "Name the law"),
    "a question that asks itself": (FLY_FORM, '"when": "vehicle_seen"', '"when": "registration == \\"x\\""', "properties.registration.x-knit.when", "own answer"),
    "a rule on a question without words": (FLY_FORM, '"fact": "danger" }', '"fact": "" }', "stops.danger.when", "in “fact”"),
    "a fact that is also a question": (FLY, 'id = "evidence"\nname', 'id = "details"\nname', "calculated.details", "also a question"),
    "a slot for nobody": (BULKY, "most = 12", "most = 0", "slots.weekdays.most", "1 or more"),
    "a slot with too long a notice": (BULKY, "notice_days = 2", "notice_days = 200", "slots.weekdays.notice_days", "shorter"),
    "a time that is none": (BULKY, 'ends = "15:00"', 'ends = "3pm"', "slots.weekdays.begins", "two times"),
    "duplicates for ever": (FLY, "days = 14", "days = 0", "duplicates.days", "days"),
    "texts more than alike": (FLY, "likeness = 0.35", "likeness = 1.5", "duplicates.likeness", "0 to 1"),
    "a task before no step": (FLY, 'before = ["close_enforcement"]', 'before = ["finish"]', "tasks.search.before", "no transition"),
    "an outcome kept twice": (FLY, 'outcomes = ["cleared",', 'outcomes = ["closed", "cleared",', "retention.cleared.outcomes", "two rules"),
    "kept for no time": (FLY, "months = 24", "months = 0", "retention.cleared.months", "1 to 1500"),
    "kept for no reason": (FLY, 'source = "The council\'s own schedule: two', 'source = ""  # two', "retention.cleared.source", "Say why"),
    "a list that is a text": (BIN, 'code = "missed-bin"', 'code = "missed-bin"\nmigrations = "none"', "migrations", "table of its own"),
    "a status without words": (FLY, 'words = ["fixed"]', "words = []", "statuses.cleared.words", "own word"),
    "a step from nowhere": (FLY, 'from = ["clearing"]', "from = []", "transitions.clear.from", "begins nowhere"),
    "version nought": (FLY, "version = 1", "version = 0", "version", "first version is 1"),
    "a service without a number": ("shared/cleaning/service.toml", "lgsl = [587]", "lgsl = []", "lgsl", "at least one number"),
    "a service without a case type": ("shared/cleaning/service.toml", '["fly-tipping"]', "[]", "case_types", "at least one case type"),
    "a case type named twice": ("shared/cleaning/service.toml", '["fly-tipping"]', '["fly-tipping", "fly-tipping"]', "case_types", "stands twice"),
    "another code than the file's": (FLY, 'code = "fly-tipping"', 'code = "tipping"', "case_types", "Make both the same"),
    "a council's file that is no TOML": ("citytown/council.toml", "name =", "name", "", "not TOML"),
    "an override that is no TOML": (TOWN_BULKY, "weekdays = [5]", "weekdays = [5", "", "not TOML"),
    "no words of the council": ("citytown/council.toml", 'words = ["Citytown", "Castle Ward", "City Hall Square"]', "words = []", "words", "council's own"),
}  # fmt: skip
ELSEWHERE = {
    "no date in force", "pause without an end", "no retention", "a route for all comes first", "a letter outside the pack",
    "a letter that is not there", "a form that is not there", "fee above its most", "restricted without right",
    "a number that the service does not name", "one component code for two", "a conflict with the newer shared pack",
    "a worked-out fee without a limit", "facts worked out from each other", "not JSON", "a choice without a name",
    "cycle of tasks", "another folder's name", "an override that removes nothing", "an override made against the future",
    "one id twice", "a fee with an amount and a rule", "a right without a restriction", "a fee's source without a law",
    "a rule on a question without words", "a fact that is also a question", "a time that is none", "an outcome kept twice",
    "another code than the file's", "kept for no reason", "an override that is no TOML", "a list that is a text",
}  # fmt: skip
"""Faults that are found at another line than where they were planted, or in another file: at what they make wrong."""


def test_the_shipped_packs_are_sound() -> None:
    assert check_path(PACKS) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_with_its_file_line_and_field(name: str, tmp_path: Path) -> None:
    file, before, after, field, said = FAULTS[name]
    packs = copy_packs(tmp_path)
    line = packs.change(file, before, after)
    found = packs.check()
    fitting = [one for one in found if one.field.startswith(field) and said in one.message and (field or not one.field)]
    assert fitting, "\n".join(map(str, found))
    places = {(one.file.relative_to(packs.root).as_posix(), one.line) for one in fitting}
    assert (file, line) in places or name in ELSEWHERE
    assert all(one.message.rstrip().endswith((".", "”")) for one in found)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("no date in force", (FLY, "[deadlines.source]")),
        ("pause without an end", (FLY, '[[deadlines]]\nid = "clear"')),
        ("no retention", (FLY, '[[statuses]]\nid = "duplicate"')),
        ("fee above its most", (FLY, 'most = "1000.00"')),
        ("restricted without right", (FLY, "# Waste dumped")),
        ("a conflict with the newer shared pack", (TOWN_BULKY, 'rule = "item_count')),
        ("a choice without a name", (FLY_FORM, '"choices": {')),
        ("a form that is not there", ("shared/cleaning/forms/fly.json", "")),
    ],
)  # fmt: skip
def test_what_is_missing_is_found_where_it_should_stand(name: str, place: tuple[str, str], tmp_path: Path) -> None:
    file, before, after, _field, said = FAULTS[name]
    packs = copy_packs(tmp_path)
    packs.change(file, before, after)
    where = packs.root / place[0]
    text = where.read_text(encoding="utf-8") if where.exists() else ""
    line = text[: text.index(place[1])].count("\n") + 1
    lines = {(one.file, one.line) for one in packs.check() if said in one.message}
    assert {(where, line), (where, line + 1)} & lines


def test_a_status_that_nothing_leads_to_is_found(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    line = packs.add(FLY, '\n[[statuses]]\nid = "lost"\nname = "Lost"\nphase = "triage"\nwords = ["lost"]\n')
    found = {(one.line, one.field, one.message) for one in packs.check() if one.file.name == "fly-tipping.toml"}
    assert (line + 1, "statuses.lost", "No step leads to “Lost”. Add one, or take the status out.") in found


def test_a_status_that_leads_to_no_end_is_found(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    packs.change(FLY, 'from = ["reported", "investigating", "enforcement"]', 'from = ["reported", "investigating"]')
    packs.change(FLY, 'from = ["enforcement"]\nto = "closed"', 'from = ["cleared"]\nto = "closed"')
    assert "statuses.enforcement" in {one.field for one in packs.check() if "closed or cancelled" in one.message}


def test_several_faults_are_said_at_once(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    for name in ("unknown status in to", "no role", "unknown task", "rule that hangs", "form with a pattern"):
        packs.change(*FAULTS[name][:3])
    assert len({one.field for one in packs.check()}) >= 5


def test_a_huge_and_a_deep_file_are_found(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    with (packs.root / FLY_FORM).open("r+b") as stream:
        stream.truncate(2_000_000_000)
    (packs.root / BIN).write_text("a = " + "[" * 60 + "]" * 60, encoding="utf-8")
    said = {one.file.name: one.message for one in packs.check() if one.line == 1}
    assert "2,000,000,000" in said["fly-tipping.json"]
    assert "deeper than 20" in said["missed-bin.toml"]


def test_a_pack_with_more_steps_than_anybody_could_take_is_refused_at_once(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    step = '\n[[transitions]]\nid = "s{0}"\nname = "s"\nfrom = ["reported"]\nto = "closed"\n'
    packs.add(FLY, "".join(step.format(number) for number in range(2_000)))
    assert [(one.field, one.message) for one in packs.check() if one.field == "transitions"] == [
        ("transitions", "There are 2,010 tables here. Keep to 200.")
    ]


def test_a_stray_file_and_a_forgotten_case_type_are_found(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    packs.add("citytown/cleaning/letters/clearde.txt", "Thank you.\n")
    packs.add("citytown/parks/trees.toml", "[override]\nagainst = 1\n")
    packs.add("shared/cleaning/graffiti.toml", "")
    said = {one.file.name: one.message for one in packs.check()}
    assert "does nothing" in said["clearde.txt"]
    assert "no shared pack “parks”" in said["parks"]
    assert "does not name this case type" in said["graffiti.toml"]


def test_an_earlier_version_is_checked_too(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    line = packs.change("shared/waste/earlier/1/bulky-waste.toml", 'initial = "asked"', 'initial = "aksed"')
    assert ("earlier/1/bulky-waste.toml", line) in {
        (one.file.relative_to(packs.root / "shared" / "waste").as_posix(), one.line) for one in packs.check()
    }


def test_a_version_that_is_not_kept_or_lies_elsewhere_is_found(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    packs.change("shared/waste/earlier/1/bulky-waste.toml", "version = 1", "version = 3")
    packs.change("shared/waste/missed-bin.toml", "version = 1", "version = 2")
    said = {one.message for one in packs.check() if one.field == "version"}
    assert "It lies in the folder of version 1. Make both the same." in said
    assert "Version 1 is not kept, which running cases need: earlier/1/missed-bin.toml." in said


def test_only_the_packs_near_a_folder_are_looked_for(tmp_path: Path) -> None:
    far = tmp_path / "a" / "b" / "c" / "d"
    copy_packs(far)
    assert find_folders(tmp_path).services == ()
    assert [place.name for place in find_folders(far / "resources").services] == ["cleaning", "waste"]


@needs_specs
def test_the_shipped_numbers_are_of_the_list() -> None:
    numbers = load_lgsl(SPECS / "lgsl-esd" / "lgsl-codes-and-slugs.csv")
    assert check_path(PACKS, lgsl=numbers) == []
    assert {one.field for one in check_path(SHARED / "waste", lgsl=numbers - {524})} == {"lgsl"}


# ==== the command ====
def run(*words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `knit packs`."""
    out, err = io.StringIO(), io.StringIO()
    return packs_command(list(words), out, err), out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    "path",
    [
        PACKS, SHARED, TOWN, SHARED / "waste", TOWN / "waste", SHARED / "waste" / "missed-bin.toml", TOWN / "council.toml",
        SHARED / "waste" / "forms" / "missed-bin.json", SHARED / "waste" / "letters" / "booked.txt", SHARED / "waste" / "service.toml",
        TOWN / "waste" / "bulky-waste.toml", SHARED / "waste" / "earlier" / "1" / "bulky-waste.toml",
    ],
    ids=lambda path: path.relative_to(PACKS).as_posix(),
)  # fmt: skip
def test_a_folder_a_pack_or_a_file_can_be_checked(path: Path) -> None:
    assert run("check", str(path)) == (0, "No findings.\n", "")


def test_findings_are_printed_with_file_line_and_field_and_exit_1(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    line = packs.change(*FAULTS["unknown status in to"][:3])
    code, out, _err = run("check", str(packs.root / FLY))
    assert code == 1
    assert f"{packs.root / FLY}:{line}: transitions.tell_owner.to: “private” is no status of this case type.\n" in out
    code, out, _err = run("check", str(packs.root), "--json")
    rows = json.loads(out)
    assert code == 1
    assert {"file": str(packs.root / FLY), "line": line, "field": "transitions.tell_owner.to"}.items() <= rows[
        -1
    ].items() or any(row["line"] == line and row["field"] == "transitions.tell_owner.to" for row in rows)


def test_only_the_findings_of_the_file_that_was_named_are_printed(tmp_path: Path) -> None:
    packs = copy_packs(tmp_path)
    packs.change(*FAULTS["unknown status in to"][:3])
    assert run("check", str(packs.root / FLY_FORM)) == (0, "No findings.\n", "")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("check",),
        ("check", "nowhere"),
        ("look", "x"),
        ("check", "x", "--lgsl"),
        ("check", str(PACKS), "--lgsl", "no.csv"),
    ],
)
def test_bad_arguments_exit_2_with_a_sentence(words: tuple[str, ...]) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.strip()


def test_a_folder_without_a_pack_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no pack"):
        check_path(tmp_path)
    with (tmp_path / "list.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["lgsl", "slug"], ["524", "a"], ["528", "b"]])
    assert load_lgsl(tmp_path / "list.csv") == {524, 528}


def test_the_program_has_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "check", str(SHARED / "waste")]) == 0
    assert capsys.readouterr().out == "No findings.\n"
