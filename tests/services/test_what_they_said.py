"""What a component really said: as it is kept beside a record, and as it is laid out to be read."""

from __future__ import annotations

import json

import pytest

from desktop.domain.errors import NotFound
from desktop.domain.ids import ComponentId
from desktop.services.said import LEFT_OUT, MOST_SHOWN, Said, lay_out, read_heard
from desktop.sync.incoming import case_rows
from tests.helpers.service_desk import ServiceDesk, a_draft
from tests.helpers.stores import BINS, a_case

ASKED = Said(component=ComponentId("waste"), name="Waste", colour="cases", about="W-1", method="cases.get")
HEARD = {"method": "GET", "url": "http://x/requests/1.json", "status": 200, "media": "application/json", "size": 12}


def test_what_is_kept_of_a_record_is_shown_with_how_to_ask_again(town: ServiceDesk) -> None:
    town.put(case_rows((a_case(1),), (b'{"service_request_id":"W-1","new_in_2031":[7]}',)))
    said = town.desk.said.kept("case", town.key("case", "C1"), "W-1")
    assert json.loads(said.text) == {"service_request_id": "W-1", "new_in_2031": [7]}
    assert (said.name, said.method, said.arguments) == ("Bins", "cases.get", {"id": "C1"})
    assert said.at is not None


def test_a_record_of_which_nothing_is_kept_can_still_be_asked_for(town: ServiceDesk) -> None:
    (key,) = town.put_cases(a_case(1))
    said = town.desk.said.kept("case", key, "W-1")
    assert (said.spoken, said.method) == ((), "cases.get")


def test_a_case_that_no_component_has_yet_says_so(town: ServiceDesk) -> None:
    written = town.desk.cases.create(BINS.id, a_draft())
    with pytest.raises(NotFound, match="No component has"):
        town.desk.said.kept("case", written.key, "")


def test_json_is_laid_out_with_a_line_for_each_part_and_every_letter_as_it_is() -> None:
    assert lay_out('{"a":{"b":"é"}}') == '{\n  "a": {\n    "b": "é"\n  }\n}'


def test_xml_is_laid_out_by_its_tags() -> None:
    assert lay_out("<?xml?><a><b x='1'/><c>two\nlines</c><d><e>1</e></d></a>").splitlines() == [
        "<?xml?>", "<a>", "  <b x='1'/>", "  <c>two", "  lines</c>", "  <d>", "    <e>1</e>", "  </d>", "</a>",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "plain words", "{half", "[" * 100_000, "<a><b></a>", "</a></a>", "<" * 1_000])
def test_what_is_no_good_json_or_xml_is_shown_all_the_same(text: str) -> None:
    assert "".join(lay_out(text).split()) == "".join(text.split())


def test_no_line_is_so_long_that_the_screen_would_stand_still_and_too_much_is_cut() -> None:
    long = lay_out("x" * 2_500)
    assert [len(line) for line in long.splitlines()] == [1_000, 1_000, 500]
    much = lay_out("y" * (MOST_SHOWN + 5))
    assert much.endswith(LEFT_OUT)
    assert len(much) < MOST_SHOWN * 1.01


def test_each_answer_says_what_was_asked_and_how_it_was_answered() -> None:
    said = read_heard(ASKED, {"said": [{**HEARD, "body": '{"a":1}'}, {**HEARD, "size": 0}], "error": None})
    assert said.spoken[0].head == "GET http://x/requests/1.json · 200 · application/json · 12 bytes"
    assert json.loads(said.spoken[0].text) == {"a": 1}
    assert said.spoken[1].text == "(nothing)"
    assert not said.error


def test_a_body_that_is_cut_says_so_and_one_that_is_no_text_too() -> None:
    said = read_heard(ASKED, {"said": [{**HEARD, "body": "abc", "cut": True}, HEARD], "error": None})
    assert said.spoken[0].text == "abc\n… the rest is left out"
    assert said.spoken[1].text == "(no text)"


def test_why_an_answer_was_of_no_use_comes_with_what_was_said() -> None:
    said = read_heard(ASKED, {"said": [{**HEARD, "body": "<html>"}], "error": {"message": "Waste gave a web page."}})
    assert said.error == "Waste gave a web page."
    assert said.spoken[0].text == "<html>"


@pytest.mark.parametrize("result", [None, [], {"said": "x"}, {"said": [{"method": 1}]}, {"error": 3}])
def test_an_answer_of_another_version_is_a_sentence_and_no_crash(result: object) -> None:
    assert not read_heard(ASKED, result).spoken
