"""All that is written to descriptors 1 and 2 is caught, by Python and by anything else."""

from __future__ import annotations

import os
import subprocess
import sys


def run(code: str) -> str:
    """The report of a child, which it must write to a descriptor of its own."""
    read, write = os.pipe()
    program = f"""
import os, sys
from metaextract_core.workers.capture import Capture
report = os.fdopen({write}, "w")
capture = Capture()
{code}
report.close()
"""
    with os.fdopen(read) as report:
        command = [sys.executable, "-c", program]
        subprocess.run(command, pass_fds=[write], timeout=60, check=True)
        os.close(write)
        return report.read()


def test_print_write_and_children_are_caught_in_order() -> None:
    assert (
        run(
            "print('one', flush=True); os.write(2, b'two\\n'); os.system('echo three')\n"
            "print(capture.take(), file=report)\n"
        )
        == "Printed(text='one\\ntwo\\nthree\\n', size=14)\n"
    )


def test_each_take_gives_what_was_written_since_the_last() -> None:
    assert (
        run(
            "print('one'); first = capture.take(); print('two'); second = capture.take()\n"
            "print(first.text + second.text, capture.take(), file=report)\n"
        )
        == "one\ntwo\n None\n"
    )


def test_f08_100_megabytes_are_counted_and_not_kept() -> None:
    assert (
        run(
            "for _ in range(100): os.write(1, b'x' * (1 << 20))\n"
            "taken = capture.take(); print(len(taken.text), taken.size, file=report)\n"
        )
        == f"4096 {100 << 20}\n"
    )
