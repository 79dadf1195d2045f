"""The kinds of failure, for programs (the codes of the HTTP contract)."""

from __future__ import annotations

from typing import Literal

Code = Literal[
    "VALIDATION_ERROR",
    "UNAUTHORIZED",
    "FORBIDDEN",
    "INVALID_CREDENTIALS",
    "NOT_FOUND",
    "CONFLICT",
    "ALREADY_PROCESSED",
    "FILE_TOO_LARGE",
    "INVALID_FILE_TYPE",
    "TIER_INSUFFICIENT",
    "CREDITS_INSUFFICIENT",
    "QUOTA_EXCEEDED",
    "RATE_LIMITED",
    "TIMEOUT",
    "SERVICE_UNAVAILABLE",
    "INTERNAL_ERROR",
]
