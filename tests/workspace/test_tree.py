"""Rules of the house that no linter knows."""

from __future__ import annotations

import re
from pathlib import Path

LONGEST_FILE = 400
LONGER_FILES: dict[str, str] = {}
"""Path -> why this file may be longer: it is one table of data."""

ADDRESSES = re.compile(
    # Written so that this file does not hold what it looks for.
    r"py[p]i\.[a-z]|pythonh[o]sted|registry\.np[m]|deb\.debi[a]n|/r[o]ot/|/w[o]rk/|/tm[p]/mx"
)
SILENCED = re.compile(r"#\s*(?:n[o]qa|type:\s*ign[o]re|pr[a]gma)")
SILENCED_WITH_A_REASON = re.compile(
    r"# (?:n[o]qa: [A-Z0-9, ]+?|type: ign[o]re\[[a-z, -]+\]|pr[a]gma: [a-z ]+?)(?: --| {1,2}#) \w.*"
)

UNTESTED_ALONE: dict[str, str] = {
    "core/src/metaextract_core/catalogue/migrations/versions/0001_records.py": "run by test_env",
    "core/src/metaextract_core/catalogue/migrations/versions/0002_accounts.py": "run by test_env",
    "core/src/metaextract_core/catalogue/migrations/versions/0003_server.py": "run by test_env",
    "core/src/metaextract_core/catalogue/tables.py": "compared with the migrations by test_env",
    "core/src/metaextract_core/codes/code.py": "declares fields and does nothing",
    "core/src/metaextract_core/codes/conforming.py": "a table, tested with that of all codes",
    "core/src/metaextract_core/codes/contract.py": "a table, tested with that of all codes",
    "core/src/metaextract_core/codes/found.py": "a table, tested with that of all codes",
    "core/src/metaextract_core/codes/importing.py": "a table, tested with that of all codes",
    "core/src/metaextract_core/codes/running.py": "a table, tested with that of all codes",
    "server/src/metaextract_server/codes.py": "names the codes and does nothing",
    "plugin-sdk/src/metaextract_sdk/conformance/evidence.py": "tested with the rules, which ask it",
}
"""Path of a source module -> why it has no test module of its own."""


def test_files_can_be_read_in_one_sitting(root: Path, python_files: list[Path]) -> None:
    lengths = {str(path): len((root / path).read_bytes().splitlines()) for path in python_files}
    too_long = {
        path: length
        for path, length in lengths.items()
        if length > LONGEST_FILE and path not in LONGER_FILES
    }
    assert too_long == {}
    assert all(lengths[path] > LONGEST_FILE for path in LONGER_FILES), "an exception is stale"


def test_no_file_speaks_of_a_registry_or_of_a_machine(root: Path, all_files: list[Path]) -> None:
    found = [
        f"{path}:{number}: {line}"
        for path in all_files
        for number, line in enumerate(
            (root / path).read_text("utf-8", errors="replace").splitlines(), 1
        )
        if ADDRESSES.search(line)
    ]
    assert found == []


def test_a_check_is_silenced_only_with_a_code_and_a_reason(
    root: Path, python_files: list[Path]
) -> None:
    unexplained = [
        f"{path}:{number}: {line.strip()}"
        for path in python_files
        for number, line in enumerate(
            (root / path).read_text("utf-8", errors="replace").splitlines(), 1
        )
        if (found := SILENCED.search(line))
        and not SILENCED_WITH_A_REASON.fullmatch(line, found.start())
    ]
    assert unexplained == []


def _test_of(source: Path) -> Path | None:
    """``core/src/metaextract_core/cli/table.py`` -> ``tests/core/cli/test_table.py``.

    None for what is no source module or only exports names and starts programs.
    """
    # The example plugin has its tests with it, as those of authors do.
    if "src" not in source.parts or source.parts[0] in {"tests", "docs"}:
        return None
    if source.stem.endswith("__"):
        return None
    src = source.parts.index("src")
    home = Path(*source.parts[:src]) if source.parts[0] != "plugin-sdk" else Path("sdk")
    inside = Path(*source.parts[src + 2 : -1])
    return "tests" / home / inside / f"test_{source.stem.lstrip('_')}.py"


def test_each_source_module_has_its_test_module(root: Path, python_files: list[Path]) -> None:
    lacking = {
        str(source)
        for source in python_files
        if (test := _test_of(source)) and not (root / test).exists()
    }
    assert lacking - set(UNTESTED_ALONE) == set()
    assert set(UNTESTED_ALONE) - lacking == set(), "an exception is stale"


def test_each_test_module_beside_the_sources_has_its_source(
    root: Path, python_files: list[Path]
) -> None:
    tests = {test for source in python_files if (test := _test_of(source))}
    assert len(tests) > 30, "the sources were not found"
    strangers = [
        str(path)
        for path in python_files
        if path.parts[0] == "tests"
        and path.parts[1] in {"sdk", "core", "server", "plugins"}
        and path.name.startswith("test_")
        and path.name != "test_public.py"
        and path not in tests
    ]
    assert strangers == []
