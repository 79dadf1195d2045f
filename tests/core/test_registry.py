"""The registry answers who reads what, and takes out those whose needs cannot be met."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from metaextract_core.descriptor import Descriptor
from metaextract_core.discovery import EXTRACTORS, HOOKS, Candidate
from metaextract_core.registry import Registry, load_registry, reads
from metaextract_core.settings import PluginSettings, Settings
from metaextract_core.vetting import Diagnostic, Verdict

PLUGIN = '''
from metaextract_sdk import Extractor

class X(Extractor):
    """Reads."""

    media_types = ("text/x-registry-test",)
    version = "{version}"

    def extract(self, file, ctx):
        return {{}}
'''


def verdict(name: str, *needs: str, code: str | None = None, **attributes: Any) -> Verdict:
    """Of an extractor, ready unless a code says otherwise."""
    candidate = Candidate(name, EXTRACTORS, "m:X", "demo", "1")
    result = Verdict.of(candidate, *([Diagnostic(code, f"{name} fails")] if code else []))
    attributes = {"media_types": ("image/*",), "profiles": ("standard", "deep")} | attributes
    result.descriptor = Descriptor(
        id=name,
        target="m:X",
        distribution="demo",
        distribution_version="1",
        needs=needs,
        **attributes,
    )
    return result


def ids(descriptors: tuple[Descriptor, ...]) -> list[str]:
    return [descriptor.id for descriptor in descriptors]


def codes(registry: Registry) -> dict[str, str | None]:
    return {item.name: item.code for item in registry.verdicts}


class TestMediaTypes:
    @pytest.mark.parametrize(
        ("pattern", "media_type", "fits"),
        [
            ("image/jpeg", "image/jpeg", True),
            ("image/jpeg", "image/png", False),
            ("image/*", "image/png", True),
            ("image/*", "imagery/png", False),
            ("*/*", "application/octet-stream", True),
        ],
    )
    def test_a_pattern_covers_a_type(self, pattern: str, media_type: str, fits: bool) -> None:
        descriptor = verdict("x", media_types=("text/plain", pattern)).descriptor
        assert descriptor is not None
        assert reads(descriptor, media_type) is fits

    def test_type_and_profile_choose(self) -> None:
        registry = Registry(
            [
                verdict("all", media_types=("*/*",), profiles=("fast", "deep")),
                verdict("jpeg", media_types=("image/jpeg",)),
                verdict("sound", media_types=("audio/*",)),
            ]
        )
        assert ids(registry.for_media_type("image/jpeg", "fast")) == ["all"]
        assert ids(registry.for_media_type("image/jpeg", "standard")) == ["jpeg"]
        assert ids(registry.for_media_type("image/jpeg", "deep")) == ["all", "jpeg"]
        assert ids(registry.for_media_type("audio/mpeg", "standard")) == ["sound"]
        assert ids(registry.for_media_type("audio/mpeg", "unknown")) == []

    def test_only_those_that_are_ready_are_chosen(self) -> None:
        registry = Registry([verdict("a"), verdict("b", code="MX301"), verdict("c", code="MX313")])
        assert ids(registry.for_media_type("image/png", "deep")) == ["a", "c"]
        assert set(registry.ready) == {"a", "c"}
        assert registry.known == {"a", "b", "c"}

    def test_one_that_is_unavailable_says_what_is_missing_for_its_own_files(self) -> None:
        registry = Registry([verdict("tool", code="MX107"), verdict("bad", code="MX403")])
        (missing,) = registry.missing_for("image/png", "standard")
        assert missing.descriptor.id == "tool"
        assert missing.reason == "tool fails; install the program"
        assert missing.code == "MX107"
        assert registry.missing_for("image/png", "fast") == []
        assert registry.missing_for("audio/mpeg", "standard") == []

    def test_one_in_quarantine_says_so_for_its_own_files(self) -> None:
        registry = Registry([verdict("wild", code="MX110")])
        assert registry.ready == {}
        (missing,) = registry.missing_for("image/png", "standard")
        assert (missing.descriptor.id, missing.code) == ("wild", "MX110")


class TestNeeds:
    def test_needs_that_are_met_hold_nobody_back(self) -> None:
        registry = Registry([verdict("c", "a", "b"), verdict("b", "a"), verdict("a")])
        assert codes(registry) == {"a": None, "b": None, "c": None}

    @pytest.mark.parametrize("others", [[], [("b", "MX301")]], ids=["absent", "broken"])
    def test_one_whose_need_is_not_ready_is_unavailable(
        self, others: list[tuple[str, str]]
    ) -> None:
        registry = Registry(
            [verdict("a", "b"), *(verdict(name, code=code) for name, code in others)]
        )
        assert codes(registry)["a"] == "MX108"
        assert registry.verdicts[0].message == "it needs the extractor b, which is not ready"
        assert "a" not in registry.ready
        assert [item.descriptor.id for item in registry.missing_for("image/png", "deep")] == ["a"]

    def test_that_goes_on_to_those_who_need_it(self) -> None:
        registry = Registry([verdict("a", "absent"), verdict("b", "a"), verdict("c", "b")])
        assert codes(registry) == {"a": "MX108", "b": "MX108", "c": "MX108"}
        assert registry.verdicts[2].message == "it waits for b"

    @pytest.mark.parametrize("circle", [["a"], ["a", "b"], ["a", "b", "c"]])
    def test_a_circle_is_broken_and_who_depends_on_it_unavailable(self, circle: list[str]) -> None:
        following = [*circle[1:], circle[0]]
        registry = Registry(
            [
                *(verdict(name, need) for name, need in zip(circle, following, strict=True)),
                verdict("outside", circle[-1]),
                verdict("free"),
            ]
        )
        expected: dict[str, str | None] = dict.fromkeys(circle, "MX109")
        assert codes(registry) == expected | {"outside": "MX108", "free": None}
        assert set(registry.ready) == {"free"}

    def test_one_that_leads_into_two_circles_is_in_neither(self) -> None:
        registry = Registry(
            [
                verdict("bridge", "a", "x"),
                verdict("a", "b"),
                verdict("b", "a"),
                verdict("x", "x"),
            ]
        )
        assert codes(registry) == {"bridge": "MX108", "a": "MX109", "b": "MX109", "x": "MX109"}
        bridge = next(found for found in registry.verdicts if found.name == "bridge")
        assert bridge.message == "it waits for a and x"


def test_hook_plugins_are_kept_apart() -> None:
    hooks = [
        Verdict.of(Candidate(name, HOOKS, f"{name}.module", "demo", "1"), *problems)
        for name, problems in (("watch", []), ("dead", [Diagnostic("MX301", "x")]))
    ]
    registry = Registry([*hooks, verdict("watch")])
    assert registry.hooks == {"watch": "watch.module"}
    assert registry.known == {"watch"}
    assert list(registry.ready) == ["watch"]


class TestLoading:
    @pytest.fixture(autouse=True)
    def own_cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("METAEXTRACT_CACHE_DIR", str(tmp_path / "cache"))

    @staticmethod
    def install(folder: Path, version: str) -> None:
        info = folder / f"registry_demo-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: registry_demo\nVersion: {version}\n"
        )
        (info / "entry_points.txt").write_text(f"[{EXTRACTORS}]\nrx = registry_demo_x:X\n")
        (folder / "registry_demo_x.py").write_text(PLUGIN.format(version=version))

    def only_ours(self) -> Settings:
        return Settings(plugins=PluginSettings(allow=["rx"]))

    def test_no_plugins_means_none(self) -> None:
        registry = load_registry(Settings(), plugins=False)
        assert (registry.verdicts, registry.known) == ([], frozenset())

    def test_a_plugin_in_a_named_folder_is_found_and_judged(self, tmp_path: Path) -> None:
        self.install(tmp_path / "plugins", "1")
        registry = load_registry(self.only_ours(), paths=[tmp_path / "plugins"])
        (descriptor,) = registry.for_media_type("text/x-registry-test", "standard")
        assert (descriptor.id, descriptor.version) == ("rx", "1")
        assert "registry_demo_x" not in sys.modules
        assert (tmp_path / "cache" / "verdicts.json").exists()

    def test_a_named_folder_hides_what_is_installed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Otherwise an author who checks a new version would get a conflict with the old one."""
        self.install(tmp_path / "old", "1")
        self.install(tmp_path / "new", "2")
        monkeypatch.syspath_prepend(tmp_path / "old")
        registry = load_registry(self.only_ours(), paths=[tmp_path / "new"])
        assert [(item.name, item.version) for item in registry.verdicts if item.name == "rx"] == [
            ("rx", "2")
        ]
        assert registry.ready["rx"].version == "2"

    def test_an_upgrade_is_seen_at_once(self, tmp_path: Path) -> None:
        self.install(tmp_path / "plugins", "1")
        load_registry(self.only_ours(), paths=[tmp_path / "plugins"])
        (tmp_path / "plugins" / "registry_demo_x.py").write_text(PLUGIN.format(version="two"))
        registry = load_registry(self.only_ours(), paths=[tmp_path / "plugins"])
        assert registry.ready["rx"].version == "two"
