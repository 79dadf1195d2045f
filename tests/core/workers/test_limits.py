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


def test_a_capped_process_can_have_no_more_and_cannot_take_it_back() -> None:
    result = run(
        "import os, resource, tempfile\n"
        "limits.cap(64 << 20)\n"
        "def attempt(action, *arguments):\n"
        "    try:\n"
        "        action(*arguments)\n"
        "    except (OSError, MemoryError) as error:\n"
        "        print(type(error).__name__)\n"
        "attempt(bytearray, 256 << 20)\n"
        "attempt(lambda: [os.dup(0) for _ in range(2000)])\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))\n"
        "for fd in range(3, 1024):\n"
        "    try: os.close(fd)\n"
        "    except OSError: pass\n"
        "with tempfile.TemporaryFile() as file:\n"
        "    attempt(os.ftruncate, file.fileno(), limits.MAX_FILE)\n"
        "    attempt(os.ftruncate, file.fileno(), limits.MAX_FILE + 1)\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU) == (limits.MAX_SECONDS,) * 2)\n"
    )
    assert result.stdout.split() == ["MemoryError", "OSError", "OSError", "True"], result.stderr


def test_descendants_are_children_and_theirs() -> None:
    result = run(
        "import os, signal\n"
        "read, write = os.pipe()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    grandchild = os.fork()\n"
        "    if grandchild:\n"
        "        os.write(write, str(grandchild).encode())\n"
        "    signal.pause()\n"
        "grandchild = int(os.read(read, 20))\n"
        "print(limits.descendants(os.getpid()) == {child, grandchild})\n"
        "limits.kill(grandchild), limits.kill(child)\n"
    )
    assert result.stdout.strip() == "True", result.stderr


def test_sizes_of_this_process_are_known() -> None:
    assert limits.address_space() > limits.resident() > 1 << 20
    assert os.getpid() in limits.children(os.getppid())
