"""The table of the server: what is out of bounds is refused with the name of its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from metaextract_core.errors import SettingsError
from metaextract_core.server_settings import ServerSettings
from metaextract_core.settings import Settings, parse_settings


def parsed(text: str) -> ServerSettings:
    return parse_settings(f"[server]\n{text}\n", Path("x.toml")).server


def test_by_default_a_server_answers_this_machine_alone_and_no_stranger() -> None:
    server = Settings().server
    assert (server.host, server.sign_up, server.credits) == ("127.0.0.1", False, False)
    assert (server.trusted_proxies, server.allowed_origins) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        'base_path = "/metaextract"',
        'base_path = "/a/b-c"',
        'base_path = ""',
        'trusted_proxies = ["10.0.0.0/8", "::1"]',
        'allowed_origins = ["https://example.org:8443"]',
        'public_url = "https://example.org/metaextract"',
    ],
)
def test_what_is_well_formed_is_taken(text: str) -> None:
    assert parsed(text) != ServerSettings() or text.endswith('""')


@pytest.mark.parametrize(
    "text",
    [
        'base_path = "metaextract"',
        'base_path = "/metaextract/"',
        'base_path = "/a\\n"',
        'base_path = "/<script>"',
        'trusted_proxies = ["everybody"]',
        'trusted_proxies = ["10.0.0.1/8"]',
        'allowed_origins = ["*"]',
        'allowed_origins = ["https://example.org/"]',
        'public_url = "example.org"',
        'public_url = "https://user:password@example.org"',
        "port = 65536",
        "workers = 0",
        "largest_upload = 0",
        "drain_seconds = nan",
        'log_level = "loud"',
    ],
)
def test_what_is_not_is_refused_by_the_name_of_its_key(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(text)
    assert text.split(maxsplit=1)[0] in str(caught.value)
