"""Candidates and their sources are found without importing anything, whatever lies on the path."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from pathlib import Path

import pytest

from metaextract_core.discovery import EXTRACTORS, HOOKS, Candidate, discover, locate, sources


def write(folder: Path, *names: str) -> None:
    """Modules that must not be imported."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise AssertionError('imported')\n")


def install(
    folder: Path,
    name: str,
    entry_points: str,
    *,
    metadata: str | None = None,
    version: str = "1",
) -> None:
    """A ``*.dist-info`` as an installer writes it."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    if metadata is None:
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    if metadata:
        (info / "METADATA").write_text(metadata)
    (info / "entry_points.txt").write_text(entry_points)


def ours(found: list[Candidate]) -> list[tuple[str, str]]:
    return [(candidate.name, candidate.target) for candidate in found]


def in_(folder: Path) -> list[Candidate]:
    """What is found in `folder` beyond what is installed anyway."""
    return [candidate for candidate in discover([folder]) if candidate.origin]


def candidate(target: str, *paths: Path) -> Candidate:
    return Candidate("x", EXTRACTORS, target, "demo", "1", paths=tuple(map(str, paths)))


class TestInstalled:
    def test_both_groups_are_found_with_what_the_metadata_says(self, tmp_path: Path) -> None:
        install(
            tmp_path,
            "demo",
            "[metaextract.extractors]\nheights = demo.a:Heights\n"
            "[console_scripts]\ndemo = demo:main\n[metaextract.hooks]\nwatch = demo.b\n",
            metadata="Metadata-Version: 2.1\nName: Demo\nVersion: 1.5\nRequires-Dist: six>=1\n",
        )
        heights, watch = sorted(in_(tmp_path), key=lambda item: item.name)
        assert (heights.name, heights.group, heights.target) == (
            "heights",
            EXTRACTORS,
            "demo.a:Heights",
        )
        assert (watch.name, watch.group, watch.target) == ("watch", HOOKS, "demo.b")
        for found in (heights, watch):
            assert (found.distribution, found.version) == ("Demo", "1.5")
            assert found.requires == ("six>=1",)
            assert found.paths == (str(tmp_path),)
            assert found.origin == str(tmp_path)

    def test_nothing_is_imported(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, "trapped/__init__.py", "trapped/deep/__init__.py")
        write(tmp_path, "trapped/deep/reader.py")
        install(tmp_path, "trapped", "[metaextract.extractors]\nx = trapped.deep.reader:X\n")
        monkeypatch.syspath_prepend(tmp_path)
        (found,) = (item for item in discover() if item.distribution == "trapped")
        assert len(sources(found)) == 3
        assert not [name for name in sys.modules if name.partition(".")[0] == "trapped"]

    def test_an_earlier_copy_on_the_path_hides_a_later_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in ("1", "2"):
            install(
                tmp_path / number,
                "Shadow_Test" if number == "1" else "shadow-test",
                "[metaextract.extractors]\nx = m:X\n",
                version=number,
            )
        for number in ("2", "1"):
            monkeypatch.syspath_prepend(tmp_path / number)
        found = [item for item in discover() if "hadow" in item.distribution]
        assert [item.version for item in found] == ["1"]

    def test_a_named_folder_is_absolute_for_the_child(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install(tmp_path, "demo", "[metaextract.extractors]\nx = m:X\n")
        monkeypatch.chdir(tmp_path)
        (found,) = in_(Path("."))
        assert found.paths == (str(tmp_path),)

    def test_a_module_is_seen_that_appears_within_a_tick_of_the_clock(self, tmp_path: Path) -> None:
        """The finders remember a folder by its time of modification; `discover` has them look."""
        install(tmp_path, "demo", "[metaextract.extractors]\nx = late_x:X\n")
        (found,) = in_(tmp_path)
        assert sources(found) == []
        times = os.stat(tmp_path)
        write(tmp_path, "late_x.py")
        os.utime(tmp_path, ns=(times.st_atime_ns, times.st_mtime_ns))
        (found,) = in_(tmp_path)
        assert sources(found) == [str(tmp_path / "late_x.py")]

    def test_an_empty_folder_has_nothing(self, tmp_path: Path) -> None:
        assert in_(tmp_path) == []
        assert in_(tmp_path / "absent") == []

    def test_one_without_metadata_does_not_hide_the_rest(self, tmp_path: Path) -> None:
        install(tmp_path, "bare", "[metaextract.extractors]\na = m:A\n", metadata="")
        install(tmp_path, "bare2", "[metaextract.extractors]\nb = m:B\n", metadata="")
        install(tmp_path, "good", "[metaextract.extractors]\nc = m:C\n")
        assert sorted(ours(in_(tmp_path))) == [("a", "m:A"), ("b", "m:B"), ("c", "m:C")]
        assert all(isinstance(item.version, str) for item in in_(tmp_path))

    def test_a_damaged_list_of_entry_points_shows_as_one_without_target(
        self, tmp_path: Path
    ) -> None:
        install(tmp_path, "torn", "[metaextract.extractors]\nthere is no sign\n")
        install(tmp_path, "bytes", "")
        (tmp_path / "bytes-1.dist-info" / "entry_points.txt").write_bytes(
            b"[metaextract.hooks]\nx = \xff\n"
        )
        install(tmp_path, "stranger", "[console_scripts]\nthere is no sign\n")
        found = sorted((item.distribution, item.group, item.target) for item in in_(tmp_path))
        assert found == [("bytes", HOOKS, ""), ("torn", EXTRACTORS, "")]


class TestSourceTree:
    PROJECT = (
        '[project]\nname = "demo"\nversion = "2"\ndependencies = ["six>=1"]\n'
        '[project.entry-points."metaextract.extractors"]\nheights = "demo.reader:Heights"\n'
    )

    @pytest.mark.parametrize("layout", ["src", "."])
    def test_its_modules_are_found_in_both_layouts(self, tmp_path: Path, layout: str) -> None:
        (tmp_path / "pyproject.toml").write_text(self.PROJECT)
        write(tmp_path / layout, "demo/__init__.py", "demo/reader.py")
        (found,) = in_(tmp_path)
        assert (found.name, found.target) == ("heights", "demo.reader:Heights")
        assert (found.distribution, found.version) == ("demo", "2")
        assert found.requires == ("six>=1",)
        package = (tmp_path / layout / "demo").resolve()
        assert sources(found) == [str(package / "__init__.py"), str(package / "reader.py")]

    def test_one_that_provides_nothing_has_no_candidates(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
        assert in_(tmp_path) == []

    @pytest.mark.parametrize(
        "text",
        [
            "[project",
            'project = "demo"',
            '[project]\nname = "demo"\nentry-points = []',
            '[project]\nname = "demo"\n[project.entry-points."metaextract.extractors"]\nx = 1',
        ],
        ids=["no TOML", "no table", "a list", "no text"],
    )
    def test_a_project_file_that_makes_no_sense_is_named(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "pyproject.toml").write_text(text)
        with pytest.raises(ValueError, match=r"pyproject\.toml: cannot be read: .+") as caught:
            discover([tmp_path])
        assert len(str(caught.value).splitlines()) == 1


class TestLocate:
    def test_a_part_that_is_missing_means_none(self, tmp_path: Path) -> None:
        write(tmp_path, "top/__init__.py", "top/single.py")
        path = [str(tmp_path)]
        assert locate("absent_entirely", path) is None
        assert locate("top.absent", path) is None
        assert locate("top.single.deeper", path) is None
        found = locate("top.single", path)
        assert found is not None
        assert found.origin == str(tmp_path / "top" / "single.py")

    def test_namespaces_may_lie_in_namespaces_and_be_spread(self, tmp_path: Path) -> None:
        for place in ("one", "two"):
            write(tmp_path / place, f"outer/inner/{place}/__init__.py")
        for place in ("one", "two"):
            found = locate(f"outer.inner.{place}", [str(tmp_path / "one"), str(tmp_path / "two")])
            assert found is not None
            assert found.origin == str(tmp_path / place / "outer" / "inner" / place / "__init__.py")
        assert not [name for name in sys.modules if name.startswith("outer")]

    def test_a_finder_of_an_editable_install_is_asked(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As setuptools installs a flat layout: the folder is on no path."""
        write(tmp_path, "flat_demo/__init__.py", "flat_demo/reader.py")

        class Finder:
            @staticmethod
            def find_spec(name: str, path: object, target: object = None) -> ModuleSpec | None:
                return locate(name, [str(tmp_path)]) if name == "flat_demo" else None

        monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
        assert len(sources(candidate("flat_demo.reader:X"))) == 2


