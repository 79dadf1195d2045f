"""What the distributions of this tree declare, and what they really use."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(
    path.parent.relative_to(ROOT).as_posix()
    for pattern in ("*/pyproject.toml", "plugins/*/pyproject.toml")
    for path in ROOT.glob(pattern)
)


@dataclass(frozen=True)
class Distribution:
    """One distribution of the tree, or its root."""

    folder: str

    @cached_property
    def pyproject(self) -> dict[str, Any]:
        return tomllib.loads((ROOT / self.folder / "pyproject.toml").read_text("utf-8"))

    @property
    def project(self) -> dict[str, Any]:
        project: dict[str, Any] = self.pyproject["project"]
        return project

    @property
    def package(self) -> str:
        return str(self.project["name"]).replace("-", "_")

    @property
    def needs(self) -> list[Requirement]:
        optional = self.project.get("optional-dependencies", {}).values()
        lines = chain(self.project.get("dependencies", []), *optional)
        return [Requirement(line) for line in lines]

    def imports(self) -> set[str]:
        """The top-level names that its sources import."""
        found: set[str] = set()
        for path in (ROOT / self.folder / "src").rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Import):
                    found.update(alias.name.partition(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
        return found


ROOT_PROJECT = Distribution(".")


def _names(lines: list[str]) -> set[str]:
    """The names before `` @ ``: the root's addresses are templates that no parser knows."""
    return {line.partition(" @ ")[0] for line in lines}


@pytest.fixture(params=FOLDERS)
def distribution(request: pytest.FixtureRequest) -> Distribution:
    return Distribution(request.param)


def test_the_root_installs_all_but_what_is_large_or_under_the_gpl() -> None:
    found = [Distribution(folder) for folder in FOLDERS]
    large = {"metaextract-geocode"}
    gpl = {each.project["name"] for each in found if "GPL" in each.project["license"]}
    assert (
        _names(ROOT_PROJECT.project["dependencies"])
        == {each.project["name"] for each in found} - gpl - large
    )
    assert _names(ROOT_PROJECT.project["optional-dependencies"]["geocode"]) == large
    assert _names(ROOT_PROJECT.project["optional-dependencies"]["gpl"]) == gpl


def test_the_workspace_and_the_import_rules_know_every_distribution() -> None:
    found = [Distribution(folder) for folder in FOLDERS]
    tool = ROOT_PROJECT.pyproject["tool"]
    assert set(tool["uv"]["sources"]) == {each.project["name"] for each in found}
    assert set(tool["importlinter"]["root_packages"]) == {each.package for each in found}


def test_each_dependency_has_a_lower_bound(distribution: Distribution) -> None:
    loose = [
        str(need)
        for need in distribution.needs
        if not any(specifier.operator in {">=", "~=", "=="} for specifier in need.specifier)
    ]
    assert loose == []


def test_only_what_is_declared_is_imported(distribution: Distribution) -> None:
    providers = packages_distributions()
    declared = {canonicalize_name(need.name) for need in distribution.needs}
    strangers = {
        name
        for name in distribution.imports() - set(sys.stdlib_module_names) - {distribution.package}
        # Types of the standard library that only a type checker sees.
        if name != "_typeshed"
        and declared.isdisjoint(canonicalize_name(each) for each in providers.get(name, [name]))
    }
    assert strangers == set()


def test_each_distribution_is_built_alike(distribution: Distribution) -> None:
    assert distribution.pyproject["build-system"] == ROOT_PROJECT.pyproject["build-system"]
    assert distribution.project["requires-python"] == ">=3.11"
    assert distribution.project["readme"] == "README.md"
    assert (ROOT / distribution.folder / "README.md").read_text("utf-8").startswith("# ")
    assert (ROOT / distribution.folder / "src" / distribution.package / "py.typed").exists()


def test_constraints_are_plain_pins_without_addresses() -> None:
    pin = re.compile(r"[a-z0-9][a-z0-9.-]*==[0-9][0-9a-z.+!]*( ; [a-z_]+ [!=<>]+ '[\w.]+')?")
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_constraints_pin_everything_that_is_declared() -> None:
    pinned = {
        line.partition("==")[0]
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    }
    ours = {Distribution(folder).project["name"] for folder in FOLDERS}
    declared = {
        canonicalize_name(need.name) for folder in FOLDERS for need in Distribution(folder).needs
    }
    groups = {
        canonicalize_name(Requirement(line).name)
        for group in ROOT_PROJECT.pyproject["dependency-groups"].values()
        for line in group
    }
    assert (declared | groups) - ours - pinned == set(), "run `make constraints`"
