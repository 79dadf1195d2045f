"""Why an upload is not taken."""

from __future__ import annotations

from http import HTTPStatus

from metaextract_server.codes import Code


class UploadRefused(Exception):
    """Nothing of the upload is kept, unless the message says so.

    Attributes:
        code: the kind of failure, for programs (one of the HTTP contract's).
        status: the HTTP status of the answer.
        message: one sentence for people.
        details: further facts for programs.
    """

    def __init__(
        self, code: Code, status: int, message: str, details: dict[str, int] | None = None
    ) -> None:
        super().__init__(message)
        self.code: Code = code
        self.status = status
        self.message = message
        self.details = details or {}


def malformed(message: str) -> UploadRefused:
    """The client broke the rules of HTTP or of this server."""
    return UploadRefused("VALIDATION_ERROR", HTTPStatus.BAD_REQUEST, message)


def too_large(limit: int) -> UploadRefused:
    """More than `limit` bytes."""
    return UploadRefused(
        "FILE_TOO_LARGE",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"This is larger than the {limit} bytes that are taken.",
        {"limit": limit},
    )


def too_slow() -> UploadRefused:
    """The client falls behind the minimum throughput, or sends nothing at all."""
    return UploadRefused(
        "TIMEOUT", HTTPStatus.REQUEST_TIMEOUT, "The upload came too slowly to be waited for."
    )


def disk_full() -> UploadRefused:
    """There is no room for uploads now; it may well work later."""
    return UploadRefused(
        "SERVICE_UNAVAILABLE",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The server has no room for uploads at the moment; try again later.",
    )


def not_found() -> UploadRefused:
    """There is no such upload, or it is someone else's: the answers do not differ."""
    return UploadRefused("NOT_FOUND", HTTPStatus.NOT_FOUND, "There is no such upload.")
