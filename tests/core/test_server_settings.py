"""The table of the server: what is out of bounds is refused with the name of its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from metaextract_core.errors import SettingsError
from metaextract_core.server_settings import ServerSettings
from metaextract_core.settings import Settings, parse_settings


def parsed(text: str) -> ServerSettings:
    return parse_settings(f"[server]\n{text}\n", Path("x.toml")).server


def test_by_default_a_server_answers_this_machine_alone() -> None:
    assert Settings().server.host == "127.0.0.1"


def test_what_is_well_formed_is_taken() -> None:
    assert parsed("port = 0\nlargest_upload = 1").port == 0


@pytest.mark.parametrize(
    "text",
    [
        'host = ""',
        "port = 65536",
        "largest_upload = 0",
        "scratch_reserve = -1",
        "drain_seconds = nan",
        "drain_seconds = 3601",
    ],
)
def test_what_is_not_is_refused_by_the_name_of_its_key(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(text)
    assert text.split(maxsplit=1)[0] in str(caught.value)
