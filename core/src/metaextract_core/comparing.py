"""Comparison: what two records say alike, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from msgspec import UNSET, Struct, UnsetType

from metaextract_core.dates import same_moment
from metaextract_core.fields import FIELDS
from metaextract_core.record import Record

Outcome = Literal["same", "different", "only_first", "only_second"]

_OF_THE_PLACE: Final = frozenset(
    f"file.{name}"
    for name in ("name", "created", "modified", "accessed", "changed", "owner", "group")
) | {"file.permissions"}
"""What the file system says of where a file lies, whatever it holds: no part of the similarity."""


class Difference(Struct, kw_only=True):
    """One thing that at least one of two records says.

    Attributes:
        name: of a field, or of a tag as ``extractor tag``.
        outcome: how they compare.
        first: what the first says; unset where it says nothing.
        second: what the second says.
    """

    name: str
    outcome: Outcome
    first: Any | UnsetType = UNSET
    second: Any | UnsetType = UNSET


class Comparison(Struct, kw_only=True):
    """Two records beside each other.

    Attributes:
        content: whether the files are equal, byte for byte; None where a digest is missing.
        similarity: 0 to 100; the share of fields of either record that both have and that are the
            same, without those that only say where a file lies. 100 where neither has any.
        fields: in the order of the vocabulary.
        tags: of the sections, sorted.
    """

    content: bool | None
    similarity: float
    fields: list[Difference]
    tags: list[Difference]

    @property
    def same(self) -> bool:
        """Whether all fields that do not only say where a file lies are the same."""
        return self.similarity == 100 and self.content is not False


def compare(first: Record, second: Record) -> Comparison:
    """The two beside each other; the other way round, the same with the sides changed.

    Times with and without a zone, and coarser and finer ones, are the same where they do not
    contradict each other, as in the agreement of a field; everything else is the same if it is
    equal.
    """
    one = {name: field.value for name, field in first.fields.items()}
    other = {name: field.value for name, field in second.fields.items()}
    found = [_difference(name, one, other) for name in FIELDS if name in one or name in other]
    counted = [difference for difference in found if difference.name not in _OF_THE_PLACE]
    equal = sum(difference.outcome == "same" for difference in counted)
    digests = first.file.digest, second.file.digest
    of_first, of_second = dict(_tags(first)), dict(_tags(second))
    return Comparison(
        content=digests[0] == digests[1] if None not in digests else None,
        similarity=round(100 * equal / len(counted), 1) if counted else 100.0,
        fields=found,
        tags=[_difference(tag, of_first, of_second) for tag in sorted(of_first.keys() | of_second)],
    )


def _difference(name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Difference:
    first, second = one.get(name, UNSET), other.get(name, UNSET)
    outcome: Outcome
    if second is UNSET:
        outcome = "only_first"
    elif first is UNSET:
        outcome = "only_second"
    else:
        outcome = "same" if _same(name, first, second) else "different"
    return Difference(name=name, outcome=outcome, first=first, second=second)


def _same(name: str, first: Any, second: Any) -> bool:
    if first == second:
        return True
    definition = FIELDS.get(name)
    is_time = definition is not None and definition.type == "datetime"
    if is_time and isinstance(first, str) and isinstance(second, str):
        return same_moment(first, second)
    return False


def _tags(record: Record) -> Iterator[tuple[str, Any]]:
    for extractor, section in record.sections.items():
        for tag, value in section.data.items():
            yield f"{extractor} {tag}", value
