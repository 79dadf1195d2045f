from __future__ import annotations

import msgspec
import pytest

from metaextract_server.uploads.limits import Limits


@pytest.mark.parametrize("wrong", [{"parts": 1001}, {"throughput": 0}, {"unknown": 1}])
def test_limits_that_would_not_limit_are_no_limits(wrong: dict[str, int]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Limits)


def test_a_hundred_files_and_a_few_fields_fit_into_a_form_by_default() -> None:
    assert 100 < Limits().parts <= 1000
