"""The names of the layers, and what the operator decides about them."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct, field

Layer = Literal[
    "no-new-privileges", "die-with-parent", "limits", "processes", "landlock", "seccomp"
]
LAYERS: Final[tuple[Layer, ...]] = (
    "no-new-privileges",
    "die-with-parent",
    "limits",
    "processes",
    "landlock",
    "seccomp",
)
"""In the order in which records name them."""


class Policy(Struct):
    """What the operator decides.

    Attributes:
        omit: layers that are left out.
        require: refuse to read anything where a layer is missing.
        readable: further files and folders that workers may read.
    """

    omit: list[Layer] = field(default_factory=list)
    require: bool = False
    readable: list[str] = field(default_factory=list)
