"""`docs/authors/reference.md`: what the SDK offers, from its own docstrings and signatures."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import metaextract_sdk
from metaextract_sdk import hookspecs, mock, testing
from tools.generate_docs.text import HEADER, Docstring, join, markdown, parsed, table

_SOURCES = "the docstrings of metaextract_sdk"
_MOCK = "../../plugin-sdk/src/metaextract_sdk/mock/README.md"
_ORDER = ("Extractor", "BatchExtractor", "FileView", "Context", "ExtractError", "Unavailable")


def page() -> str:
    """The text of the page."""
    rest = sorted(set(metaextract_sdk.__all__) - set(_ORDER) - {"testing", "hookimpl"})
    parts = ["# Reference", markdown(inspect.getdoc(metaextract_sdk) or "")]
    for name in (*_ORDER, *rest):
        parts += _described(name, getattr(metaextract_sdk, name))
    parts += ["## Hooks", markdown(inspect.getdoc(hookspecs) or "")]
    parts += [f"`hookimpl`: {_comments(hookspecs)['hookimpl']}"]
    for name, function in hooks().items():
        parts += [f"### {name}", _code(f"def {name}{_signature(function)}")]
        parts += [markdown(inspect.getdoc(function) or "")]
    parts += ["## testing", markdown(inspect.getdoc(testing) or "")]
    for name in testing.__all__:
        parts += _described(name, getattr(testing, name), level="###")
    for name, about in fixtures().items():
        parts += [f"### The fixture {name}", markdown(about)]
    parts += [
        "## mock",
        markdown(inspect.getdoc(mock) or ""),
        _code(f"install{_signature(mock.install)}"),
    ]
    parts += [
        markdown(inspect.getdoc(mock.install) or ""),
        f"Its orders are in [a table]({_MOCK}).",
    ]
    return HEADER.format(sources=_SOURCES) + join(parts)


def fixtures() -> dict[str, str]:
    """Each fixture of the pytest plugin with its docstring, without importing pytest."""
    spec = find_spec("metaextract_sdk.pytest_plugin")
    assert spec is not None
    assert spec.origin is not None
    return {
        item.name: ast.get_docstring(item) or ""
        for item in ast.parse(Path(spec.origin).read_bytes()).body
        if isinstance(item, ast.FunctionDef)
        and any(
            ast.unparse(decorator).startswith("pytest.fixture") for decorator in item.decorator_list
        )
    }


def hooks() -> dict[str, Any]:
    """Every hook by name, in the order in which they are called."""
    return {name: item for name, item in vars(hookspecs).items() if name.startswith("metaextract_")}


def _described(name: str, item: Any, *, level: str = "##") -> Iterator[str]:
    yield f"{level} {name}"
    if not inspect.isclass(item):
        yield f"`{name} = {item!r}`: {_comments(metaextract_sdk._version)[name]}"
        return
    bases = ", ".join(base.__name__ for base in item.__bases__ if base is not object)
    documented = parsed(inspect.getdoc(item) or "")
    made = "" if issubclass(item, metaextract_sdk.Extractor) else _made(item)
    yield _code(f"class {name}{f'({bases})' if bases else ''}{made}")
    yield markdown(documented.text)
    yield _arguments(documented, "Args", "argument")
    yield _attributes(item, documented)
    yield from _methods(item)


def _made(item: type) -> str:
    """The arguments of its constructor, where it has one of its own."""
    if "__init__" not in vars(item):
        return ""
    return f"\n\n{item.__name__}{_signature(item).partition(' -> ')[0]}"


def _attributes(item: type, documented: Docstring) -> str:
    meanings = documented.sections.get("Attributes", {}) | _comments(item)
    kinds = getattr(item, "__annotations__", {})
    rows = []
    for name, meaning in meanings.items():
        kind = re.sub(r"ClassVar\[(.*)\]", r"\1", str(kinds.get(name, "")))
        value = vars(item).get(name, ...)
        shown = "" if inspect.ismemberdescriptor(value) or value is ... else f"`{value!r}`"
        rows.append((f"`{name}`", f"`{kind}`" if kind else "", shown, markdown(meaning)))
    if not any(kind or shown for _, kind, shown, _ in rows):
        return table(("attribute", "meaning"), [(row[0], row[3]) for row in rows])
    return table(("attribute", "kind", "default", "meaning"), rows)


def _methods(item: type) -> Iterator[str]:
    tests = []
    for name, method in vars(item).items():
        function = method.fget if isinstance(method, property) else method
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        documented = parsed(inspect.getdoc(function) or "")
        if name.startswith("test_"):
            tests.append(f"- `{name}`: {' '.join(markdown(documented.text).split())}")
            continue
        kind = "@property\n" if isinstance(method, property) else ""
        yield _code(f"{kind}def {name}{_signature(function)}")
        yield markdown(documented.text)
        yield _arguments(documented, "Args", "argument")
        yield _arguments(documented, "Raises", "raises")
    yield "\n".join(tests)


def _arguments(documented: Docstring, section: str, title: str) -> str:
    rows = documented.sections.get(section, {}).items()
    return table((title, "meaning"), [(f"`{name}`", markdown(text)) for name, text in rows])


def _signature(function: Any) -> str:
    """As it is written in the source."""
    signature = inspect.signature(function)
    bare = [
        parameter.replace(annotation=_Bare(parameter.annotation))
        if parameter.annotation is not inspect.Parameter.empty
        else parameter
        for parameter in signature.parameters.values()
    ]
    given = signature.return_annotation
    given = given if given is inspect.Signature.empty else _Bare(given)
    return str(signature.replace(parameters=bare, return_annotation=given))


class _Bare(str):
    """An annotation that a signature shows as it is written in the source, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _code(text: str) -> str:
    return f"```python\n{text}\n```"


def _comments(item: Any) -> dict[str, str]:
    """Attribute -> the string that stands below its assignment."""
    body = ast.parse(textwrap.dedent(inspect.getsource(item))).body
    if inspect.isclass(item):
        body = body[0].body  # type: ignore[attr-defined]  # the source of a class is one class
    found: dict[str, str] = {}
    for statement, after in pairwise(body):
        match statement, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(inspect.cleandoc(text).split())
    return found
