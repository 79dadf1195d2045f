"""A class that keeps the contract is described, one that does not is told what is wrong."""

from __future__ import annotations

import abc
import types
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest

from metaextract_core.fields import FIELDS
from metaextract_core.vetting.contract import check
from metaextract_core.vetting.messages import Probe
from metaextract_sdk import API_VERSION, BatchExtractor, Extractor, hookimpl


class Sound(Extractor):
    """Reads sounds.

    And more that nobody needs to know.
    """

    media_types = ("audio/x-wav", "image/*", "*/*")
    version = "1.2"
    needs = ("other",)
    instead_of = ("slower",)
    crosswalk: ClassVar[Mapping[str, str]] = {"Title": "document.title"}
    tools: ClassVar[Mapping[str, str]] = {"sox": "apt install sox"}
    timeout = 3

    def extract(self, file: Any, ctx: Any) -> Mapping[str, Any]:
        return {}


class Batch(BatchExtractor):
    """Several at once."""

    media_types = ("*/*",)
    version = "1"
    batch_files = 7

    def extract_batch(self, jobs: Any) -> Iterator[Any]:
        yield {}


def request(*, extractor: bool = True) -> Probe:
    return Probe(
        name="sound",
        target="a.b:Sound",
        distribution="dist",
        version="3",
        paths=["/x"],
        files=[],
        extractor=extractor,
        timeout=1.0,
        memory=1 << 30,
    )


def complaints(found: Any) -> list[tuple[str, str]]:
    diagnostics, descriptor = check(found, request())
    assert descriptor is None
    return [(problem.code, problem.message) for problem in diagnostics]


def with_(**attributes: Any) -> type[Extractor]:
    return type("Changed", (Sound,), attributes)


def test_an_extractor_is_described() -> None:
    diagnostics, descriptor = check(Sound, request())
    assert diagnostics == []
    assert descriptor is not None
    assert descriptor.id == "sound"
    assert descriptor.target == "a.b:Sound"
    assert (descriptor.distribution, descriptor.distribution_version) == ("dist", "3")
    assert descriptor.description == "Reads sounds."
    assert descriptor.media_types == ("audio/x-wav", "image/*", "*/*")
    assert (descriptor.needs, descriptor.instead_of) == (("other",), ("slower",))
    assert descriptor.crosswalk == {"Title": "document.title"}
    assert descriptor.tools == {"sox": "apt install sox"}
    assert descriptor.timeout == 3.0
    assert descriptor.memory == Extractor.memory
    assert not descriptor.batch


def test_a_batch_extractor_is_described() -> None:
    _, descriptor = check(Batch, request())
    assert descriptor is not None
    assert descriptor.batch
    assert (descriptor.batch_files, descriptor.batch_bytes) == (7, BatchExtractor.batch_bytes)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("media_types", ()),
        ("media_types", "image/jpeg"),
        ("media_types", ("image",)),
        ("media_types", ("image/jpeg; q=1",)),
        ("media_types", ("*/jpeg",)),
        ("media_types", (7,)),
        ("media_types", None),
        ("version", ""),
        ("version", " "),
        ("version", 1),
        ("version", "\udcff"),
        ("profiles", ("quick",)),
        ("profiles", "deep"),
        ("needs", "other"),
        ("instead_of", "slower"),
        ("crosswalk", {"Title": 7}),
        ("crosswalk", {7: "document.title"}),
        ("crosswalk", [("Title", "document.title")]),
        ("crosswalk", {"\udcff": "document.title"}),
        ("trust", 101),
        ("trust", "high"),
        ("trust", True),
        ("tools", ("sox",)),
        ("tools", {"sox": None}),
        ("timeout", 0),
        ("timeout", -1),
        ("timeout", float("nan")),
        ("timeout", float("inf")),
        ("timeout", "30"),
        ("memory", 0),
        ("memory", 10**20),
        ("api_version", "1"),
        ("api_version", None),
    ],
)
def test_an_attribute_of_the_wrong_kind_is_named(name: str, value: Any) -> None:
    [(code, message)] = complaints(with_(**{name: value}))
    assert code == "MX403"
    assert message.startswith(f"{name} must")


@pytest.mark.parametrize(("name", "value"), [("batch_files", 0), ("batch_bytes", "all")])
def test_a_batch_of_the_wrong_size_is_named(name: str, value: Any) -> None:
    [(code, message)] = complaints(type("Changed", (Batch,), {name: value}))
    assert (code, message.partition(" ")[0]) == ("MX403", name)


