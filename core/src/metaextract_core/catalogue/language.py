"""Filters as people write them: ``camera.make = Canon and capture.time >= 2024-05``.

`docs/search.md` explains the language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, cast

from metaextract_core.catalogue import literals
from metaextract_core.catalogue.filters import (
    EVERYTHING,
    OWN,
    And,
    Compare,
    Contains,
    Filter,
    Has,
    Near,
    Not,
    Operator,
    Or,
    Words,
    definition,
)
from metaextract_core.catalogue.words import words
from metaextract_core.errors import MetaExtractError
from metaextract_core.fields import FIELDS, Definition

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

MAX_LENGTH: Final = 10_000
"""Characters of a filter."""
MAX_COMPARISONS: Final = 200
"""Comparisons of a filter; each member of a list and each word that is looked for is one."""
MAX_DEPTH: Final = 50
"""Parentheses and `not` around a comparison."""

GRAMMAR: Final = r"""
?start: disjunction
?disjunction: conjunction (_OR conjunction)*
?conjunction: factor (_AND factor)*
?factor: comparison
    | NOT factor                                      -> negation
    | OPEN disjunction _CLOSE                         -> group
?comparison: WORD OPERATOR value                      -> compare
    | WORD TILDE value                                -> contains
    | WORD _IN OPEN value (_COMMA value)* _CLOSE      -> among
    | WORD _WITHIN distance _OF WORD _COMMA WORD      -> near
    | _HAS WORD                                       -> has
distance: WORD WORD?
value: WORD+ | STRING

