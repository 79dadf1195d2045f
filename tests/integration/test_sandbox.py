"""Each forbidden act is tried by the mock with the layer on, and off to show what stops it."""

from __future__ import annotations

import json
import mmap
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.processes import processes_with, until

from metaextract_core.workers.sandbox import landlock
from metaextract_core.workers.sandbox.policy import LAYERS, Layer
from metaextract_core.workers.sandbox.processes import MAX_PROCESSES

CommandLine = Any
Mock = Any
Section = dict[str, Any]
Obey = Callable[..., Section]


@pytest.fixture
def obey(configured: Callable[..., CommandLine], mock: Mock, missing: dict[Layer, str]) -> Obey:
    """The mock's section for one order, with all layers but those in `omit`.

    The record names exactly the others, and a file after this one is read as ever.
    """

    def run(order: dict[str, Any], *, omit: tuple[Layer, ...] = (), timeout: float = 20) -> Section:
        for layer in LAYERS:
            if layer in missing:
                pytest.skip(f"this machine lacks the layer {layer}: {missing[layer]}")
        # Another content for each policy: what once ended a worker is not tried again.
        other = {"do": "set", "without": list(omit)}
        folder = mock("orders.json", order, other), mock("next.json", {"do": "set", "word": "good"})
        program = configured(omit_layers=list(omit))
        _, records = program.extract("--profile", "fast", "--timeout", str(timeout), *folder)
        for record in records:
            assert record["sandbox"] == [layer for layer in LAYERS if layer not in omit]
        assert records[1]["sections"]["mock"]["data"]["word"] == "good"
        section: Section = records[0]["sections"]["mock"]
        return section

    return run


def refused(section: Section) -> bool:
    """Whether the operating system said no, and nothing else went wrong."""
    return bool(
        (section["status"], section["code"]) == ("failed", "MX501")
        and section["reason"].startswith("PermissionError: ")
        and section["data"] == {}
    )


def since(version: int) -> None:
    """Skip where this kernel's Landlock is older."""
    if (offered := landlock.version()) < version:
        pytest.skip(f"Landlock is of version {offered} here; this takes {version}")


