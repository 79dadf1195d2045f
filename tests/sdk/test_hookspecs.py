"""The hook specifications are documentation as much as code."""

from __future__ import annotations

import inspect

import pluggy
import pytest

from metaextract_sdk import hookimpl, hookspecs

HOOKS = {
    name: function
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if name.startswith("metaextract_")
}
STAGES = ["identify", "plan", "section", "assemble", "publish"]


@pytest.fixture
def manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager("metaextract")
    manager.add_hookspecs(hookspecs)
    return manager


def test_there_is_one_hook_for_each_stage_of_the_pipeline(manager: pluggy.PluginManager) -> None:
    assert set(HOOKS) == {f"metaextract_{stage}" for stage in STAGES}
    assert all(getattr(manager.hook, name).spec is not None for name in HOOKS)


@pytest.mark.parametrize("name", HOOKS)
def test_each_hook_has_one_plain_sentence(name: str) -> None:
    doc = inspect.getdoc(HOOKS[name]) or ""
    assert "\n" not in doc
    assert doc[0].isupper()
    assert doc.endswith(".")
    assert ". " not in doc


@pytest.mark.parametrize("name", HOOKS)
def test_each_hook_says_its_types(name: str) -> None:
    signature = inspect.signature(HOOKS[name])
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(
        parameter.annotation is not inspect.Parameter.empty
        for parameter in signature.parameters.values()
    )


def test_hookimpl_marks_an_implementation_that_may_take_fewer_arguments(
    manager: pluggy.PluginManager,
) -> None:
    class Plugin:
        @hookimpl
        def metaextract_identify(self, name: str) -> str | None:
            return "model/stl" if name.endswith(".stl") else None

    manager.register(Plugin())
    manager.check_pending()
    answers = manager.hook.metaextract_identify(
        head=b"solid", name="part.stl", media_type="text/plain"
    )
    assert answers == ["model/stl"]


def test_a_misspelt_hook_is_found_out(manager: pluggy.PluginManager) -> None:
    class Plugin:
        @hookimpl
        def metaextract_publsh(self) -> None: ...

    manager.register(Plugin())
    with pytest.raises(pluggy.PluginValidationError, match="metaextract_publsh"):
        manager.check_pending()


def test_an_argument_that_a_hook_does_not_have_is_found_out(
    manager: pluggy.PluginManager,
) -> None:
    class Plugin:
        @hookimpl
        def metaextract_publish(self, database: object) -> None: ...

    with pytest.raises(pluggy.PluginValidationError, match="database"):
        manager.register(Plugin())