WORD: /(?:[^\s"'(),=<>~!]|!(?!=))+/
STRING: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/s
OPERATOR: /[<>!]=|[=<>]/
TILDE: "~"
OPEN: "("
_CLOSE: ")"
_COMMA: ","
%declare _OR _AND NOT _IN _WITHIN _OF _HAS
%ignore /\s+/
"""

_KEYWORDS: Final = {
    "or": "_OR", "and": "_AND", "not": "NOT", "in": "_IN",
    "within": "_WITHIN", "of": "_OF", "has": "_HAS",
}  # fmt: skip
"""What is a word of the language wherever it stands, in any case -> its terminal."""

_WITHOUT_FIELD: Final = {
    "text": 'text is searched with ~, such as text ~ "old harb*"',
    "gps": "gps is compared with within, such as gps within 2km of 47.37,8.54",
}
"""What stands in the place of a field and is none -> how it is used."""

_EXPECTED: Final = {
    "_HAS": "a comparison such as camera.make = Canon",
    "OPERATOR": "an operator such as = or ~",
    "STRING": "a value",
}
"""What can stand only where one thing is expected, with others -> how a person is told."""

_ONE_OF: Final = {
    "_OF": '"of" and a position', "_AND": '"and"', "_OR": '"or"',
    "_COMMA": '","', "OPEN": '"("', "_CLOSE": '")"',
}  # fmt: skip
"""What can stand where one of several things is expected -> how a person is told."""

_EXPECTED_AFTER: Final = {
    "_HAS": "a field",
    "_WITHIN": "a distance such as 2km",
    "_OF": "a latitude",
    "_COMMA": "a longitude",
}
"""What stands before a place where only a word can stand -> what the word is."""

_WINDOW: Final = 60
"""Characters that an error shows of a filter."""

T = TypeVar("T")


class FilterError(MetaExtractError):
    """A filter cannot be read; as text, the reason, the filter, and a caret under the place.

    Attributes:
        reason: what is wrong and what would be right, in one line.
        text: the whole filter.
        position: of the character that is to blame, from 0; the length of `text` where it ends
            too early.
    """

    exit_status = 2

    def __init__(self, reason: str, text: str, position: int) -> None:
        super().__init__(reason, text, position)
        self.reason = _visible(reason)
        self.text = text
        self.position = position

    def __str__(self) -> str:
        """Three lines."""
        first = max(0, self.position - _WINDOW // 2)
        last = self.position + _WINDOW // 2
        before = ("…" if first else "") + _visible(self.text[first : self.position])
        after = _visible(self.text[self.position : last]) + ("…" if self.text[last:] else "")
        return f"{self.reason}\n{before}{after}\n{' ' * _columns(before)}^"


def parse(text: str) -> Filter:
    """The filter that `text` means; a blank one is true of every record.

    Raises:
        FilterError: it means none.
    """
    if len(text) > MAX_LENGTH:
        raise FilterError(f"a filter has at most {MAX_LENGTH:,} characters", text, MAX_LENGTH)
    for position, char in enumerate(text):
        if "\ud800" <= char <= "\udfff":
            raise FilterError("this is half a character, or a byte that is no text", text, position)
    if not text.strip():
        return EVERYTHING
    return _Reader(text).filter(_tree(text), 0)


def _tree(text: str) -> Tree[Token]:
    from lark import UnexpectedCharacters, UnexpectedToken

    parser = _parser().parse_interactive(text)
    tokens: list[Token] = []
    try:
        for token in parser.iter_parse():
            tokens.append(token)
        tree: Tree[Token] = parser.feed_eof()  # type: ignore[no-untyped-call]  # not typed
    except UnexpectedCharacters as error:
        where = cast(int, error.pos_in_stream)
        raise FilterError("this quote is not closed", text, where) from None
    except UnexpectedToken as error:
        before = tokens if error.token.type == "$END" else tokens[:-1]
        raise _unexpected(text, error.token, before) from None
    return tree


@cache
def _parser() -> Lark:
    from lark import Lark

    # The basic lexer, because in the contextual one a keyword would be a word where no keyword
    # can stand: in `camera.make = and` for instance.
    return Lark(GRAMMAR, parser="lalr", lexer="basic", lexer_callbacks={"WORD": _keyword})


def _keyword(word: Token) -> Token:
    terminal = _KEYWORDS.get(word.lower())
    return word if terminal is None else word.update(type=terminal)


def _unexpected(text: str, found: Token, before: list[Token]) -> FilterError:
    """What is wrong about a token that the grammar does not allow after those `before` it."""
    position = len(text) if found.type == "$END" else _position(found)
    accepted = _accepted(before)
    if "OPERATOR" in accepted and not _is_subject(before[-1]):
        return FilterError(_no_field(before[-1]), text, _position(before[-1]))
    if found.type == "_CLOSE" and "$END" in accepted:
        return FilterError("nothing was opened that this closes", text, position)
    compared = found.type in {"OPERATOR", "TILDE", "_IN", "_WITHIN"}
    if (
        compared
        and "WORD" in accepted
        and [token.type for token in before[-2:]] == ["WORD", "WORD"]
    ):
        # What looks like a value's last word is the subject of another comparison.
        position = _position(before[-1])
    expected = _expected(accepted, before[-1].type if before else "")
    if "STRING" in accepted and found.lower() in _KEYWORDS:
        expected += f", which needs quotes if it is {found}"
    return FilterError(f"expected {expected}", text, position)


def _accepted(tokens: list[Token]) -> set[str]:
    """The terminals that the grammar allows after `tokens`."""
    parser = _parser().parse_interactive()
    for token in tokens:
        parser.feed_token(token)
    accepted: set[str] = parser.accepts()  # type: ignore[no-untyped-call]  # not typed
    return accepted


def _expected(accepted: set[str], previous: str) -> str:
    if accepted == {"WORD"}:
        return _EXPECTED_AFTER[previous]
    for terminal, what in _EXPECTED.items():
        if terminal in accepted:
            return what
    *others, last = (what for terminal, what in _ONE_OF.items() if terminal in accepted)
    return f"{', '.join(others)} or {last}" if others else last


def _is_subject(word: Token) -> bool:
    return definition(word) is not None or word.lower() in _WITHOUT_FIELD


def _no_field(name: str) -> str:
    shown = name if len(name) <= _WINDOW else f"{name[: _WINDOW - 1]}…"
    nearest = get_close_matches(name.lower()[:_WINDOW], [*FIELDS, *OWN], n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else "texts are searched with text ~ WORDS"
    return f"there is no field {shown}; {hint}"


def _position(token: Token) -> int:
    return token.start_pos or 0


class _Reader:
    """What the parts of one filter's tree mean."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._comparisons = 0

    def filter(self, tree: Tree[Token], depth: int) -> Filter:
        """What `tree` means, inside of so many parentheses and `not`."""
        children: list[Any] = tree.children
        match tree.data:
            case "disjunction":
                return Or(tuple(self.filter(child, depth) for child in children))
            case "conjunction":
                return And(tuple(self.filter(child, depth) for child in children))
            case "negation" | "group":
                if depth == MAX_DEPTH:
                    self._refuse(f"parentheses and not go at most {MAX_DEPTH} deep", children[0])
                part = self.filter(children[1], depth + 1)
                return Not(part) if tree.data == "negation" else part
            case rule:
                self._count(children[0])
                comparison: Filter = getattr(self, f"_{rule}")(*children)
                return comparison

    def _compare(self, subject: Token, operator: Token, value: Tree[Token]) -> Filter:
        field = self._field(subject)
        if operator[0] in "<>" and field.type in {"text", "list", "boolean"}:
            others = "= or !=" if field.type == "boolean" else "=, != or ~"
            self._refuse(
                f"{field.name} is a {field.type}, which has no order: use {others}", operator
            )
        return Compare(field.name, cast(Operator, str(operator)), self._value(value, field))

    def _contains(self, subject: Token, tilde: Token, value: Tree[Token]) -> Filter:
        if subject.lower() == "text":
            return self._words(value)
        field = self._field(subject)
        if field.type not in {"text", "list"}:
            others = "= or !=" if field.type == "boolean" else "=, !=, <, <=, > or >="
            self._refuse(f"~ is for texts, and {field.name} is a {field.type}: use {others}", tilde)
        return Contains(field.name, str(self._value(value, field)))

    def _words(self, value: Tree[Token]) -> Filter:
        whole: list[str] = []
        beginnings: list[str] = []
        *before_stars, last = self._text_of(value).split("*")
        for part in before_stars:
            found = words(part)
            if found and len(words(f"{part}x")) == len(found):  # the star follows a letter
                beginnings.append(found.pop())
            whole += found
        whole += words(last)
        if not whole and not beginnings:
            self._refuse("there is no word in this to look for", value)
        self._count(value, len(whole) + len(beginnings) - 1)
        return Words(tuple(dict.fromkeys(whole)), tuple(dict.fromkeys(beginnings)))

    def _among(self, subject: Token, _: Token, *values: Tree[Token]) -> Filter:
        field = self._field(subject)
        self._count(subject, len(values) - 1)
        return Or(tuple(Compare(field.name, "=", self._value(value, field)) for value in values))

    def _near(
        self, subject: Token, distance: Tree[Token], latitude: Token, longitude: Token
    ) -> Filter:
        if subject.lower() != "gps":
            self._refuse("within is for gps alone", subject)
        written = self._text_of(distance)
        metres = self._read(lambda: literals.metres(written), distance)
        north = self._read(lambda: literals.degrees(latitude, "latitude", 90), latitude)
        east = self._read(lambda: literals.degrees(longitude, "longitude", 180), longitude)
        return Near(north, east, metres)

    def _has(self, subject: Token) -> Filter:
        return Has(self._field(subject).name)

    def _field(self, subject: Token) -> Definition:
        found = definition(subject)
        if found is None:
            self._refuse(_WITHOUT_FIELD.get(subject.lower()) or _no_field(subject), subject)
        return found

    def _value(self, value: Tree[Token], field: Definition) -> literals.Value:
        if len(value.children) > 1 and field.type not in {"integer", "number"}:
            self._refuse("a value of several words needs quotes", value)
        written = self._text_of(value)
        return self._read(lambda: literals.read(written, field), value)

    def _text_of(self, value: Tree[Token]) -> str:
        tokens: list[Any] = value.children
        if tokens[0].type == "WORD":
            return " ".join(tokens)
        text, start = "", 1
        token = tokens[0]
        while (slash := token.find("\\", start)) >= 0:
            if token[slash + 1] not in "\\\"'":
                reason = r"after a backslash stands a quote or a backslash: write \\ for one"
                raise FilterError(reason, self._text, token.start_pos + slash)
            text += token[start:slash] + token[slash + 1]
            start = slash + 2
        return str(text + token[start:-1])

    def _read(self, read: Callable[[], T], where: Token | Tree[Token]) -> T:
        try:
            return read()
        except ValueError as error:
            return self._refuse(str(error), where)

    def _count(self, where: Token | Tree[Token], comparisons: int = 1) -> None:
        self._comparisons += comparisons
        if self._comparisons > MAX_COMPARISONS:
            self._refuse(f"a filter has at most {MAX_COMPARISONS} comparisons", where)

    def _refuse(self, reason: str, where: Token | Tree[Token]) -> NoReturn:
        while not isinstance(where, str):
            where = where.children[0]
        raise FilterError(reason, self._text, _position(where))


def _visible(text: str) -> str:
    """`text` with what has no shape of its own, or could fool a terminal, as escapes."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _columns(text: str) -> int:
    """Columns that a terminal takes for `text` (Unicode Standard Annex 11)."""
    marks = sum(unicodedata.category(char) in {"Mn", "Me"} for char in text)
    return len(text) - marks + sum(unicodedata.east_asian_width(char) in "WF" for char in text)
