from __future__ import annotations

import pytest

from metaextract_server.uploads.refusals import (
    UploadRefused,
    disk_full,
    malformed,
    not_found,
    too_large,
    too_slow,
)


@pytest.mark.parametrize(
    ("refused", "code", "status"),
    [
        (malformed("No."), "VALIDATION_ERROR", 400),
        (not_found(), "NOT_FOUND", 404),
        (too_slow(), "TIMEOUT", 408),
        (too_large(5), "FILE_TOO_LARGE", 413),
        (disk_full(), "SERVICE_UNAVAILABLE", 503),
    ],
)
def test_a_refusal_has_the_code_of_its_status(
    refused: UploadRefused, code: str, status: int
) -> None:
    assert (refused.code, refused.status) == (code, status)
    assert refused.message.endswith(".")


def test_too_large_tells_programs_the_limit() -> None:
    assert too_large(5).details == {"limit": 5}
