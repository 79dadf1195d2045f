"""`metaextract plugins`: exit statuses, what is shown, and what can be chosen."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from tests.zoo.hollow import SAMPLES, reader
from tests.zoo.installation import Installation
from tests.zoo.zoo import ANIMALS, Animal, extractor

NAMES = (
    "healthy",
    "healthy-hooks",
    "duplicate",
    "later-sdk",
    "missing-tool",
    "import-raises",
    "prints",
)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    animals = [animal for animal in ANIMALS if animal.name in NAMES]
    return Installation(tmp_path_factory.mktemp("few"), animals, alone=True)


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


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("check healthy", 0),
        ("check healthy --strict", 0),
        ("check healthy-hooks --strict", 0),
        ("check missing-tool", 0),
        ("check missing-tool --strict", 1),
        ("check prints", 0),
        ("check prints --strict", 1),
        ("check import-raises", 1),
        ("check duplicate", 1),
        ("check later-sdk", 1),
        ("check healthy later-sdk", 1),
        ("check", 1),
        ("check --no-plugins", 0),
        ("check no-such-plugin", 3),
        ("check healthy no-such-plugin", 3),
        ("check healthy --deep", 1),  # it declares no samples
        ("check missing-tool --deep", 0),
        ("check healthy-hooks --deep --strict", 0),
        ("check --deep --no-plugins", 0),
        ("check no-such-plugin --deep", 3),
        ("check --nonsense", 2),
        ("check --path /no/such/folder", 2),
        ("info healthy", 0),
        ("info import-raises", 1),
        ("info no-such-plugin", 3),
        ("info healthy --no-plugins", 3),
        ("info", 2),
        ("list", 0),
        ("list --no-plugins", 0),
        ("nonsense", 2),
    ],
)
def test_exit_status(few: Installation, arguments: str, status: int) -> None:
    """0 healthy, 1 broken, 2 usage, 3 not installed; and never a traceback."""
    run = few.run("plugins", *arguments.split())
    assert run.returncode == status, run.stderr
    assert "Traceback" not in run.stderr
    assert bool(run.stderr) == (status > 1 or "--no-plugins" in arguments)


def test_a_checker_that_fails_blames_no_plugin(tmp_path: Path) -> None:
    """Status 4 and one line, here because the process that imports plugins cannot start."""
    installation = Installation(tmp_path, [a for a in ANIMALS if a.name == "healthy"], alone=True)
    (installation.folder / "sitecustomize.py").write_text(
        'import sys\nif "metaextract_core.vetting.prober" in sys.orig_argv:\n    sys.exit(7)\n'
    )
    run = installation.run("plugins", "check")
    assert run.returncode == 4
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    assert line == "metaextract: the process that imports plugins does not start"


def test_a_bad_configuration_is_a_usage_error(tmp_path: Path) -> None:
    """It names the file and the key."""
    installation = Installation(tmp_path, [])
    (tmp_path / "config.toml").write_text("[plugins]\nimport_timeout = 'soon'\n")
    run = installation.run("plugins", "check")
    assert run.returncode == 2
    assert "config.toml" in run.stderr
    assert "import_timeout" in run.stderr


def test_what_is_not_installed_does_not_hide_what_is(few: Installation) -> None:
    """Asked for two, one of them absent, it shows the other."""
    run = few.run("plugins", "check", "healthy", "no-such-plugin")
    assert "zoo-healthy 1.0" in run.stdout
    assert run.stderr == (
        "metaextract: no plugin no-such-plugin is installed; "
        "`metaextract plugins list` shows what is\n"
    )


def test_a_distribution_may_be_named_however_it_is_spelled(few: Installation) -> None:
    """Authors think of their distribution; its name is normalised as package indexes do."""
    run = few.run("plugins", "check", "Zoo_Healthy", "--json")
    assert [row["name"] for row in json.loads(run.stdout)["plugins"]] == ["healthy"]


def test_json_has_every_key_for_every_plugin(few: Installation) -> None:
    """Scripts need not ask which keys are there."""
    report = json.loads(few.run("plugins", "check", *NAMES, "--json").stdout)
    assert list(report) == ["schema", "sdk", "summary", "plugins"]
    assert report["summary"] == {
        "broken": 1,
        "conflict": 2,
        "incompatible": 1,
        "ready": 3,
        "unavailable": 1,
    }
    for row in report["plugins"]:
        assert list(row) == [
            "name",
            "distribution",
            "version",
            "status",
            "code",
            "message",
            "fix",
            "location",
            "import_ms",
            "media_types",
            "diagnostics",
        ]
    healthy = next(row for row in report["plugins"] if row["name"] == "healthy")
    assert healthy["media_types"] == ["text/plain"]
    assert healthy["import_ms"] > 0
    assert healthy["diagnostics"] == []


def test_list_and_check_say_the_same(few: Installation) -> None:
    """They differ in their exit status alone."""
    listed, checked = few.run("plugins", "list"), few.run("plugins", "check")
    assert listed.stdout == checked.stdout
    assert (listed.returncode, checked.returncode) == (0, 1)


def test_the_last_line_counts_states(few: Installation) -> None:
    """The commonest first."""
    run = few.run("plugins", "check", *NAMES)
    assert run.stdout.splitlines()[-1] == (
        "8 plugins: 3 ready, 2 conflict, 1 broken, 1 incompatible, 1 unavailable"
    )


def test_info_tells_what_is_known(few: Installation) -> None:
    """The descriptor of an extractor, and for one that is not well the reason and the mend."""
    run = few.run("plugins", "info", "missing-tool")
    words = " ".join(run.stdout.split())
    for fact in (
        "state unavailable",
        "MX107 the program no-such-program is not on PATH",
        "fix: apt-get install no-such-program",
        "distribution zoo-missing-tool 1.0",
        "entry point metaextract.extractors: missing-tool = zoo_missing_tool:It",
        "description An animal of the zoo.",
        "media types text/plain",
        "timeout 30 s",
        "memory 512 MiB",
    ):
        assert fact in words


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


def test_a_plugin_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    """What comes from a plugin is shown with its control characters as escapes."""
    source = extractor('raise ValueError("\\x1b[2J\\u202egood")')
    loud = Animal(
        name="loud", distribution="zoo-loud", sources={"zoo_loud.py": source}, target="zoo_loud:It"
    )
    installation = Installation(tmp_path, [loud], alone=True)
    for command in (["check"], ["info", "loud"]):
        shown = installation.run("plugins", *command).stdout
        assert "\\x1b[2J\\u202egood" in shown.replace("\n", "")
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_a_terminal_sees_how_far_a_cold_check_is(tmp_path: Path, few: Installation) -> None:
    """The count goes to standard error and is gone at the end; standard output stays clean."""
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "TERM": "xterm",
        "PYTHONPATH": str(few.folder),
        "METAEXTRACT_CACHE_DIR": str(tmp_path),
        "METAEXTRACT_CONFIG": str(few.folder.parent / "config.toml"),
    }
    command = [sys.executable, "-m", "metaextract_core", "plugins", "list", "--json"]
    run = subprocess.run(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, check=True
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "importing plugins" in shown
    assert json.loads(run.stdout)["schema"] == 1
