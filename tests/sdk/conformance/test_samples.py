"""Samples are found below the package's folder, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from metaextract_sdk.conformance.samples import MAX_BYTES, Trouble, find_samples, is_pattern


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    (folder / "samples" / "folder").mkdir(parents=True)
    for name in ("b.x", "a.x", "c.y"):
        (folder / "samples" / name).write_text(name)
    (tmp_path / "secret").write_text("secret")
    return folder.resolve()


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (("samples/*",), ["a.x", "b.x", "c.y"]),
        (("samples/c.y", "samples/*.x"), ["c.y", "a.x", "b.x"]),
        (("samples/*.x", "samples/a.x"), ["a.x", "b.x"]),
        (("**/*.y",), ["c.y"]),
    ],
)
def test_each_file_comes_once_in_order(
    package: Path, patterns: tuple[str, ...], names: list[str]
) -> None:
    assert [path.name for path in find_samples(package, patterns)] == names


@pytest.mark.parametrize(
    ("patterns", "said"),
    [
        ((), "it declares no samples"),
        (("samples/*.z",), r"no file is .*/samples/\*\.z"),
        (("samples/folder",), "no file is"),
        (("samples/a.x", "samples/none.x"), "no file is .*none"),
        (("../secret",), "no path below the folder"),
        (("/etc/hostname",), "no path below the folder"),
    ],
)
def test_what_cannot_be_used_is_told(package: Path, patterns: tuple[str, ...], said: str) -> None:
    with pytest.raises(Trouble, match=said):
        find_samples(package, patterns)


def test_a_link_out_of_the_package_is_refused(package: Path) -> None:
    """A host that may read more than the extractor would read it for it."""
    (package / "samples" / "link.x").symlink_to(package.parent / "secret")
    with pytest.raises(Trouble, match="is not in the package"):
        find_samples(package, ("samples/*.x",))


def test_a_linked_folder_is_refused(package: Path) -> None:
    (package / "away").symlink_to(package.parent)
    with pytest.raises(Trouble, match="is not in the package"):
        find_samples(package, ("away/secret",))


def test_there_are_limits(package: Path) -> None:
    (package / "large").write_bytes(bytes(MAX_BYTES + 1))
    with pytest.raises(Trouble, match="larger than 1 MiB"):
        find_samples(package, ("large",))
    for number in range(70):
        (package / f"{number}.n").touch()
    with pytest.raises(Trouble, match="more than 64"):
        find_samples(package, ("*.n",))


@pytest.mark.parametrize("text", ["", "/x", "..", "a/../../b", "a\0b"])
def test_a_pattern_has_no_way_out(text: str) -> None:
    assert not is_pattern(text)
    assert is_pattern("samples/..x")
