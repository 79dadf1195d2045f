"""`docs/configuration.md`: every key of the configuration file, from the structs that read it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

import msgspec
from msgspec import NODEFAULT

from metaextract_core import settings
from metaextract_core.settings import Settings
from tools.generate_docs.text import HEADER, entries, join, markdown, parsed, table

_SOURCES = "metaextract_core/settings.py"
_INTRODUCTION = """# Configuration

One TOML file, read once when a command starts: the one that the environment variable
`METAEXTRACT_CONFIG` names, else `config.toml` in the user's folder for configuration
(`~/.config/metaextract/` on Linux). Without one everything has its default. A key that is not
known, or has a value of the wrong kind, is refused with its name.

A variable of the environment goes before the file: `METAEXTRACT_CACHE_SIZE` stands for the key
`size` of `[cache]`, and so on for every key. Members of a list are separated by commas, and so are
the `name=value` of a table. An option of a command goes before both. `metaextract config show`
lists what holds and where it comes from; it and the server refuse a variable that begins like
these and stands for nothing.

The rest is named by variables alone. URLs with passwords can be read from files:
`METAEXTRACT_DATABASE_URL_FILE` and `METAEXTRACT_REDIS_URL_FILE` name them. Benchmarks and tests
look for files in the folder that `METAEXTRACT_CORPORA` names."""

_VARIABLE: Final = re.compile(r"\bMETAEXTRACT_[A-Z_]+\b")

_BOUNDS: Final = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
_NAMES: Final = {str: "text", bool: "true or false", int: "integer", float: "number"}


class Key(NamedTuple):
    """One key of the file, or one table whose keys the user chooses."""

    table: str
    name: str
    kind: str
    default: str
    meaning: str


def page() -> str:
    """The text of the page."""
    parts = [_INTRODUCTION, table(("variable", "what"), _variables())]
    found = list(keys(Settings))
    for name in dict.fromkeys(key.table for key in found):
        rows = [
            (f"`{key.name}`", key.kind, f"`{key.default}`" if key.default else "", key.meaning)
            for key in found
            if key.table == name
        ]
        parts += [f"## {f'[{name}]' if name else 'At the top'}"]
        parts += [_about(name), table(("key", "kind", "default", "meaning"), rows)]
    return HEADER.format(sources=_SOURCES) + join(parts)


def _variables() -> Iterator[tuple[str, str]]:
    """Each variable with the docstring of the function that looks at it."""
    for function in vars(settings).values():
        if inspect.isfunction(function) and function.__module__ == settings.__name__:
            about = (inspect.getdoc(function) or "").partition("\n")[0]
            if name := _VARIABLE.search(about):
                yield f"`{name[0]}`", markdown(about)


def keys(struct: type[msgspec.Struct], path: str = "") -> Iterator[Key]:
    """Every key that the file may have, tables after the keys beside them."""
    meanings = entries(parsed(inspect.getdoc(struct) or ""), "Attributes")
    tables: list[tuple[type[msgspec.Struct], str]] = []
    for field in msgspec.structs.fields(struct):
        if inner := _table(field.type):
            kind, many = inner
            name = f"{path}{field.encode_name}" + (".NAME" if many else "")
            tables.append((kind, name))
        else:
            meaning = markdown(meanings.get(field.name, ""))
            yield Key(
                path.removesuffix("."),
                field.encode_name,
                _kind(field.type),
                _default(field),
                meaning,
            )
    for kind, name in tables:
        yield from keys(kind, f"{name}.")


def _table(kind: Any) -> tuple[type[msgspec.Struct], bool] | None:
    """The struct of a table of its own, and whether there is one for each name."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind, False
    for inner in get_args(kind):
        if found := _table(inner):
            return found[0], found[1] or get_origin(kind) is dict
    return None


def _about(name: str) -> str:
    """What the docstring of the struct of a table says before its keys, but for the heading."""
    struct: type[msgspec.Struct] = Settings
    for part in name.split("."):
        for field in msgspec.structs.fields(struct):
            if field.encode_name == part and (inner := _table(field.type)):
                struct = inner[0]
    about = markdown(parsed(inspect.getdoc(struct) or "").text)
    about = about.removeprefix(f"The table `[{name}]`").lstrip(":. \n")
    return about[:1].upper() + about[1:]


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.default_factory is not NODEFAULT:
        return _toml(field.default_factory())
    return "" if field.default in (NODEFAULT, None) else _toml(field.default)


def _toml(value: Any) -> str:
    """Written as TOML writes it; an inline table where it is a mapping."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    return msgspec.json.encode(value).decode()


def _kind(kind: Any) -> str:
    """In words what a value has to be."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        bounds = [
            f"{words} {getattr(meta, name):g}"
            for meta in inner[1:]
            for name, words in _BOUNDS.items()
            if getattr(meta, name, None) is not None
        ]
        return f"{_kind(inner[0])}, {' and '.join(bounds)}" if bounds else _kind(inner[0])
    if origin in (list, tuple, set, frozenset):
        return f"list of {_kind(inner[0])}"
    if origin is dict:
        return f"table of {_kind(inner[1])}"
    if inner and all(isinstance(each, str) for each in inner):
        return " or ".join(f"`{each}`" for each in inner)
    if inner:
        return " or ".join(_kind(each) for each in inner if each is not type(None))
    return _NAMES.get(kind, str(getattr(kind, "__name__", kind)))
