"""F40: pages of other sites reach nothing through their visitor's browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.server.conftest import Server


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::1", ""])
def test_f40_a_name_that_is_not_ours_is_refused(filled: Server, host: str) -> None:
    response, body = filled.ask("GET", "/api/metadata/search", Host=host)
    assert response.status in {400, 403}
    assert json.loads(body)["error"]["code"] in {"FORBIDDEN", "VALIDATION_ERROR"}


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_names_of_this_machine_are_served(filled: Server, host: str) -> None:
    assert filled.ask("GET", "/livez", Host=host)[0].status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_f40_what_another_site_sends_changes_nothing(
    filled: Server, headers: dict[str, str]
) -> None:
    response, body = filled.ask("POST", "/livez", b"", **headers)
    assert response.status == 403
    assert json.loads(body)["error"]["code"] == "FORBIDDEN"


def test_our_own_page_and_programs_may_send(filled: Server) -> None:
    """405: the request came as far as the route, which answers GET alone."""
    own = {"Origin": f"http://127.0.0.1:{filled.port}", "Sec_Fetch_Site": "same-origin"}
    assert filled.ask("POST", "/livez", b"", **own)[0].status == 405
    assert filled.ask("POST", "/livez", b"")[0].status == 405
