"""What the deep check makes of verdicts; what each rule finds is shown in tests/zoo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.core.conformance.conftest import Deeply
from tests.zoo.hollow import animal, reader
from tests.zoo.zoo import FOUND_BROKEN, HEALTHY, Animal

from metaextract_core.conformance import check
from metaextract_core.hooks import Hooks
from metaextract_core.registry import Registry
from metaextract_sdk.conformance.rules import RULES


def test_who_keeps_all_rules_stays_ready_and_is_of_gold(deeply: Deeply) -> None:
    verdict, deep = deeply(animal("reader", None, reader()))["reader"]
    assert (verdict.status, verdict.diagnostics) == ("ready", [])
    assert (deep.tier, deep.reason) == ("gold", "")
    assert [rule.code for rule in deep.rules] == [rule.code for rule in RULES]


def test_broken_rules_become_diagnostics_the_worst_first(deeply: Deeply) -> None:
    source = reader('print("hello")\nreturn {"Quality": 0.85}', doc="")
    verdict, deep = deeply(animal("bad", "MX604", source))["bad"]
    codes = [diagnostic.code for diagnostic in verdict.diagnostics]
    assert codes == ["MX604", "MX605", "MX611", "MX615", "MX616"]
    assert (verdict.status, verdict.code) == ("broken", "MX604")
    assert codes == [rule.code for rule in deep.rules if rule.passed is False]
    assert deep.tier is None


def test_who_is_not_ready_is_not_run(deeply: Deeply) -> None:
    missing = next(each for each in FOUND_BROKEN if each.name == "missing-tool")
    hooks = next(each for each in HEALTHY if each.name == "healthy-hooks")
    results = deeply(missing, hooks)
    assert results["missing-tool"][1].reason == "it is unavailable"
    assert results["missing-tool"][0].code == "MX107"
    assert results["healthy-hooks"][1].reason == "it has hooks, which read no files"


def test_what_shows_only_in_a_worker_that_something_is_missing_is_no_fault(
    deeply: Deeply,
) -> None:
    source = reader(
        attributes='def setup(self): raise Unavailable("no codec", fix="install it")',
        at_import="from metaextract_sdk import Unavailable",
    )
    verdict, deep = deeply(animal("lacking", None, source))["lacking"]
    assert (verdict.status, deep.tier, deep.rules) == ("ready", None, [])
    assert deep.reason == "it is unavailable: no codec; install it"


def test_an_import_that_hangs_only_in_a_worker_costs_nobody_else(deeply: Deeply) -> None:
    """A template that dies over one extractor serves the others all the same."""
    source = reader(
        at_import='if "metaextract_core.workers.template" in sys.orig_argv: os._exit(3)'
    )
    results = deeply(animal("dying", None, source), animal("reader", None, reader()))
    assert results["dying"][0].status == "broken"
    assert "MX602" in {each.code for each in results["dying"][0].diagnostics}
    assert results["reader"][1].tier == "gold"


def test_what_another_extractor_says_is_there_for_who_needs_it(deeply: Deeply) -> None:
    source = reader(
        'return {"Text": ctx.sections["reader"]["Text"].upper()}',
        attributes='needs = ("reader",)',
    )
    results = deeply(animal("reader", None, reader()), animal("second", None, source))
    assert results["second"][1].tier == "gold", results["second"][0].diagnostics


def test_an_original_that_is_changed_is_noticed(deeply: Deeply) -> None:
    """The extractor gets copies, but it knows where its samples are."""
    source = reader(
        'own = os.path.join(os.path.dirname(__file__), "samples", "one.txt")\n'
        "os.utime(own, (1, 1))\n"
        'return {"Text": file.read(0, 1000).decode("utf-8", "replace")}'
    )
    verdict, _ = deeply(animal("vandal", "MX606", source))["vandal"]
    assert verdict.code == "MX606"
    assert verdict.message.endswith("samples/one.txt, which is not the file it read")


def test_samples_must_lie_in_the_package(deeply: Deeply, tmp_path: Path) -> None:
    """A link to what only the host may read is not followed for a plugin."""
    (tmp_path / "secret.txt").write_text("secret")
    bad = animal("curious", "MX601", reader())
    link = tmp_path / "plugins" / "zoo_curious" / "samples" / "secret.txt"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "secret.txt")
    verdict, _ = deeply(bad)["curious"]
    assert verdict.code == "MX601"
    assert verdict.message.endswith("secret.txt is not in the package")


def test_progress_is_told(registry: Callable[..., Registry]) -> None:
    hooks: Animal = next(each for each in HEALTHY if each.name == "healthy-hooks")
    found = registry(hooks)
    chosen = [verdict for verdict in found.verdicts if verdict.name == hooks.name]
    told: list[tuple[int, int]] = []
    check(found, chosen, Hooks(lambda *_: None), lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]
