"""What is installed is read as `importlib.metadata` reads it, from folders and from elsewhere."""

from __future__ import annotations

import importlib.metadata
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from metaextract_core.installed import EntryPoint, Installed, entry_points, normalise


def install(folder: Path, name: str, metadata: str | None = None, **files: str) -> Path:
    """A ``*.dist-info``; further files by their names, without the ending."""
    info = folder / f"{name}.dist-info"
    info.mkdir(parents=True)
    if metadata is not None:
        (info / "METADATA").write_text(metadata)
    for file, text in files.items():
        (info / f"{file}.txt").write_text(text)
    return info


def headers(name: str, version: str) -> str:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def test_everything_here_is_seen_as_importlib_sees_it() -> None:
    """The environment that runs this test is the sample."""
    theirs = {
        normalise(found.metadata["Name"]): (found.version, tuple(found.requires or ()))
        for found in reversed(list(importlib.metadata.distributions()))
    }
    ours = {found.key: (found.metadata.version, found.metadata.requires) for found in Installed()}
    assert ours == theirs


def test_every_entry_point_here_is_read_as_importlib_reads_it() -> None:
    for found in Installed():
        ours = entry_points(found.read("entry_points.txt").decode())
        theirs = importlib.metadata.distribution(found.metadata.name).entry_points
        assert ours == [EntryPoint(point.group, point.name, point.value) for point in theirs]


def test_headers_end_at_the_first_empty_line_and_may_be_folded(tmp_path: Path) -> None:
    text = headers("demo", "1.5").replace("\n", "\r\n") + (
        "requires-dist: six>=1\r\nRequires-Dist: longer;\r\n  python_version > '3'\r\n"
        "\r\nVersion: 9\r\nRequires-Dist: no-requirement-but-text\r\n"
    )
    (install(tmp_path, "demo-1.5") / "METADATA").write_bytes(text.encode())
    (found,) = Installed([str(tmp_path)])
    assert found.metadata.version == "1.5"
    assert found.metadata.requires == ("six>=1", "longer; python_version > '3'")


def test_the_first_on_the_path_hides_the_others(tmp_path: Path) -> None:
    for folder, version in (("one", "1"), ("two", "2")):
        install(tmp_path / folder, f"My_Demo-{version}", headers("My.Demo", version))
    assert Installed([str(tmp_path / "two"), str(tmp_path / "one")]).version("my-demo") == "2"


def test_what_an_uninstallation_left_hides_nothing(tmp_path: Path) -> None:
    """A folder with no metadata in it, beside the one of the new version."""
    for version in ("1", "2", "3"):
        install(tmp_path, f"demo-{version}", headers("demo", version) if version == "2" else None)
    assert Installed([str(tmp_path)]).version("demo") == "2"


def test_what_cannot_be_read_is_empty(tmp_path: Path) -> None:
    (install(tmp_path, "odd-1") / "METADATA").mkdir()
    (found,) = Installed([str(tmp_path), str(tmp_path / "absent")])
    assert found.metadata == ("", "", ())
    assert found.read("entry_points.txt") == b""
    assert Installed([str(tmp_path)]).version("odd") == ""
    assert Installed([str(tmp_path)]).version("absent") == ""


def test_one_in_an_archive_is_found(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("packed-1.dist-info/METADATA", headers("packed", "1"))
        archive.writestr("packed-1.dist-info/entry_points.txt", "[group]\na = b:c\n")
    (found,) = Installed([str(tmp_path / "packed.zip")])
    assert (found.key, found.metadata.version) == ("packed", "1")
    assert entry_points(found.read("entry_points.txt").decode()) == [
        EntryPoint("group", "a", "b:c")
    ]


def test_one_in_the_format_of_older_times_is_found(tmp_path: Path) -> None:
    """As ``setup.py develop`` leaves it, with the requirements in a file of their own."""
    info = tmp_path / "old.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text(headers("old", "1"))
    (info / "requires.txt").write_text("six>=1\n\n[extra]\nmore\n")
    (info / "entry_points.txt").write_text("[group]\na = b:c\n")
    install(tmp_path, "new-2", headers("new", "2"))
    found = {item.key: item for item in Installed([str(tmp_path)])}
    assert found.keys() == {"old", "new"}
    assert found["old"].metadata.requires[0] == "six>=1"
    assert found["old"].read("entry_points.txt").startswith(b"[group]")


def test_what_another_finder_knows_of_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = install(tmp_path, "elsewhere-3", headers("elsewhere", "3"))

    class Finder:
        def find_spec(self, *_: object) -> None:
            return None

        def find_distributions(self, _: object) -> Iterator[importlib.metadata.Distribution]:
            return iter([importlib.metadata.PathDistribution(info)])

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert Installed().version("elsewhere") == "3"
    assert Installed([]).version("elsewhere") == ""


@pytest.mark.parametrize("line", ["no sign", "[group"])
def test_a_line_that_is_no_entry_point_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="is no entry point"):
        entry_points(f"[group]\na = b\n{line}\n")


def test_entry_points_may_hold_comments_spaces_and_signs() -> None:
    text = "# a comment\n[ one ]\n\n  a=b:c [extra] \n[two]\nx y = z = w\n"
    assert entry_points(text) == [
        EntryPoint(" one ", "a", "b:c [extra]"),
        EntryPoint("two", "x y", "z = w"),
    ]


@pytest.mark.parametrize("name", ["My.Demo", "my--demo", "MY_-.demo"])
def test_names_are_compared_as_package_indexes_do(name: str) -> None:
    assert normalise(name) == "my-demo"