def test_a_secret_elsewhere_cannot_be_read(obey: Obey, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    order = {"do": "read", "path": str(secret)}
    assert refused(obey(order)), "it lies beside a file that was named itself"
    assert obey(order, omit=("landlock",))["data"]["read"] == "the secret"


def test_what_lies_in_a_folder_that_was_named_can_be_read_and_nothing_beside_it(
    command_line: CommandLine, mock: Mock, tmp_path: Path, missing: dict[Layer, str]
) -> None:
    if "landlock" in missing:
        pytest.skip(f"this machine lacks Landlock: {missing['landlock']}")
    (tmp_path / "named").mkdir()
    inside, outside = tmp_path / "named" / "text", tmp_path / "outside"
    inside.write_text("inside")
    outside.write_text("outside")
    mock("named/1.json", {"do": "read", "path": str(inside)})
    mock("named/2.json", {"do": "read", "path": str(outside)})
    _, records = command_line.extract("--profile", "fast", tmp_path / "named")
    sections = [record["sections"]["mock"] for record in records if "mock" in record["sections"]]
    assert sections[0]["data"]["read"] == "inside"
    assert refused(sections[1])


def test_a_file_elsewhere_cannot_be_written(obey: Obey, tmp_path: Path) -> None:
    target = tmp_path / "written"
    order = {"do": "write", "path": str(target)}
    assert refused(obey(order))
    assert not target.exists()
    assert obey(order, omit=("landlock",))["status"] == "ok"
    assert target.read_text() == "written by the mock"


def test_the_input_itself_cannot_be_written(obey: Obey, tmp_path: Path) -> None:
    document = tmp_path / "orders.json"
    order = {"do": "write", "path": str(document), "text": "changed"}
    assert refused(obey(order))
    assert json.loads(document.read_text())["metaextract-mock"][0] == order


def test_the_scratch_folder_can_be_written(obey: Obey) -> None:
    assert obey({"do": "write", "path": "mine"})["status"] == "ok"


def test_f50_the_times_of_the_input_cannot_be_changed(obey: Obey, tmp_path: Path) -> None:
    """Landlock leaves times, owner and mode alone: this is seccomp's."""
    document = tmp_path / "orders.json"
    order = {"do": "change", "path": str(document)}
    assert refused(obey(order))
    assert document.stat().st_mtime != 0
    section = obey(order, omit=("seccomp",))
    assert (section["status"], section["code"]) == ("partial", "MX514"), "the change is noticed"
    assert document.stat().st_mtime == 0


@pytest.fixture
def tcp() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def connected(listener: socket.socket) -> bool:
    """Whether somebody has connected since the last look."""
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("omit", [(), ("landlock",), ("seccomp",)], ids=lambda omit: "".join(omit))
def test_no_tcp_connection_can_be_made(obey: Obey, tcp: socket.socket, omit: Any) -> None:
    """Two layers refuse it, each by itself."""
    if "seccomp" in omit:
        since(4)
    order = {"do": "connect", "host": "127.0.0.1", "port": tcp.getsockname()[1]}
    assert refused(obey(order, omit=omit))
    assert not connected(tcp)


def test_a_tcp_connection_is_made_without_both_layers(obey: Obey, tcp: socket.socket) -> None:
    order = {"do": "connect", "host": "127.0.0.1", "port": tcp.getsockname()[1]}
    assert obey(order, omit=("landlock", "seccomp"))["status"] == "ok"
    assert connected(tcp)


def test_no_datagram_can_be_sent(obey: Obey) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        order = {"do": "send", "host": "127.0.0.1", "port": listener.getsockname()[1]}
        assert refused(obey(order))
        with pytest.raises(BlockingIOError):
            listener.recv(100)
        assert obey(order, omit=("seccomp",))["status"] == "ok"
        assert listener.recv(100) == b"sent by the mock"


def test_processes_are_few(obey: Obey) -> None:
    order = {"do": "forks", "count": 200}
    data = obey(order)["data"]
    assert (data["refusal"], data["forks"]) == ("EAGAIN", MAX_PROCESSES)
    data = obey(order, omit=("processes",))["data"]
    assert ("refusal" in data, data["forks"]) == (False, 200)


def test_f07_a_fork_bomb_ends_with_its_extractor_and_nothing_is_left(
    obey: Obey, command_line: CommandLine, tmp_path: Path
) -> None:
    mark = command_line.environment["METAEXTRACT_TEST_MARK"] = str(tmp_path)
    try:
        section = obey({"do": "bomb"}, timeout=2)
    finally:
        del command_line.environment["METAEXTRACT_TEST_MARK"]
    assert (section["status"], section["code"]) == ("timeout", "MX502")
    assert until(lambda: processes_with(mark) == [])


def test_no_process_can_be_traced(obey: Obey) -> None:
    """Not even a child of its own, which no other layer protects."""
    assert refused(obey({"do": "trace"}))
    assert obey({"do": "trace"}, omit=("seccomp",))["status"] == "ok"


@pytest.mark.parametrize("omit", [(), ("landlock",), ("seccomp",)], ids=lambda omit: "".join(omit))
def test_the_process_above_cannot_be_traced(obey: Obey, omit: Any) -> None:
    """Two layers refuse it, each by itself."""
    assert refused(obey({"do": "trace", "pid": 0}, omit=omit))


def test_the_process_above_is_traced_without_these_layers(obey: Obey) -> None:
    """Root's worker has no CAP_SYS_PTRACE left, and the process above it had none either."""
    try:
        restricted = int(Path("/proc/sys/kernel/yama/ptrace_scope").read_text())
    except OSError:
        restricted = 0
    if restricted:
        pytest.skip("Yama lets no process trace the one above it on this machine")
    section = obey({"do": "trace", "pid": 0}, omit=("landlock", "seccomp"))
    assert section["status"] == "ok"


def test_the_process_above_cannot_be_killed(obey: Obey) -> None:
    since(6)
    assert refused(obey({"do": "kill"}))
    assert obey({"do": "kill"}, omit=("landlock",))["status"] == "ok"


def test_4_gb_cannot_be_had(obey: Obey) -> None:
    order = {"do": "allocate", "size": 4 << 30, "at_once": True}
    section = obey(order)
    assert (section["status"], section["code"]) == ("memory", "MX503")
    try:
        mmap.mmap(-1, 4 << 30).close()
    except OSError:
        pytest.skip("this machine gives nobody 4 GB at once: with the limits off it cannot either")
    assert obey(order, omit=("limits",))["status"] == "ok"


def test_a_file_that_nobody_could_open_was_read_in_no_sandbox(
    command_line: CommandLine, tmp_path: Path
) -> None:
    _, records = command_line.extract(tmp_path / "none")
    assert records[0]["sandbox"] == []


def sections(program: CommandLine, folder: Path) -> dict[tuple[str, str], Section]:
    """Every section of the files of a folder, without what differs from run to run."""
    _, records = program.extract("--profile", "deep", folder)
    for record in records:  # ExifTool's reading sets the time of access that the next run sees
        for section in record["sections"].values():
            for tag in ("System:FileAccessDate", "Accessed"):
                section["data"].pop(tag, None)
    return {
        (record["file"]["path"], name): {
            key: value for key, value in section.items() if key != "duration_ms"
        }
        for record in records
        for name, section in record["sections"].items()
    }


def test_first_party_plugins_say_the_same_with_the_sandbox_and_without(
    command_line: CommandLine, configured: Callable[..., CommandLine]
) -> None:
    samples = Path(__file__).parents[2] / "samples"
    outside = sections(configured(omit_layers=list(LAYERS)), samples)
    assert sections(command_line, samples) == outside
    assert "exiftool" in {name for _, name in outside}


def test_they_say_the_same_of_real_files(
    command_line: CommandLine, configured: Callable[..., CommandLine], corpora: Path
) -> None:
    folder = corpora / "exiftool"
    outside = sections(configured(omit_layers=list(LAYERS)), folder)
    assert sections(command_line, folder) == outside
    assert len(outside) > 100


def test_a_folder_behind_a_link_and_dots_is_read(
    command_line: CommandLine, mock: Mock, tmp_path: Path
) -> None:
    """Behind a link, ``..`` leads elsewhere than the text suggests."""
    (tmp_path / "there" / "deep").mkdir(parents=True)
    mock("there/1.json", {"do": "set", "word": "found"})
    (tmp_path / "link").symlink_to(tmp_path / "there" / "deep")
    for path in (tmp_path / "link" / "..", tmp_path / "link" / ".." / "1.json"):
        _, records = command_line.extract("--profile", "fast", path)
        assert records[0]["sections"]["mock"]["data"]["word"] == "found", path


def test_files_of_many_folders_come_from_a_stream(
    command_line: CommandLine, mock: Mock, tmp_path: Path
) -> None:
    """Each folder is news to the workers that are there."""
    paths = []
    for number in range(60):
        (tmp_path / str(number)).mkdir()
        paths.append(mock(f"{number}/1.json", {"do": "set", "number": number}))
    names = "\n".join(map(str, paths)).encode()
    status, records = command_line.extract("--profile", "fast", "--files-from", "-", input_=names)
    numbers = [record["sections"]["mock"]["data"]["number"] for record in records]
    assert (status, numbers) == (0, list(range(60)))


def test_a_further_folder_can_be_made_readable(
    configured: Callable[..., CommandLine], mock: Mock, tmp_path: Path
) -> None:
    table = tmp_path / "tables" / "colours"
    table.parent.mkdir()
    table.write_text("red")
    document = mock("1.json", {"do": "read", "path": str(table)})
    program = configured(readable=[str(table.parent)])
    _, records = program.extract("--profile", "fast", document)
    assert records[0]["sections"]["mock"]["data"]["read"] == "red"
