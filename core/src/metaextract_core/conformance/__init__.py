"""The deep check: installed extractors read their samples in workers, and the SDK's rules judge."""

from metaextract_core.conformance.checking import Deep, RuleResult, check

__all__ = ["Deep", "RuleResult", "check"]
