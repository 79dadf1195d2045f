"""The herd: 491 plugin distributions of which 284 are broken, in the ways of the zoo.

These are the numbers of the system that MetaExtract replaces: 284 of its 491 modules failed, which
is 57.8 %. **Broken** is each animal of the zoo whose expected state is anything but ``ready``;
**healthy** is one that is ready without a warning. Animals that are ready with a warning
(`MX313`, `MX407`) and those that misbehave only while they read a file are left out: they are
neither.

The broken ones:

- 278 that are told at once: every kind in turn, five or six of each. A duplicate is a pair of
  distributions with one name, and a circle a pair that need each other, so these come in twos;
- 6 that hang while being imported, each of which costs the deadline of an import: 2 that compute
  and 4 that wait. To spread the kinds evenly would make 12, which no real installation has.

Each is a package of several modules with a few hundred lines, tables and functions such as parsers
have, so that reading, hashing and compiling them costs what it would cost. Everything follows from
the number of the animal: two herds are equal to the last byte.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.zoo.zoo import ANIMALS, EXTRACT_BROKEN, MARK, Animal, build

SIZE: Final = 491
BROKEN: Final = 284
HANGING: Final = {"loops": 2, "sleeps": 4}


def herd() -> list[Animal]:
    """The animals of the herd, broken and healthy ones mixed."""
    broken = list(itertools.islice(_broken(), BROKEN))
    kinds = itertools.cycle(_healthy_kinds())
    healthy = [_member(next(kinds), number) for number in range(SIZE - BROKEN)]
    return sorted(broken + healthy, key=lambda animal: random.Random(animal.distribution).random())


def install_herd(folder: Path) -> list[Animal]:
    """Write the herd into `folder` as installed distributions."""
    return build(folder, herd())


def _healthy_kinds() -> list[Animal]:
    return [
        animal
        for animal in ANIMALS
        if (animal.state, animal.code) == ("ready", None) and animal not in EXTRACT_BROKEN
    ]


def _broken() -> Iterator[Animal]:
    """The hanging ones, then every other kind in turn without end."""
    kinds = [animal for animal in ANIMALS if animal.state != "ready"]
    for animal in kinds:
        for number in range(HANGING.get(animal.name, 0)):
            yield _member(animal, number)
    for number in itertools.count():
        for animal in kinds:
            if animal.name not in HANGING:
                yield _member(animal, number)


def _member(animal: Animal, number: int) -> Animal:
    """An animal of the zoo under a name of its own, as a package of a realistic size."""
    old = animal.distribution.replace("-", "_")
    package = f"herd_{old.removeprefix('zoo_')}_{number}"

    def renamed(text: str) -> str:
        text = re.sub(rf"\b{old}\b", package, text)
        return re.sub(r'"(circle-\w+)"', rf'"\1-{number}"', text)

    target = animal.target
    sources = {renamed(name): renamed(text) for name, text in animal.sources.items()}
    if f"{package}.py" in sources:
        sources = {f"{package}/extractor.py": sources[f"{package}.py"]}
        target = re.sub(rf"^{old}\b", rf"{old}.extractor", target)
    return replace(
        animal,
        name=f"{animal.name}-{number}",
        distribution=package.replace("_", "-"),
        target=renamed(target),
        sources=_grown(package, sources),
    )


def _grown(package: str, sources: Mapping[str, str]) -> dict[str, str]:
    """`sources` and the modules of a parser, which each that has code imports first."""
    chance = random.Random(package)
    modules = {"tags": _table(chance)}
    modules |= {f"part_{part}": _functions(chance) for part in range(chance.randint(1, 3))}
    imports = MARK + "".join(f"import {package}.{module}\n" for module in modules)
    own = {name: text and imports + text.removeprefix(MARK) for name, text in sources.items()}
    return {
        f"{package}/__init__.py": f'"""The plugin {package}."""\n',
        **own,
        **{f"{package}/{module}.py": text for module, text in modules.items()},
    }


def _table(chance: random.Random) -> str:
    tags = sorted(chance.sample(range(0x100, 0xFFFF), chance.randint(60, 180)))
    kinds = chance.choices(("short", "long", "text"), k=len(tags))
    rows = "\n".join(
        f'    0x{tag:04X}: ("Tag{tag:04X}", "{kind}", {tag % 7}),'
        for tag, kind in zip(tags, kinds, strict=True)
    )
    return f'"""Tags by number: name, kind and group."""\n\nTAGS = {{\n{rows}\n}}\n'


def _functions(chance: random.Random) -> str:
    text = '"""Reads structures of fixed size."""\n\nimport struct\n'
    for number in range(chance.randint(4, 12)):
        layout = "".join(chance.choice("BHIQ") for _ in range(chance.randint(2, 6)))
        names = [f"value_{place}" for place in range(len(layout))]
        text += f'''

def read_{number}(data, offset=0):
    """A structure of {len(layout)} numbers at `offset`."""
    layout = struct.Struct(">{layout}")
    if offset < 0 or len(data) < offset + layout.size:
        raise ValueError(f"the structure at {{offset}} is cut short")
    {", ".join(names)} = layout.unpack_from(data, offset)
    found = {{}}
    for name, value in (
        {", ".join(f'("{name}", {name})' for name in names)},
    ):
        if value == {chance.randint(0, 255)}:
            continue
        found[name] = value
    return found
'''
    return text
