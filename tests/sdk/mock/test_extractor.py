"""The mock obeys; what its orders do to a host is tried in tests/integration."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from metaextract_sdk import ExtractError
from metaextract_sdk import mock as package
from metaextract_sdk.mock.extractor import ORDERS, Mock
from metaextract_sdk.testing import Host


def obey(folder: Path, *orders: dict[str, Any]) -> dict[str, Any]:
    document = folder / "orders.json"
    document.write_text(json.dumps({"metaextract-mock": list(orders)}))
    return Host(Mock).extract(document)


def test_orders_are_carried_out_one_after_the_other(tmp_path: Path) -> None:
    data = obey(tmp_path, {"do": "set", "colour": "red"}, {"do": "tags", "count": 2})
    assert data == {"colour": "red", "tag0000000": 0, "tag0000001": 1, "obeyed": ["set", "tags"]}


def test_return_ends_the_document(tmp_path: Path) -> None:
    data = obey(tmp_path, {"do": "return", "value": {"a": 1}}, {"do": "raise"})
    assert data == {"a": 1}


def test_an_order_that_raises_does_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="wrong here"):
        obey(tmp_path, {"do": "raise", "message": "wrong here"})


def test_an_unknown_order_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="no order 'dance'"):
        obey(tmp_path, {"do": "dance"})


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff"])
def test_what_is_no_document_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(ExtractError, match="no document with orders"):
        Host(Mock).extract(file)


def test_the_readme_lists_every_order() -> None:
    text = Path(package.__file__).with_name("README.md").read_text("utf-8")
    table = "".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", table)) == {*ORDERS, "return"}
