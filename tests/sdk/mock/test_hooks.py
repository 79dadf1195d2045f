"""Documents for the mock are known by their first bytes."""

from __future__ import annotations

import pytest

from metaextract_sdk.mock.hooks import MEDIA_TYPE, metaextract_identify


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b'{"metaextract-mock": []}', MEDIA_TYPE),
        (b'{"metaextract": []}', None),
        (b' {"metaextract-mock": []}', None),
        (b"", None),
    ],
)
def test_only_what_begins_as_such_a_document_is_one(head: bytes, media_type: str | None) -> None:
    assert metaextract_identify(head) == media_type
