"""A descriptor knows how long its extractor may take."""

from __future__ import annotations

import pytest

from metaextract_core.descriptor import Descriptor


@pytest.mark.parametrize(("most", "seconds"), [(None, 30.0), (1.0, 1.0), (60.0, 30.0)])
def test_the_caller_can_shorten_the_time_and_not_lengthen_it(
    most: float | None, seconds: float
) -> None:
    descriptor = Descriptor(
        id="x", target="m:X", distribution="d", distribution_version="1", timeout=30.0
    )
    assert descriptor.seconds(most) == seconds
