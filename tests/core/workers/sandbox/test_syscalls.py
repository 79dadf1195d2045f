"""The numbers are those of the kernel's own headers, where this machine has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metaextract_core.workers.sandbox import seccomp
from metaextract_core.workers.sandbox.syscalls import ARCHITECTURES, NUMBERS, architecture

_HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", _HEADERS)
def test_numbers_agree_with_the_headers(machine: str) -> None:
    header = _HEADERS[machine]
    if not header.exists():
        pytest.skip(f"{header} is not installed")
    said = dict(re.findall(r"#define __NR_(\w+)\s+(\d+)", header.read_text()))
    index = [item.machine for item in ARCHITECTURES].index(machine)
    ours = {name: numbers[index] for name, numbers in NUMBERS.items() if name in said}
    assert len(ours) > 70
    assert ours == {name: int(said[name]) for name in ours}


def test_every_call_that_is_refused_has_its_number() -> None:
    assert set(seccomp.REFUSED) <= NUMBERS.keys()
    assert len(set(seccomp.REFUSED)) == len(seccomp.REFUSED)


def test_a_machine_whose_numbers_are_not_known_is_no_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(OSError, match="riscv64"):
        architecture()
