"""What can be wrong with the rules, fees, letters, slots and the rest of a case type."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from datetime import time

from desktop.domain.errors import InvalidInput
from desktop.domain.money import Pence, parse_pounds
from desktop.packs.deadline_checks import find_source_problems
from desktop.packs.documents import FieldPath, Finding
from desktop.packs.facts import Fact, FactKind
from desktop.packs.forms import find_fields, find_hints
from desktop.packs.loading import LoadedCase
from desktop.packs.machine_checks import Problem, find_cycle
from desktop.packs.rules import build_rule
from desktop.packs.schema import CaseType, Fee

LETTER_FIELDS = frozenset({"council_name", "officer_name", "team_name", "resident_name", "reason", "status_name"})
"""Fields of every letter, beside the facts of the case. `{fee_ID}` and `{deadline_ID}` are fields too."""
MOST_FEE = Pence(100_000_000)


def find_part_problems(loaded: LoadedCase) -> Iterator[Problem]:
    """Everything that is neither status, step, task nor deadline."""
    case = loaded.type
    yield from _find_name_problems(case)
    yield from find_rule_problems(loaded)
    yield from _find_fee_problems(case)
    yield from _find_slot_problems(case)
    yield from _find_duplicate_problems(case)
    for stop in case.stops:
        if not stop.say.strip():
            yield ("stops", stop.id, "say"), "Write what the officer or resident reads."
    for route in case.routes[:-1]:
        if not route.when:
            yield ("routes", route.id, "when"), "This route takes every case, so it must stand last."


def _find_name_problems(case: CaseType) -> Iterator[Problem]:
    for field in ("code", "name", "component_code"):
        if not getattr(case, field).strip():
            yield (field,), "It is empty."
    if case.restricted and not case.right.strip():
        yield ("right",), "A restricted case type names the right that an officer needs to see it."
    if case.right and not case.restricted:
        yield ("restricted",), "It names a right and is not restricted. Write restricted = true, or take the right out."


# ==== rules ====
def find_rules(loaded: LoadedCase) -> Iterator[tuple[FieldPath, str, FactKind]]:
    """Every rule of a case type but the form's: where it stands, its text, and what it must give."""
    case = loaded.type
    for group, parts in (("tasks", case.tasks), ("fees", case.fees), ("stops", case.stops), ("routes", case.routes)):
        for part in parts:
            if part.when or group == "stops":
                yield (group, part.id, "when"), part.when, FactKind.YES_NO
    for fee in case.fees:
        if fee.rule:
            yield ("fees", fee.id, "rule"), fee.rule, FactKind.NUMBER
    for own in case.calculated:
        yield ("calculated", own.id, "rule"), own.rule, own.kind


def find_rule_problems(loaded: LoadedCase) -> Iterator[Problem]:
    """Rules that cannot be read or ask what is not there."""
    asked: dict[str, frozenset[str]] = {}
    for path, text, kind in find_rules(loaded):
        names, message = _try_rule(text, loaded.facts, kind)
        asked["/".join(map(str, path))] = names
        if message:
            yield path, message
        for name in sorted(names):
            question = find_fields(loaded.form).get(name)
            if question is not None and not find_hints(question).fact:
                yield (
                    path,
                    f"The rule asks “{name}”: give that question words for an explanation, in “fact” of its x-knit.",
                )
    own = {part.id: part for part in loaded.type.calculated}
    cycle = find_cycle({one: tuple(sorted(asked.get(f"calculated/{one}/rule", ()))) for one in own})
    if cycle:
        said = " asks ".join(f"“{name}”" for name in cycle)
        yield ("calculated", cycle[0], "rule"), f"These are worked out from each other: {said}."
    for name in sorted(own.keys() & find_fields(loaded.form).keys()):
        yield ("calculated", name), f"“{name}” is also a question of the form. Give it another id."


def find_form_rule_problems(loaded: LoadedCase) -> Iterator[Problem]:
    """Conditions of questions; the places are the form's."""
    for name, question in find_fields(loaded.form).items():
        text = find_hints(question).when
        names, message = _try_rule(text, loaded.facts, FactKind.YES_NO) if text else (frozenset(), "")
        path: FieldPath = ("properties", name, "x-knit", "when")
        if message:
            yield path, message
        elif name in names:
            yield path, "A question cannot depend on its own answer."


