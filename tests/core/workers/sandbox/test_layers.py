"""What cannot be applied is missing, with a reason, and never passed over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metaextract_core.workers import limits
from metaextract_core.workers.sandbox import landlock, privileges, seccomp
from metaextract_core.workers.sandbox.layers import OMITTED, Sandbox
from metaextract_core.workers.sandbox.policy import LAYERS, Policy


@pytest.fixture
def applied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The layers' own calls, noted instead of made: in this process they could not be undone."""
    made: list[str] = []

    def note(name: str) -> Callable[..., None]:
        return lambda *_: made.append(name)

    monkeypatch.setattr(privileges, "give_up", note("privileges"))
    monkeypatch.setattr(limits, "die_with_parent", note("parent"))
    monkeypatch.setattr(limits, "cap", note("limits"))
    monkeypatch.setattr(landlock, "restrict", note("landlock"))
    monkeypatch.setattr(seccomp, "refuse_calls", note("seccomp"))
    monkeypatch.setattr(seccomp, "watch_forks", note("forks"))
    monkeypatch.setattr(landlock, "version", lambda: landlock.NEEDED)
    monkeypatch.setattr("sys.platform", "linux")
    return made


def enclosed(policy: Policy) -> Sandbox:
    sandbox = Sandbox(policy)
    sandbox.enclose_template("/scratch")
    sandbox.enclose_worker("/scratch/1", [])
    return sandbox


def test_all_layers_are_applied_privileges_first(applied: list[str]) -> None:
    """Landlock and seccomp are for those alone who can gain none."""
    sandbox = enclosed(Policy(require=True))
    template, worker = ["privileges", "landlock", "seccomp"], ["parent", "limits", "landlock"]
    assert applied == [*template, *worker, "forks"]
    assert (sandbox.active, sandbox.missing, sandbox.refusal) == (list(LAYERS), {}, "")


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_that_is_left_out_is_not_applied_and_is_missing(
    applied: list[str], layer: str
) -> None:
    whole = len(LAYERS) + 1  # Landlock is applied twice
    sandbox = enclosed(Policy(omit=[layer]))  # type: ignore[list-item]  # one of LAYERS
    assert sandbox.missing == {layer: OMITTED}
    assert layer not in sandbox.active
    assert len(applied) == whole - (2 if layer == "landlock" else 1)


def test_a_layer_that_the_kernel_refuses_is_missing_with_the_reason(
    applied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(seccomp, "refuse_calls", refuse)
    sandbox = enclosed(Policy(require=True))
    assert sandbox.missing == {"seccomp": "Function not implemented"}
    assert sandbox.refusal == (
        "refused: workers.require_sandbox is set and seccomp is missing: Function not implemented"
    )
    assert enclosed(Policy()).refusal == ""


def test_a_landlock_that_lets_files_be_cut_short_is_applied_and_not_counted(
    applied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 2)
    sandbox = enclosed(Policy())
    assert sandbox.missing == {"landlock": "it is of version 2, 3 is needed"}
    assert applied.count("landlock") == 2


def test_elsewhere_than_on_linux_every_layer_is_missing(
    applied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    sandbox = enclosed(Policy(omit=["limits"]))
    assert (sandbox.active, applied) == ([], [])
    assert sandbox.missing["landlock"] == "Linux alone has it"
    assert sandbox.missing["limits"] == OMITTED


def test_memory_is_uncapped_only_where_the_limits_are_left_out() -> None:
    assert Sandbox(Policy()).growth_capped is limits.growth_capped
    assert Sandbox(Policy(omit=["limits"])).growth_capped is not limits.growth_capped