def test_everything_wrong_is_said_at_once() -> None:
    assert len(complaints(with_(version="", timeout=0, trust=-1))) == 3


def test_what_is_no_extractor_is_told_what_it_is() -> None:
    assert complaints(dict)[0][0] == "MX402"
    assert complaints(complaints)[0] == ("MX402", "a.b:Sound is of type function, no Extractor")
    assert complaints(Sound())[0][0] == "MX402"


@pytest.mark.parametrize("version", [API_VERSION, API_VERSION - 1])
def test_this_contract_and_the_one_before_are_accepted(version: int) -> None:
    assert check(with_(api_version=version), request())[0] == []


@pytest.mark.parametrize(("version", "code"), [(API_VERSION + 1, "MX404"), (-1, "MX405")])
def test_other_contracts_are_not(version: int, code: str) -> None:
    assert complaints(with_(api_version=version))[0][0] == code


def test_a_contract_that_is_not_spoken_is_the_only_complaint() -> None:
    """Whatever else looks wrong may be right in that contract."""
    assert len(complaints(with_(api_version=99, media_types=None))) == 1


class NoMethod(Extractor):
    media_types = ("*/*",)
    version = "1"


class NoBatchMethod(BatchExtractor):
    media_types = ("*/*",)
    version = "1"

    def extract(self, file: Any, ctx: Any) -> Mapping[str, Any]:
        return {}


class TooFewArguments(Sound):
    def extract(self, file: Any) -> Mapping[str, Any]:  # type: ignore[override]  # the fault
        return {}


class Coroutine(Sound):
    async def extract(self, file: Any, ctx: Any) -> Mapping[str, Any]:  # type: ignore[override]  # the fault
        return {}


class Generator(Sound):
    def extract(self, file: Any, ctx: Any) -> Iterator[Any]:  # type: ignore[override]  # the fault
        yield {}


class WantsArguments(Sound):
    def __init__(self, table: str) -> None:
        self.table = table


class Abstract(Sound, abc.ABC):
    @abc.abstractmethod
    def table(self) -> str: ...


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (NoMethod, "it defines no extract method"),
        (NoBatchMethod, "it defines no extract_batch method"),
        (TooFewArguments, "extract must take (self, file, ctx)"),
        (Coroutine, "extract must not be async"),
        (Generator, "extract must return, not yield"),
        (WantsArguments, "it must be made without arguments"),
        (Abstract, "the class is abstract"),
    ],
)
def test_what_the_host_could_not_call_is_named(found: type, message: str) -> None:
    assert complaints(found) == [("MX403", message)]


def test_looking_may_raise() -> None:
    class Meta(type):
        @property
        def version(cls) -> str:
            raise SystemExit(3)

    strange = Meta("Strange", (Extractor,), {"media_types": ("*/*",)})
    [(code, message)] = complaints(strange)
    assert code == "MX403"
    assert "SystemExit: 3" in message


def test_a_field_that_does_not_exist_is_a_warning() -> None:
    """A misspelled field would otherwise be ignored in silence; the extractor still works."""
    assert "document.titel" not in FIELDS
    diagnostics, descriptor = check(with_(crosswalk={"Title": "document.titel"}), request())
    assert [(item.code, item.message) for item in diagnostics] == [
        ("MX407", "there is no field document.titel")
    ]
    assert descriptor is not None


def hooks(**functions: Any) -> types.ModuleType:
    module = types.ModuleType("hooks_under_test")
    vars(module).update(functions)
    return module


@hookimpl
def metaextract_publish(record: Mapping[str, Any]) -> None: ...


@hookimpl
def metaextract_pubish(record: Mapping[str, Any]) -> None: ...


def unmarked(record: Mapping[str, Any]) -> None: ...


@hookimpl(specname="metaextract_publish")
def misspelled_argument(recrod: Mapping[str, Any]) -> None: ...


def test_a_module_of_hooks_is_sound() -> None:
    module = hooks(metaextract_publish=metaextract_publish, helper=unmarked)
    assert check(module, request(extractor=False)) == ([], None)


@pytest.mark.parametrize(
    "functions",
    [
        {},
        {"metaextract_publish": unmarked},
        {"metaextract_pubish": metaextract_pubish},
        {"misspelled_argument": misspelled_argument},
    ],
)
def test_hooks_that_would_never_be_called_are_named(functions: dict[str, Any]) -> None:
    diagnostics, _ = check(hooks(**functions), request(extractor=False))
    assert [item.code for item in diagnostics] == ["MX406"]
    assert diagnostics[0].message
