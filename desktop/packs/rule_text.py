"""What may stand in a rule, read word by word before the rule engine sees it.

The engine works out constant parts while it reads, so `9**9**9` or a regular expression must be refused before that.
"""

from __future__ import annotations

import re

from desktop.domain.errors import InvalidInput

MOST_CHARACTERS = 2_000
MOST_WORDS = 200
"""Each word makes the engine's tree at most one deeper, and it walks its tree by recursion."""
MOST_DEPTH = 12
"""Brackets within brackets."""
MOST_DIGITS = 12
_WORD = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>d?"[^"\\\n]*"|d?'[^'\\\n]*')
      | (?P<number>\d+(?:\.\d+)?(?![\w.]))
      | (?P<name>[A-Za-z][A-Za-z0-9_]*(?![\w"']))
      | (?P<operator>==|!=|>=|<=|>(?!>)|<(?!<)|\*(?!\*)|[-+/%?:,()\[\]])""",
    re.VERBOSE,
)
_RESERVED = frozenset({"for", "if", "elif", "else", "while", "null", "inf", "nan"})
_REFUSED = (
    ("=~", "A rule cannot search with a regular expression, which can hang. Use “in” with a list or a text."),
    ("!~", "A rule cannot search with a regular expression, which can hang. Use “in” with a list or a text."),
    ("**", "A rule cannot raise to a power. Multiply instead."),
    (".", "A rule cannot look inside a fact. Use the fact's own name, without a full stop."),
    ("$", "A rule has no functions. Use the facts it is given."),
)


def check_text(text: str) -> None:
    """Refuses a rule that is too long, nests too deep or has anything that the language of rules does not.

    Takes time in proportion to the first `MOST_CHARACTERS` characters at most.

    Raises:
        InvalidInput: with the sentence to show beside the rule.
    """
    if not text.strip():
        raise _refuse("The rule is empty. Write a condition or a calculation.")
    if len(text) > MOST_CHARACTERS:
        raise _refuse(f"The rule is longer than {MOST_CHARACTERS:,} characters. Make two of it.")
    at, words, depth = 0, 0, 0
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise _refuse(_say_refused(text[at:]))
        at = match.end()
        if match.lastgroup == "space":
            continue
        words += 1
        _check_word(match)
        depth += (match[0] in {"(", "["}) - (match[0] in {")", "]"})
        if depth > MOST_DEPTH:
            raise _refuse(f"The rule has brackets {MOST_DEPTH + 1} deep. Keep to {MOST_DEPTH}.")
        if words > MOST_WORDS:
            raise _refuse(f"The rule has more than {MOST_WORDS} words. Make two of it.")


def _check_word(match: re.Match[str]) -> None:
    word = match[0]
    if match.lastgroup == "name" and word in _RESERVED:
        raise _refuse(f"“{word}” is no word of a rule.")
    if match.lastgroup == "number" and len(word) > MOST_DIGITS:
        raise _refuse(f"The rule has a number of more than {MOST_DIGITS} digits.")
    if match.lastgroup == "operator" and word == "[" and not re.search(r"\bin\s*\Z", match.string[: match.start()]):
        raise _refuse('A list stands after “in” only, as in colour in ["red", "blue"].')


def _say_refused(rest: str) -> str:
    for start, sentence in _REFUSED:
        if rest.startswith(start):
            return sentence
    if rest[0] in {'"', "'"}:
        return "A text in the rule has no end, or a backslash in it. Close the quotation mark."
    if rest[0].isdigit():
        return f"“{rest[:MOST_DIGITS]}” is no number of a rule. Write digits, like 12 or 12.50."
    if rest[0].isascii() and rest[0].isalpha():
        return "A text in a rule has nothing before its quotation mark but d, for a date."
    return f"“{rest[0]}” cannot stand here in a rule."


def _refuse(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, key="rule.text", field="rule")
