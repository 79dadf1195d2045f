"""What the sandbox lets through: the same is read with it as without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from metaextract_core.workers.sandbox.policy import LAYERS

CommandLine = Any
Mock = Any
Section = dict[str, Any]


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
