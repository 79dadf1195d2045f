"""What is given up stays given up, in children too."""

from __future__ import annotations

from typing import Any

import pytest

Run = Any


@pytest.mark.usefixtures("every_layer")
def test_nothing_is_left_but_reading(run: Run) -> None:
    """Bits 2 and 3 are CAP_DAC_READ_SEARCH and CAP_FOWNER of linux/capability.h."""
    said = run(
        "import subprocess\n"
        "privileges.give_up()\n"
        "for command in (['cat', '/proc/self/status'],):\n"
        "    text = subprocess.run(command, capture_output=True, text=True).stdout\n"
        "    values = dict(line.split(':', 1) for line in text.splitlines())\n"
        "    print(values['NoNewPrivs'].strip(), int(values['CapEff'], 16) & ~0b1100,\n"
        "          int(values['CapPrm'], 16) & ~0b1100)\n"
    )
    assert said == ["1", "0", "0"]
