"""What the operating system enforces is really enforced, seen in children of our own."""

from __future__ import annotations

import os
import subprocess
import sys

from metaextract_core.workers import limits


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from metaextract_core.workers import limits\n" + code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_growth_beyond_the_cap_fails_and_the_cap_ends_with_its_block() -> None:
    result = run(
        "try:\n"
        "    with limits.growth_capped(64 << 20):\n"
        "        bytearray(256 << 20)\n"
        "except MemoryError:\n"
        "    print('refused')\n"
        "print(len(bytearray(256 << 20)))\n"
    )
    assert result.stdout.split() == ["refused", str(256 << 20)], result.stderr


def test_a_child_that_asked_for_it_dies_with_its_parent() -> None:
    """The grandchild holds the pipe open: reading to its end proves that it is gone."""
    result = run(
        "import os, time\n"
        "ready, told = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    limits.die_with_parent()\n"
        "    os.write(told, b'!')\n"
        "    time.sleep(600)\n"
        "os.read(ready, 1)\n"
        "os._exit(0)\n"
    )
    assert result.returncode == 0


def test_an_orphan_is_adopted_and_listed() -> None:
    result = run(
        "import os, time\n"
        "limits.adopt_orphans()\n"
        "if os.fork() == 0:\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(600)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "(orphan,) = limits.children()\n"
        "limits.kill(orphan)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(orphan, 0)[1]))\n"
    )
    assert result.stdout.strip() == "-9", result.stderr


def test_sizes_of_this_process_are_known() -> None:
    assert limits.address_space() > limits.resident() > 1 << 20
    assert os.getpid() in limits.children(os.getppid())
