"""The rules of one case type, read once, and what they say of a case: calculated facts, stops, fees, team, tasks.

A `CaseRules` never changes; any thread may ask it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from desktop.domain.errors import InvalidInput
from desktop.domain.money import Pence, format_pence, parse_pounds
from desktop.packs.facts import FactKind, Facts, FactValue
from desktop.packs.forms import find_fields, find_hints
from desktop.packs.loading import LoadedCase
from desktop.packs.rule_words import Answer, ask
from desktop.packs.rules import UNKNOWN, Rule, build_rule
from desktop.packs.schema import CaseType, Fee, Route, Stop

YES = Answer(value=True, because="yes, because it is always so")
"""What a part without a rule says."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What a fee comes to; `amount` is None where a fact that it needs is not known."""

    fee: Fee
    amount: Pence | None
    because: str


@dataclass(frozen=True, slots=True)
class CaseRules:
    """Every rule of a case type. `conditions` are by group and id (`stops`, `danger`)."""

    case: CaseType
    conditions: Mapping[tuple[str, str], Rule]
    amounts: Mapping[str, Rule]
    calculated: Mapping[str, Rule]

    def complete(self, answers: Facts) -> dict[str, FactValue | None]:
        """The facts with those that are worked out from them; one that is not known is None.

        Raises:
            InvalidInput: an answer is not of its kind.
        """
        facts: dict[str, FactValue | None] = {n: value for n, value in answers.items() if n not in self.calculated}
        for _ in self.calculated:  # one may ask another, in any order; the check refuses circles
            for name, rule in self.calculated.items():
                value = rule.evaluate(facts)
                facts[name] = None if value is UNKNOWN else value
        return facts

    def ask(self, group: str, name: str, facts: Facts) -> Answer:
        """Whether a part applies, such as the task `visit` or the question `witness`, and why."""
        rule = self.conditions.get((group, name))
        return YES if rule is None else ask(rule, facts)

    def find_stops(self, facts: Facts) -> list[tuple[Stop, Answer]]:
        """What the form must say now. One whose facts are not known yet says nothing."""
        asked = [(stop, self.ask("stops", stop.id, facts)) for stop in self.case.stops]
        return [(stop, answer) for stop, answer in asked if answer.value is True]

    def find_route(self, facts: Facts) -> tuple[Route | None, Answer]:
        """The team for a case: the first route that is true. One that is not known is passed over, and its reason kept."""
        undecided = Answer(value=False, because="no route of the pack fits")
        for route in self.case.routes:
            answer = self.ask("routes", route.id, facts)
            if answer.value is True:
                return route, answer
            undecided = answer if answer.value is UNKNOWN else undecided
        return None, undecided

    def find_charges(self, facts: Facts) -> list[Charge]:
        """What the case costs, each fee that applies or may apply.

        Raises:
            InvalidInput: a fee comes to less or more than the pack allows.
        """
        charges = []
        for fee in self.case.fees:
            applies = self.ask("fees", fee.id, facts)
            if applies.value is UNKNOWN:
                charges.append(Charge(fee, None, applies.because))
            elif applies.value is True:
                charges.append(self._charge(fee, facts))
        return charges

    def _charge(self, fee: Fee, facts: Facts) -> Charge:
        if fee.amount:
            return Charge(fee, parse_pounds(fee.amount, least=0), "the amount is fixed")
        answer = ask(self.amounts[fee.id], facts)
        if not isinstance(answer.value, Decimal):
            return Charge(fee, None, answer.because)
        least, most = parse_pounds(fee.least or "0", least=0), parse_pounds(fee.most, least=0)
        if not least - 1 < answer.value * 100 < most + 1:  # before it is rounded, which a huge number cannot be
            raise InvalidInput(
                f"“{fee.name}” comes to less or more than the pack allows.",
                f"It is {format_pence(least)} to {format_pence(most)}. Check the answers.",
                key="packs.fee",
                field=fee.id,
            )
        pence = int((answer.value * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        return Charge(fee, Pence(pence), answer.because)


def build_rules(loaded: LoadedCase) -> CaseRules:
    """Reads every rule of a case type, once.

    Raises:
        InvalidInput: a rule is wrong, which the check of the pack says too.
    """
    case, facts = loaded.type, loaded.facts
    texts = {("questions", name): find_hints(field).when for name, field in find_fields(loaded.form).items()}
    for group, parts in (("tasks", case.tasks), ("fees", case.fees), ("stops", case.stops), ("routes", case.routes)):
        texts |= {(group, part.id): part.when for part in parts}
    return CaseRules(
        case=case,
        conditions={key: build_rule(text, facts, kind=FactKind.YES_NO) for key, text in texts.items() if text},
        amounts={fee.id: build_rule(fee.rule, facts, kind=FactKind.NUMBER) for fee in case.fees if fee.rule},
        calculated={part.id: build_rule(part.rule, facts, kind=part.kind) for part in case.calculated},
    )


def find_case_facts(loaded: LoadedCase, answers: Mapping[str, object]) -> dict[str, FactValue | None]:
    """A form's answers, as they are kept, as facts: dates are dates. What is no fact is left out.

    Raises:
        InvalidInput: a date that is none.
    """
    facts: dict[str, FactValue | None] = {}
    for name, fact in loaded.facts.items():
        value = answers.get(name)
        if fact.kind is FactKind.DAY and isinstance(value, str):
            try:
                facts[name] = datetime.fromisoformat(value)
            except ValueError as error:
                raise InvalidInput(
                    f"The {fact.label} is not a date.", "Write a date that exists.", key="packs.date", field=name
                ) from error
        elif isinstance(value, bool | int | float | Decimal | str | list | tuple):
            facts[name] = value
    return facts
