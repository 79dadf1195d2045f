"""What an extractor is given to read: its samples, damaged ones, and variations of them.

Everything is derived from the samples and a fixed seed, so that an examination can be repeated.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final

from metaextract_sdk.conformance.evidence import Kind, Sample, Subject

MAX_DAMAGED: Final = 4
"""Samples of which damaged ones, and variations, are made."""
_SEED: Final = 20240801
_LAID: Final = 1_577_880_000  # 2020-01-01T12:00:00Z: the same for all, so that it tells nothing
_DAY: Final = 86400
_GARBAGE: Final = 4096  # bytes
_HEAD: Final = 256  # bytes at the beginning that are changed more often than the rest
_CHANGES: Final = 32  # places in the whole


def originals(samples: Sequence[Sample], kind: Kind, *, moved: bool = False) -> Iterator[Subject]:
    """Each sample as it is; if `moved` with another name, time and permissions."""
    for number, sample in enumerate(samples):
        subject = _subject(samples, number, kind, sample.label, sample.content)
        yield _moved(subject) if moved else subject


def damaged(samples: Sequence[Sample]) -> Iterator[Subject]:
    """Empty, truncated, overwritten and random files that go by the samples' names and types."""
    for number, sample in enumerate(samples[:MAX_DAMAGED]):
        dice = random.Random(_SEED + number)  # noqa: S311 -- it has to repeat, not to surprise
        garbage = dice.randbytes(_GARBAGE)
        whole = sample.content
        kinds = {
            "an empty file": b"",
            "one byte": whole[:1],
            "the first 16 bytes": whole[:16],
            "the first half": whole[: len(whole) // 2],
            "all but the last byte": whole[:-1],
            "random bytes": garbage,
            "zeros": bytes(max(len(whole), 1)),
            "the first 16 bytes and random ones": whole[:16] + garbage,
        }
        for bits in (0x00, 0xFF):
            for _ in range(2):
                at = dice.randrange(max(len(whole), 1))
                kinds[f"bytes {bits:#04x} from {at}"] = (
                    whole[:at] + bytes([bits]) * len(whole[at : at + 64]) + whole[at + 64 :]
                )
        for what, content in kinds.items():
            yield _subject(samples, number, "damaged", f"{what} of {sample.label}", content)


def variations(samples: Sequence[Sample]) -> Iterator[Subject]:
    """Files of a sample's name and size with another content, the likeliest to matter first."""
    few = samples[:MAX_DAMAGED]
    for number, sample in enumerate(few):
        for other in few:
            if (
                other.content != sample.content
                and len(other.content) <= len(sample.content)
                and (other.media_type, other.suffix) == (sample.media_type, sample.suffix)
            ):
                label = f"{other.label} with the size of {sample.label}"
                content = other.content.ljust(len(sample.content), b"\0")
                yield _subject(samples, number, "padded", label, content)
    for number, sample in enumerate(few):
        size = len(sample.content)
        spread = range(0, size, max(size // _CHANGES, 1))
        for at in sorted({*range(0, min(_HEAD, size), 4), *spread}):
            # The lowest bit: a digit mostly stays a digit, a letter a letter.
            changed = bytes([sample.content[at] ^ 1])
            content = sample.content[:at] + changed + sample.content[at + 1 :]
            label = f"{sample.label} with byte {at} changed"
            yield _subject(samples, number, "changed", label, content)
    for number, sample in enumerate(few):
        label = f"{sample.label} with another time"
        touched = _subject(samples, number, "touched", label, sample.content)
        yield touched._replace(modified=_LAID + _DAY)


def _moved(subject: Subject) -> Subject:
    return subject._replace(
        name=f"moved-{subject.name}", modified=subject.modified + _DAY, mode=0o640
    )


def _subject(
    samples: Sequence[Sample], number: int, kind: Kind, label: str, content: bytes
) -> Subject:
    sample = samples[number]
    return Subject(kind, number, label, f"sample{sample.suffix}", sample.media_type, content, _LAID)
