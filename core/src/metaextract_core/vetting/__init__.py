"""Judges candidates: every one gets a verdict, and none is imported by this process."""

from metaextract_core.vetting.verdict import Diagnostic, Verdict
from metaextract_core.vetting.vetting import Progress, vet

__all__ = ["Diagnostic", "Progress", "Verdict", "vet"]
