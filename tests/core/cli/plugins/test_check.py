"""`metaextract plugins check`: what can be checked, and where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.zoo.hollow import SAMPLES, reader
from tests.zoo.installation import Installation
from tests.zoo.zoo import ANIMALS, extractor


def author_s_tree(folder: Path, source: str) -> Path:
    """A source tree as an author has it, not installed."""
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "heights.py").write_text(source, "utf-8")
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "my-heights"\nversion = "0.3"\n'
        '[project.entry-points."metaextract.extractors"]\nheights = "heights:It"\n',
        "utf-8",
    )
    return folder


def test_disabled_plugins_are_no_fault(tmp_path: Path) -> None:
    """The operator decided so; even a strict check passes."""
    installation = Installation(tmp_path, [a for a in ANIMALS if a.name == "import-raises"])
    (tmp_path / "config.toml").write_text('[plugins]\nallow = ["nobody"]\n')
    run = installation.run("plugins", "check", "import-raises", "--strict", "--json")
    assert run.returncode == 0
    assert json.loads(run.stdout)["plugins"][0]["code"] == "MX102"


def test_an_author_s_source_tree_is_checked_without_installing_it(tmp_path: Path) -> None:
    """`--path` reports the plugins of that folder and no others."""
    tree = author_s_tree(tmp_path / "heights", extractor())
    installation = Installation(tmp_path, [a for a in ANIMALS if a.name == "import-raises"])
    run = installation.run("plugins", "check", "--path", str(tree), "--json")
    assert run.returncode == 0, run.stderr
    (row,) = json.loads(run.stdout)["plugins"]
    assert (row["name"], row["distribution"], row["status"]) == ("heights", "my-heights", "ready")


def test_an_author_sees_the_line_to_mend(tmp_path: Path) -> None:
    """The place of a fault is in the author's own tree."""
    tree = author_s_tree(tmp_path / "heights", "class It(:\n")
    run = Installation(tmp_path, []).run("plugins", "check", "--path", str(tree))
    assert run.returncode == 1
    assert f"at {tree / 'src' / 'heights.py'}:1" in run.stdout


def test_a_folder_of_installed_distributions(tmp_path: Path, few: Installation) -> None:
    """`--path` takes the target of `pip install --target` as well."""
    run = Installation(tmp_path, []).run(
        "plugins", "check", "--path", str(few.folder), "healthy", "prints"
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "2 plugins: 2 ready"


@pytest.mark.parametrize(
    ("pyproject", "status", "reason"),
    [
        (None, 3, "there is no plugin in"),
        ('[project]\nname = "no-plugin"\n', 3, "there is no plugin in"),
        ("[project\n", 2, "pyproject.toml: cannot be read"),
    ],
    ids=["empty", "no-entry-points", "damaged"],
)
def test_a_path_without_plugins(
    tmp_path: Path, pyproject: str | None, status: int, reason: str
) -> None:
    """One line says what is missing."""
    tree = tmp_path / "tree"
    tree.mkdir()
    if pyproject is not None:
        (tree / "pyproject.toml").write_text(pyproject)
    run = Installation(tmp_path, []).run("plugins", "check", "--path", str(tree))
    assert run.returncode == status
    assert reason in run.stderr
    assert "Traceback" not in run.stderr


def test_an_author_s_source_tree_is_examined_deeply_without_installing_it(tmp_path: Path) -> None:
    """Samples lie beside the module; its tier and its rules stand in the JSON."""
    tree = author_s_tree(tmp_path / "heights", reader())
    (tree / "src" / "samples").mkdir()
    for name, text in SAMPLES.items():
        (tree / "src" / "samples" / name).write_text(text, "utf-8")
    installation = Installation(tmp_path, [])
    run = installation.run("plugins", "check", "--path", str(tree), "--deep", "--json")
    assert run.returncode == 0, run.stdout
    (row,) = json.loads(run.stdout)["plugins"]
    assert (row["status"], row["deep"]["tier"], row["deep"]["reason"]) == ("ready", "gold", "")
    assert row["deep"]["rules"][0] == {"code": "MX601", "passed": True, "message": ""}
