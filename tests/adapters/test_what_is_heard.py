"""What is kept of a component's answers for whoever wants to see them: everything but secrets."""

from __future__ import annotations

import threading

import pytest

from desktop.adapters.answers import Answer
from desktop.adapters.heard import MOST_ANSWERS, MOST_CHARS, call_heard, hear, hearing
from tests.helpers.adapters import SECRET, run_client
from tests.helpers.faulty_server import Reply, run_faulty_server


def an_answer(body: bytes, media: str = "application/json", status: int = 200, url: str = "https://x.test/a") -> Answer:
    return Answer(status=status, headers={"Content-Type": media} if media else {}, body=body, url=url)


def test_nothing_is_kept_unless_somebody_wants_to_see_it() -> None:
    hear("GET", an_answer(b"{}"), ())
    with hearing() as heard:
        pass
    assert heard == []


def test_secrets_new_tokens_and_card_numbers_are_taken_out() -> None:
    body = f'{{"key": "{SECRET}", "access_token": "fresh-token", "card": "4000 0566 5566 5556", "name": "Ann"}}'
    with hearing() as heard:
        hear("POST", an_answer(body.encode(), url=f"https://x.test/{SECRET}"), (SECRET,))
    assert "Ann" in heard[0].body
    for secret in (SECRET, "fresh-token", "4000 0566"):
        assert secret not in str(heard)


@pytest.mark.parametrize("media", ["image/png", "application/pdf", "application/octet-stream"])
def test_what_is_no_text_is_said_by_its_size_alone(media: str) -> None:
    with hearing() as heard:
        hear("GET", an_answer(b"\x89PNG....", media), ())
    assert (heard[0].body, heard[0].size, heard[0].media) == ("", 8, media)


@pytest.mark.parametrize("media", ["", "text/xml; charset=utf-8", "application/fhir+json", "application/geo+json"])
def test_text_is_kept_whatever_it_is_called(media: str) -> None:
    with hearing() as heard:
        hear("GET", an_answer("é".encode(), media), ())
    assert heard[0].body == "é"


def test_a_body_too_long_is_cut_and_says_so_and_answers_have_an_end() -> None:
    with hearing() as heard:
        for _ in range(MOST_ANSWERS + 5):
            hear("GET", an_answer(b"a" * (MOST_CHARS + 1), "text/plain"), ())
    assert len(heard) == MOST_ANSWERS
    assert heard[0].cut
    assert sum(len(answer.body) for answer in heard) == MOST_CHARS
    assert heard[1].cut


def test_each_call_hears_its_own_answers_only() -> None:
    def other() -> None:
        hear("GET", an_answer(b"of another thread"), ())

    with hearing() as outer:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        _, raw = call_heard(lambda: hear("GET", an_answer(b"inner"), ()))
    assert outer == []
    assert raw == b"inner"


def test_several_answers_are_kept_under_what_was_asked() -> None:
    def call() -> str:
        hear("GET", an_answer(b"one", url="https://x.test/1"), ())
        hear("GET", an_answer(b"", url="https://x.test/2", status=204), ())
        hear("GET", an_answer(b"three", url="https://x.test/3"), ())
        return "record"

    given, raw = call_heard(call)
    assert given == "record"
    assert raw == b"GET https://x.test/1: 200\none\n\nGET https://x.test/3: 200\nthree"


@pytest.mark.parametrize("scheme", ["Bearer ", "Basic ", ""])
def test_a_token_that_a_server_says_back_is_taken_out_of_its_refusal(scheme: str) -> None:
    token = "a-token-got-just-now"
    with run_faulty_server() as server, run_client(server.url) as client, hearing() as heard:
        server.answer = lambda request: Reply(status=400, body=f"You sent {request.headers['authorization']}".encode())
        answer = client.request("GET", "/x", headers={"Authorization": f"{scheme}{token}"})
    assert token.encode() not in answer.body
    assert token not in heard[0].body
    assert "You sent" in heard[0].body
