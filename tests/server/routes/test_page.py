"""The page and what it loads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.server.conftest import Server


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/static/page.css", "text/css"), ("/static/page.js", "text/javascript")],
)
def test_each_file_is_served_as_what_it_is(filled: Server, path: str, kind: str) -> None:
    response, body = filled.ask("GET", path)
    assert (response.status, response.headers.get_content_type()) == (200, kind)
    assert body


def test_whatever_the_page_refers_to_is_there(filled: Server) -> None:
    page = filled.ask("GET", "/")[1].decode()
    found = re.findall(r'(?:href|src)="([^":#]+)"', page)
    assert len(found) == 3
    for path in found:
        assert filled.ask("GET", f"/{path}")[0].status == 200


def test_f20_the_page_makes_markup_of_nothing(filled: Server) -> None:
    """And it has no script or style of its own that the policy would have to allow."""
    script = filled.ask("GET", "/static/page.js")[1].decode()
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in script
    page = filled.ask("GET", "/")[1].decode()
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]
    assert "<style" not in page
    assert " style=" not in page
