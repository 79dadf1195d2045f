"""Where a layer is missing, the record, the doctor and the program itself say so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.workers.sandbox.policy import LAYERS, Layer

CommandLine = Any
Mock = Any

_WITHOUT = """
import errno, os, sys
from metaextract_core.workers.sandbox import privileges, seccomp, syscalls
here = syscalls.architecture()
privileges.give_up()
seccomp._install(
    [
        *seccomp._native(here),
        (0x15, 0, 1, 444), *seccomp._give(seccomp._errno(errno.ENOSYS)),
        *seccomp._give(seccomp._ALLOW),
    ],
    0,
)
os.execv(sys.executable, [sys.executable, "-m", "metaextract_core", *sys.argv[1:]])
"""


def on_a_kernel_without_landlock(
    program: CommandLine, *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    """Runs the command line where the kernel answers as one does that has no Landlock."""
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT, *arguments],
        env=program.environment,
        cwd=program.root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def filters(missing: dict[Layer, str]) -> None:
    if "seccomp" in missing:
        pytest.skip(f"an older kernel is imitated by seccomp: {missing['seccomp']}")


@pytest.mark.usefixtures("filters")
def test_a_required_layer_that_is_missing_ends_the_program_in_one_line(
    configured: Callable[..., CommandLine], mock: Mock
) -> None:
    document = mock("1.json", {"do": "set", "a": 1})
    program = configured(require_sandbox=True)
    done = on_a_kernel_without_landlock(program, "extract", "--profile", "fast", document)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "metaextract: workers.require_sandbox is set and the layer landlock is missing: "
        "Function not implemented; `metaextract doctor` says how to mend it\n"
    )


@pytest.mark.usefixtures("filters")
def test_a_layer_that_is_missing_and_not_required_is_missing_in_the_record(
    configured: Callable[..., CommandLine], mock: Mock
) -> None:
    document = mock("1.json", {"do": "set", "a": 1})
    done = on_a_kernel_without_landlock(
        configured(), "extract", "--profile", "fast", "--format", "jsonl", document
    )
    record = json.loads(done.stdout)
    assert record["sections"]["mock"]["status"] == "ok"
    assert "landlock" not in record["sandbox"]
    assert "seccomp" in record["sandbox"]


@pytest.mark.usefixtures("filters")
def test_the_doctor_names_a_layer_that_is_missing_and_the_mend(
    configured: Callable[..., CommandLine],
) -> None:
    done = on_a_kernel_without_landlock(configured(), "doctor", "--no-plugins")
    lines = done.stdout.splitlines()
    place = next(i for i, line in enumerate(lines) if "Sandbox landlock" in line)
    assert "missing: Function not implemented" in lines[place]
    assert "→ use Linux 6.2 or later" in lines[place + 1]
    assert done.returncode == 0
    done = on_a_kernel_without_landlock(configured(require_sandbox=True), "doctor", "--no-plugins")
    assert done.returncode == 1


def test_with_every_layer_there_requiring_them_changes_nothing(
    configured: Callable[..., CommandLine], mock: Mock, missing: dict[Layer, str]
) -> None:
    if missing:
        pytest.skip(f"this machine lacks {', '.join(missing)}")
    status, records = configured(require_sandbox=True).extract(
        "--profile", "fast", mock("1.json", {"do": "set", "a": 1})
    )
    assert (status, records[0]["sandbox"]) == (0, list(LAYERS))


def test_requiring_what_is_left_out_is_a_fault_of_the_configuration(
    configured: Callable[..., CommandLine], tmp_path: Path
) -> None:
    done = configured(require_sandbox=True, omit_layers=["seccomp"]).run("extract", tmp_path)
    assert done.returncode == 2
    assert b"`require_sandbox` and `omit_layers` exclude each other" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert os.fsencode(tmp_path / "workers.toml") in done.stderr
