"""What vetting says of a candidate."""

from __future__ import annotations

from msgspec import Struct, field, structs

from metaextract_core.codes import CODES, State
from metaextract_core.descriptor import Descriptor
from metaextract_core.discovery import Candidate
from metaextract_core.health.level import Health


class Diagnostic(Struct):
    """One thing that was noticed, and where."""

    code: str
    message: str
    location: str = ""


class Verdict(Struct, kw_only=True):
    """The state of one plugin.

    Attributes:
        code: what decided the state; for a ready plugin its worst warning, or None.
        message: why, in one sentence; empty where all is well.
        fix: how to mend it.
        location: file and line, or the entry point.
        import_ms: how long the import took; None where it was not reached.
        diagnostics: everything that was noticed, the deciding one first.
        descriptor: of an extractor whose module was read.
        origin: the folder that was named to be searched, or empty.
        health: of an extractor that has run, how it did; filled in by the registry.
    """

    name: str
    group: str
    target: str
    distribution: str
    version: str
    status: State = "ready"
    code: str | None = None
    message: str = ""
    fix: str = ""
    location: str = ""
    import_ms: float | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    descriptor: Descriptor | None = None
    origin: str = ""
    health: Health | None = None

    @classmethod
    def of(cls, candidate: Candidate, *diagnostics: Diagnostic, fix: str = "") -> Verdict:
        """A verdict on `candidate`, decided by the first of `diagnostics`; ready without any."""
        verdict = cls(
            name=candidate.name,
            group=candidate.group,
            target=candidate.target,
            distribution=candidate.distribution,
            version=candidate.version,
            location=f"{candidate.group}: {candidate.name} = {candidate.target}",
            origin=candidate.origin,
        )
        verdict.decide(*diagnostics, fix=fix)
        return verdict

    def decide(self, *diagnostics: Diagnostic, fix: str = "") -> None:
        """Put `diagnostics` first; the first of them gives code, state and mend line."""
        if not diagnostics:
            return
        first = diagnostics[0]
        self.diagnostics[:0] = diagnostics
        self.code = first.code
        self.status = CODES[first.code].state
        self.message = first.message
        self.fix = fix or CODES[first.code].fix
        self.location = first.location or self.location


def described(candidate: Candidate, descriptor: Descriptor) -> Descriptor:
    """`descriptor` with whose it is taken from `candidate`: nobody can speak for another."""
    return structs.replace(
        descriptor,
        id=candidate.name,
        target=candidate.target,
        distribution=candidate.distribution,
        distribution_version=candidate.version,
        paths=candidate.paths,
    )