class TestSources:
    def test_of_a_package_all_code_and_nothing_else(self, tmp_path: Path) -> None:
        write(tmp_path, "p/__init__.py", "p/a.py", "p/sub/b.py", "p/__pycache__/c.py", "q.py")
        extension = tmp_path / "p" / f"native{EXTENSION_SUFFIXES[0]}"
        extension.write_bytes(b"\x7fELF")
        (tmp_path / "p" / "notes.txt").write_text("no code")
        names = [
            str(Path(file).relative_to(tmp_path / "p"))
            for file in sources(candidate("p.sub.b:C", tmp_path))
        ]
        assert names == sorted(["__init__.py", "a.py", "sub/b.py", extension.name])

    def test_of_a_single_module_that_file(self, tmp_path: Path) -> None:
        write(tmp_path, "alone.py", "other.py")
        assert sources(candidate("alone:C", tmp_path)) == [str(tmp_path / "alone.py")]

    def test_of_a_shared_namespace_only_the_own_part(self, tmp_path: Path) -> None:
        write(tmp_path, "shared/mine/__init__.py", "shared/mine/m.py", "shared/yours/__init__.py")
        files = sources(candidate("shared.mine.m:C", tmp_path))
        assert [Path(file).parent.name for file in files] == ["mine", "mine"]

    def test_what_cannot_be_found_has_none(self, tmp_path: Path) -> None:
        (tmp_path / "hollow").mkdir()
        assert sources(candidate("hollow:C", tmp_path)) == []
        assert sources(candidate("absent_entirely:C", tmp_path)) == []

    def test_locks_and_pipes_are_no_sources(self, tmp_path: Path) -> None:
        """Emacs leaves a dangling link beside a file that is being edited."""
        write(tmp_path, "p/__init__.py")
        (tmp_path / "p" / ".#a.py").symlink_to("me@host.1:1")
        os.mkfifo(tmp_path / "p" / "pipe.py")
        assert sources(candidate("p:C", tmp_path)) == [str(tmp_path / "p" / "__init__.py")]

    def test_what_a_named_folder_holds_goes_before_what_is_installed(self, tmp_path: Path) -> None:
        write(tmp_path, "metaextract_sdk/__init__.py")
        (file,) = sources(candidate("metaextract_sdk:Extractor", tmp_path))
        assert file.startswith(str(tmp_path))


def test_an_editable_install_is_found_through_its_pth(tmp_path: Path) -> None:
    """Installed for real, as `pip install -e` leaves it: a ``.pth`` and a ``.dist-info``."""
    project = tmp_path / "project"
    write(project / "src", "edited/__init__.py", "edited/reader.py")
    venv.create(tmp_path / "env", with_pip=False)
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    (site / "edited.pth").write_text(f"{project / 'src'}\n")
    install(site, "edited", "[metaextract.extractors]\nx = edited.reader:X\n")
    script = (
        "import sys; from metaextract_core.discovery import discover, sources\n"
        "(found,) = [item for item in discover() if item.distribution == 'edited']\n"
        "assert 'edited' not in sys.modules\n"
        "print(*sources(found), sep='\\n')\n"
    )
    answer = subprocess.run(
        [str(tmp_path / "env" / "bin" / "python"), "-c", script],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stderr == ""
    package = project / "src" / "edited"
    assert answer.stdout.split() == [str(package / "__init__.py"), str(package / "reader.py")]
