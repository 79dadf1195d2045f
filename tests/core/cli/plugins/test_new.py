"""`metaextract plugins new`: what it makes works untouched, what it refuses it refuses plainly."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.installing import Site

from metaextract_core.cli import cli
from metaextract_core.cli.plugins.new import files, make

MODULE = "metaextract_two_words"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def plugin(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new plugin, made by the program itself and installed as an editable one."""
    folder = tmp_path_factory.mktemp("authors")
    made = site.run(folder, "metaextract", "plugins", "new", "two-words")
    assert (made.returncode, made.stdout) == (0, ""), made.stderr
    assert len(made.stderr.splitlines()) == 1
    site.install(folder / "two-words", editable=True)
    return folder / "two-words"


def test_what_comes_next_is_said(site: Site, tmp_path: Path) -> None:
    """In words that a shell takes, wherever the plugin was made."""
    (tmp_path / "my plugins").mkdir()
    made = site.run(tmp_path, "metaextract", "plugins", "new", "hgt", "--into", "my plugins")
    assert made.stderr == (
        "metaextract: made 'my plugins/hgt'; next: pip install --editable 'my plugins/hgt[test]' "
        "&& pytest 'my plugins/hgt' && metaextract plugins check hgt --deep\n"
    )


def test_its_own_tests_pass(site: Site, plugin: Path) -> None:
    result = site.run(plugin, "pytest", "-p", "no:cacheprovider")
    assert result.returncode == 0, result.stdout
    assert " passed" in result.stdout
    assert "skipped" not in result.stdout


@pytest.mark.parametrize("where", [["two-words"], ["--path", "."]])
def test_it_passes_the_deep_check(site: Site, plugin: Path, where: list[str]) -> None:
    """By its name where it is installed, and from its folder as its workflow does it."""
    result = site.run(plugin, "metaextract", "plugins", "check", *where, "--deep", "--json")
    assert result.returncode == 0, result.stdout + result.stderr
    rows = json.loads(result.stdout)["plugins"]
    assert [(row["status"], row["diagnostics"]) for row in rows] == [("ready", [])] * 2


def test_its_samples_are_recognised_and_read(site: Site, plugin: Path) -> None:
    """The whole way: hook, extractor and crosswalk of an editable installation."""
    result = site.run(
        plugin, "metaextract", "extract", "--format", "jsonl", "--only", "two-words", "src"
    )
    records = {
        record["file"]["name"]: record for record in map(json.loads, result.stdout.splitlines())
    }
    lake = records["lake.two-words"]
    assert lake["file"]["media_type"] == "application/x-two-words"
    assert lake["sections"]["two-words"]["status"] == "ok", lake["sections"]
    assert lake["fields"]["document.title"]["value"] == "Morning at the lake"
    assert lake["fields"]["gps.latitude"]["value"] == 46.9951


def test_its_wheel_has_what_the_health_check_needs(plugin: Path, tmp_path: Path) -> None:
    """Samples and all: installed from a wheel it is as healthy as in its author's folder."""
    site = Site(tmp_path)
    names = site.install(plugin)
    assert {f"{MODULE}/samples/lake.two-words", f"{MODULE}/py.typed"} <= set(names)
    result = site.run(tmp_path, "metaextract", "plugins", "check", "two-words", "--deep")
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_edit_counts_at_once(site: Site, plugin: Path) -> None:
    """What an editable installation is for: a mistake is found without installing again."""
    source = plugin / "src" / MODULE / "extractor.py"
    well = source.read_text("utf-8")
    try:
        source.write_text(well.replace('version = "1"', 'version = ""'), "utf-8")
        result = site.run(plugin, "metaextract", "plugins", "check", "two-words")
        assert result.returncode == 1, result.stdout + result.stderr
        assert "MX403" in result.stdout
    finally:
        source.write_text(well, "utf-8")


def test_nothing_of_the_template_shows_through() -> None:
    """Each placeholder is filled in, and no name is that of the template."""
    for path, content in files("two-words"):
        assert "$" not in path
        assert not path.endswith(".in")
        text = content.decode("latin-1")
        assert "$" not in text.replace("${{", ""), path


def test_two_new_plugins_do_not_stand_in_each_other_s_way() -> None:
    """Media type and signature are the plugin's own."""
    one, other = (dict(files(name)) for name in ("one", "other"))
    assert one["src/metaextract_one/samples/lake.one"].startswith(b"\x89one\r\n\x1a\n")
    assert other["src/metaextract_other/samples/lake.other"].startswith(b"\x89other\r\n\x1a\n")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "cannot be the name"),
        ("../x", "cannot be the name"),
        ("/tmp/x", "cannot be the name"),
        ("a" * 41, "at most 40"),
        ("a" * 200, "at most 40"),
        ("größe", "cannot be the name"),
        ("a\nb", "cannot be the name"),
        ("a\0b", "cannot be the name"),
        ("\x1b[31m", "cannot be the name"),
        ("\udcff", "cannot be the name"),
        ("-x", "cannot be the name"),
        ("x-", "cannot be the name"),
        ("3ds", "beginning with a letter"),
        ("My_Format", "write my-format"),
        ("metaextract-x", "leave out metaextract-"),
        ("class", "a word of Python"),
        ("none", "a word of Python"),
        ("json", "a module of Python's own"),
        ("sdk", "MetaExtract itself"),
        ("there", "there already"),
        ("link", "there already"),
    ],
)
def test_a_name_that_will_not_do_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    why: str,
) -> None:
    """Status 2, a reason, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    status = cli.main(["plugins", "new", "--", name], standalone_mode=False)
    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    (line,) = printed.err.splitlines()
    assert why in line
    assert line.isprintable()
    assert {entry.name for entry in tmp_path.iterdir()} == {"there", "link"}
    assert not any((tmp_path / "there").iterdir())


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize("name", ["two-words"])
def test_a_name_that_is_installed_is_taken(site: Site, tmp_path: Path, name: str) -> None:
    result = site.run(tmp_path, "metaextract", "plugins", "new", name)
    assert result.returncode == 2
    assert result.stderr == (
        "metaextract: 'two-words' is taken by metaextract-two-words 0.1.0, which is installed; "
        "choose another name\n"
    )
    assert not any(tmp_path.iterdir())


def test_what_cannot_be_written_wholly_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the disk is full after some files."""

    def some(name: str) -> Iterator[tuple[str, bytes]]:
        yield from list(files(name))[:3]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("metaextract_core.cli.plugins.new.files", some)
    with pytest.raises(OSError, match="No space"):
        make("demo", tmp_path / "demo")
    assert not any(tmp_path.iterdir())


def test_a_fault_of_the_disk_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 1: nothing is wrong with how the command was used."""

    def full(name: str, target: Path) -> None:
        raise OSError(28, os.strerror(28), str(target))

    monkeypatch.setattr("metaextract_core.cli.plugins.new.make", full)
    status = cli.main(["plugins", "new", "demo", "--into", str(tmp_path)], standalone_mode=False)
    assert status == 1
    assert capsys.readouterr().err == (
        f"metaextract: cannot write {tmp_path}/demo: No space left on device\n"
    )


def test_an_existing_folder_is_never_written_into(tmp_path: Path) -> None:
    """Even where it appeared between the look and the writing."""
    (tmp_path / "demo").mkdir()
    with pytest.raises(FileExistsError):
        make("demo", tmp_path / "demo")
    assert not any((tmp_path / "demo").iterdir())
