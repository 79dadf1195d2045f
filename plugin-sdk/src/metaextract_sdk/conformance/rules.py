"""The rules, and the quality tiers that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from metaextract_sdk.conformance.evidence import Evidence, Fault, Reading, Trace

Tier = Literal["bronze", "silver", "gold"]
TIERS: Final[tuple[Tier, ...]] = ("bronze", "silver", "gold")
WISHES: Final[Tier] = "gold"
"""The tier of which no rule is a fault: who does not keep it is healthy all the same."""


class Judgement(NamedTuple):
    """Whether a rule is kept, and why not; None where that cannot be told."""

    passed: bool | None
    message: str = ""


class Rule(NamedTuple):
    """One thing that an extractor has to keep.

    Attributes:
        code: its stable name among the codes of health.
        name: what is kept, in a few words.
        tier: the first tier that asks for it.
        title: what an extractor does that does not keep it.
        why: why that is a fault.
        fix: how to mend it.
        judge: tells from the evidence whether it is kept.
    """

    code: str
    name: str
    tier: Tier
    title: str
    why: str
    fix: str
    judge: Callable[[Evidence], Judgement]

    @property
    def slug(self) -> str:
        """The name as part of an identifier."""
        return self.name.replace("'", "").replace(" ", "_")


_KEPT: Final = Judgement(True)


def _verdict(offences: Sequence[str]) -> Judgement:
    """Kept where there is no offence; else the first is told, and how many more there are."""
    if not offences:
        return _KEPT
    more = f" (and {len(offences) - 1} more)" if len(offences) > 1 else ""
    return Judgement(False, f"{offences[0]}{more}")


def _untold(why: str) -> Judgement:
    return Judgement(None, f"not judged: {why}")


def _faults(readings: Sequence[Reading], *faults: Fault) -> Judgement:
    """Whether none of `readings` ended with one of `faults`."""
    if not readings:
        return _untold("nothing was read")
    return _verdict(
        [f"{each.subject.label}: {each.reason}" for each in readings if each.fault in faults]
    )


def _traces(kind: Trace) -> Callable[[Evidence], Judgement]:
    def judge(evidence: Evidence) -> Judgement:
        if not evidence.readings:
            return _untold("nothing was read")
        return _verdict(
            [
                f"{each.subject.label}: {each.traces[kind]}"
                for each in evidence.readings
                if kind in each.traces
            ]
        )

    return judge


def _declares_samples(evidence: Evidence) -> Judgement:
    if evidence.trouble:
        return Judgement(False, evidence.trouble)
    different = len({sample.content for sample in evidence.samples})
    if different < 2:
        return Judgement(False, f"it declares {different} sample; two that differ are needed")
    return _KEPT


def _reads_samples(evidence: Evidence) -> Judgement:
    readings = evidence.of("sample")
    if not readings:
        return _untold("there are no samples")
    return _verdict(
        [
            f"{each.subject.label}: {each.reason or 'the data is empty'}"
            for each in readings
            if not each.data or each.status not in ("ok", "partial")
        ]
    )


def _is_data(evidence: Evidence) -> Judgement:
    return _faults(evidence.readings, "no data")


def _varies(evidence: Evidence) -> Judgement:
    said = [evidence.steady(reading) for reading in evidence.of("sample") if reading.data]
    if len(said) < 2:
        return _untold("fewer than two samples gave data")
    if any(data != said[0] for data in said):
        return _KEPT
    tags = ", ".join(sorted(said[0])[:3]) or "nothing that lasts"
    return Judgement(False, f"all {len(said)} samples give the same data ({tags})")


def _looks_inside(evidence: Evidence) -> Judgement:
    if not any(reading.data for reading in evidence.of("sample")):
        return _untold("no sample gave data")
    varied = evidence.of("padded", "changed", "touched")
    if not varied:
        return _untold(evidence.stopped or "there are no samples to vary")
    answered = [reading for reading in varied if reading.data]
    if not answered or any(differs(evidence, reading) for reading in answered):
        return _KEPT
    return Judgement(
        False,
        f"{len(answered)} files with the sample's name and size but another content or time "
        "give the sample's data",
    )


def differs(evidence: Evidence, reading: Reading) -> bool:
    """Whether a reading says something else than its sample did, beyond what always changes."""
    (original, *_) = (
        each for each in evidence.of("sample") if each.subject.sample == reading.subject.sample
    )
    return bool(reading.data) and evidence.steady(reading) != evidence.steady(original)


def _repeats(evidence: Evidence) -> Judgement:
    again = evidence.of("again")
    if not again:
        return _untold(evidence.stopped or "nothing was read twice")
    first = {reading.subject.sample: reading for reading in evidence.of("sample")}
    offences = []
    for reading in again:
        if not reading.data and reading.reason:
            offences.append(f"{reading.subject.label}: {reading.reason}")
            continue
        tags = _different(first[reading.subject.sample].data, reading.data) - evidence.volatile
        if tags:
            names = ", ".join(sorted(tags)[:3])
            when = "each time or under another name" if evidence.content_only else "each time"
            offences.append(f"{reading.subject.label}: another value {when} for {names}")
    return _verdict(offences)


def _different(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {tag for tag in one.keys() | other.keys() if one.get(tag, ...) != other.get(tag, ...)}


def _survives(evidence: Evidence) -> Judgement:
    damaged = evidence.of("damaged")
    if not damaged:
        return _untold(evidence.stopped or "there are no samples to damage")
    varied = evidence.of("padded", "changed")
    judgement = _faults([*damaged, *varied], "raised", "crashed")
    return _untold(evidence.stopped) if judgement.passed and evidence.stopped else judgement


def _is_described(evidence: Evidence) -> Judgement:
    if evidence.description.strip():
        return _KEPT
    return Judgement(False, "the class has no docstring")


def _feeds_fields(evidence: Evidence) -> Judgement:
    if not evidence.crosswalk:
        return Judgement(False, "its crosswalk names no canonical field")
    tags = {tag for reading in evidence.of("sample") for tag in reading.data}
    tags |= {f"*:{tag.rpartition(':')[2]}" for tag in tags if ":" in tag}
    if tags & evidence.crosswalk.keys():
        return _KEPT
    return Judgement(False, "no sample gives a tag of its crosswalk")


def _covers_types(evidence: Evidence) -> Judgement:
    exact = [name for name in evidence.media_types if "*" not in name]
    known = {sample.media_type for sample in evidence.samples}
    lacking = [name for name in exact if name not in known]
    return _verdict([f"no sample is {name} by its content" for name in lacking])


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "MX601",
        "declares samples",
        "bronze",
        "it declares no two samples",
        "Without two different files that it reads, nobody can see whether an extractor works.",
        "ship two small files in the package and name them in the attribute samples",
        _declares_samples,
    ),
    Rule(
        "MX602",
        "reads its samples",
        "bronze",
        "it does not read its own samples",
        "A sample is a file that the extractor has something to say of.",
        "mend the extractor, or declare a sample that it reads",
        _reads_samples,
    ),
    Rule(
        "MX603",
        "gives data",
        "bronze",
        "its output is no data",
        "The result is a mapping of JSON values, bytes, dates and times, and nothing else.",
        "return a mapping of plain values, or raise ExtractError",
        _is_data,
    ),
    Rule(
        "MX604",
        "differs between files",
        "bronze",
        "it says the same of every file",
        "An output that does not depend on the file says nothing of the file.",
        "say what is in the file, or remove the extractor",
        _varies,
    ),
    Rule(
        "MX605",
        "looks into the file",
        "bronze",
        "it only repeats the file's name and size",
        "Files of one name and size that differ in their content, or at least in their times, "
        "have to give another output. An extractor that looks at names, sizes and types alone "
        "tells what the record says already.",
        "say what is in the file, or declare samples that show it",
        _looks_inside,
    ),
    Rule(
        "MX606",
        "leaves the file untouched",
        "bronze",
        "it changes the file",
        "Files are evidence: content, times and permissions stay as they were.",
        "read through FileView, and let a tool work on a copy in ctx.scratch",
        _traces("file"),
    ),
    Rule(
        "MX607",
        "says the same twice",
        "silver",
        "its output changes from run to run",
        "Results are kept: the same file has to give the same data, also in another process, and "
        "where the extractor says content_only so has a copy with another name, time and "
        "permissions.",
        "remove what depends on time, chance or order, or name the tag in the attribute volatile; "
        "leave content_only False where the name or the times count",
        _repeats,
    ),
    Rule(
        "MX608",
        "survives damage",
        "silver",
        "damaged input brings it down",
        "Empty, truncated, changed or random content gives data or an ExtractError, never another "
        "exception or a crash; for hangs and exhausted memory there are MX609 and MX610.",
        "check lengths before reading, and raise ExtractError for what is damaged",
        _survives,
    ),
    Rule(
        "MX609",
        "honours its deadline",
        "silver",
        "it is not done in time",
        "One file must not hold up all others.",
        "stop when ctx.remaining() is 0, or declare a longer timeout",
        lambda evidence: _faults(evidence.readings, "timeout"),
    ),
    Rule(
        "MX610",
        "stays in its memory",
        "silver",
        "it asks for more memory than it declares",
        "The limit protects the host; it is the extractor's own figure.",
        "read by windows, or declare more memory",
        lambda evidence: _faults(evidence.readings, "memory"),
    ),
    Rule(
        "MX611",
        "prints nothing",
        "silver",
        "it prints",
        "Standard output belongs to the host.",
        "tell people with ctx.warn, and silence the library that prints",
        _traces("output"),
    ),
    Rule(
        "MX612",
        "leaves no file",
        "silver",
        "it leaves files",
        "What is written anywhere but in the scratch folder stays for ever.",
        "write to ctx.scratch, which is emptied after each file",
        _traces("files"),
    ),
    Rule(
        "MX613",
        "leaves no thread or process",
        "silver",
        "it leaves a thread or a process",
        "Whatever goes on after the answer takes time and memory from other files.",
        "end what extract has started before it returns, or in close what setup has started",
        lambda evidence: _worst(_traces("threads")(evidence), _traces("children")(evidence)),
    ),
    Rule(
        "MX614",
        "leaves the process as it was",
        "silver",
        "it changes its process",
        "Folder, environment, signals, limits, locale and the standard library are shared by all "
        "extractors of a worker.",
        "put back what is changed, or do not change it",
        _traces("process"),
    ),
    Rule(
        "MX615",
        "describes itself",
        "gold",
        "nobody is told what it reads",
        "The first line of the docstring is what people see in lists.",
        "give the class a docstring of one sentence",
        _is_described,
    ),
    Rule(
        "MX616",
        "feeds canonical fields",
        "gold",
        "none of its tags becomes a field",
        "Only what is mapped to canonical fields can be compared, searched and merged.",
        "map tags to canonical fields in the attribute crosswalk",
        _feeds_fields,
    ),
    Rule(
        "MX617",
        "has a sample of each media type",
        "gold",
        "a media type has no sample",
        "A type that no sample has is read untested, or is not what the host calls such files.",
        "add a sample of the type, or correct media_types",
        _covers_types,
    ),
)


def _worst(*judgements: Judgement) -> Judgement:
    """The first that says no, else the first that cannot tell, else the first."""
    order = {False: 0, None: 1, True: 2}
    return min(judgements, key=lambda judgement: order[judgement.passed])


def tier(judgements: dict[str, Judgement]) -> Tier | None:
    """The highest tier of which every rule, and every rule of the tiers below it, is kept.

    Args:
        judgements: by code.
    """
    reached: Tier | None = None
    for name in TIERS:
        if not all(judgements[rule.code].passed for rule in RULES if rule.tier == name):
            break
        reached = name
    return reached
