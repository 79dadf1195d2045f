"""What a person is shown cannot fool their terminal."""

from __future__ import annotations

import io
from typing import TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaextract_core.cli.console import colour, rich_console, safe, say, shorten


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("Ünïcode 日本 🙂", "Ünïcode 日本 🙂"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("photo\u202egpj.exe", "photo\\u202egpj.exe"),
        ("\u200f\u2066", "\\u200f\\u2066"),
        ("\x9b2J", "\\x9b2J"),
        ("\udcff", "\\udcff"),
        ("nul\0", "nul\\x00"),
    ],
)
def test_whatever_moves_the_cursor_or_reorders_text_is_escaped(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text())
def test_safe_text_can_be_encoded_is_one_line_and_stays_as_it_is(text: str) -> None:
    shown = safe(text)
    shown.encode()
    assert len(shown.splitlines()) <= 1
    assert safe(shown) == shown


def test_messages_are_one_safe_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    say("wrong: \x1b[2J\nnext")
    printed = capsys.readouterr()
    assert printed.err == "metaextract: wrong: \\x1b[2J\\nnext\n"
    assert printed.out == ""


def test_long_text_is_cut_to_the_width_and_says_so() -> None:
    assert shorten("12345", 5) == "12345"
    assert shorten("123456", 5) == "1234…"


def test_the_console_prints_markup_and_emoji_codes_as_they_are() -> None:
    stream = io.StringIO()
    rich_console(stream, width=60).print("[bold]x[/bold] :smile: 12")
    assert stream.getvalue() == "[bold]x[/bold] :smile: 12\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "wanted"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_colours_are_for_terminals_whose_user_wants_them(
    monkeypatch: pytest.MonkeyPatch, stream: TextIO, environment: dict[str, str], wanted: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert colour(stream) == wanted