def _try_rule(text: str, facts: Mapping[str, Fact], kind: FactKind) -> tuple[frozenset[str], str]:
    try:
        return build_rule(text, facts, kind=kind).names, ""
    except InvalidInput as error:
        return frozenset(), error.title


# ==== money ====
def _find_fee_problems(case: CaseType) -> Iterator[Problem]:
    for fee in case.fees:
        path: FieldPath = ("fees", fee.id)
        if bool(fee.amount) == bool(fee.rule):
            yield (*path, "amount"), "Give either an amount or a rule."
        amounts: dict[str, int] = {}
        for field in ("amount", "least", "most"):
            text = getattr(fee, field)
            try:
                amounts |= {field: parse_pounds(text, field=field, least=0, most=MOST_FEE)} if text else {}
            except InvalidInput:
                yield (*path, field), f'“{text[:30]}” is no amount of money. Write pounds and pence, like "22.00".'
        if sorted(amounts.values()) != [amounts[name] for name in ("least", "amount", "most") if name in amounts]:
            yield (*path, "most"), "The least is more than the amount or the most. Put them in order."
        for field, message in find_source_problems(fee.source) if fee.source else ():
            yield (*path, *field.split(".")), message
        yield from _find_limit_problems(fee, path)


def _find_limit_problems(fee: Fee, path: FieldPath) -> Iterator[Problem]:
    if fee.rule and not fee.most:
        yield (*path, "most"), "A fee that is worked out has a limit: give the most that it may be."


# ==== letters ====
def find_letter_problems(loaded: LoadedCase) -> Iterator[Finding]:
    """Fields of templates that are not there; the places are the templates' own."""
    case = loaded.type
    known = {*LETTER_FIELDS, *loaded.facts}
    known |= {f"fee_{fee.id}" for fee in case.fees} | {f"deadline_{one.id}" for one in case.deadlines}
    for letter in case.letters:
        text = loaded.letters.get(letter.id)
        if text is not None:
            for line, field, message in find_template_problems(text.text, known):
                yield Finding(text.file, line, field, message)


def find_template_problems(text: str, known: set[str]) -> Iterator[tuple[int, str, str]]:
    """Line, field and sentence of fields that are not there, and of braces that do not close."""
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            parts = list(string.Formatter().parse(line))
        except ValueError:
            yield number, "", "A brace is open or closed alone. Write {{ for a brace itself."
            continue
        for _said, name, form, change in parts:
            if name is None:
                continue
            if name not in known or form or change:
                yield number, name[:40], f"“{{{name[:40]}}}” is no field of this case type."


# ==== the rest ====
def _find_slot_problems(case: CaseType) -> Iterator[Problem]:
    for slot in case.slots:
        path: FieldPath = ("slots", slot.id)
        if not slot.weekdays or not set(slot.weekdays) <= set(range(7)):
            yield (*path, "weekdays"), "Name weekdays from 0 (Monday) to 6 (Sunday)."
        if slot.most < 1:
            yield (*path, "most"), "Say how many can be booked: 1 or more."
        if not 0 <= slot.notice_days < slot.ahead_days:
            yield (*path, "notice_days"), "The notice must be shorter than the days ahead."
        begins, ends = _parse_time(slot.begins), _parse_time(slot.ends)
        if begins is None or ends is None or begins >= ends:
            yield (*path, "begins"), 'Write two times of one day, the earlier first, like "07:00" and "15:00".'


def _parse_time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _find_duplicate_problems(case: CaseType) -> Iterator[Problem]:
    rule = case.duplicates
    if rule is None:
        return
    if not 1 <= rule.metres <= 5_000:
        yield ("duplicates", "metres"), "Give the metres within which two cases may be one, from 1 to 5000."
    if not 1 <= rule.days <= 366:
        yield ("duplicates", "days"), "Give the days within which two cases may be one, from 1 to 366."
    if not 0 <= rule.likeness <= 1:
        yield ("duplicates", "likeness"), "Give how much alike the texts are, from 0 to 1."
