"""Faults of the installation, as opposed to those of a file or a plugin.

::

    Exception
     +-- MetaExtractError
          +-- SettingsError    the configuration file cannot be used
          +-- ProberError      what vets plugins does not work itself
          +-- SandboxError     the sandbox is required and cannot be had whole
          +-- CatalogueError   the database of records cannot be used
               +-- CursorError a page cannot begin there
          +-- FilterError      a filter cannot be read (in `catalogue.language`)
          +-- ExportError      records cannot be written in the form that was asked for
"""

from __future__ import annotations

from typing import ClassVar


class MetaExtractError(Exception):
    """Nothing can go on; the message is one sentence for the person.

    Attributes:
        exit_status: with which the command line ends.
    """

    exit_status: ClassVar[int] = 1


class SettingsError(MetaExtractError):
    """The configuration file cannot be used; the message names file and key."""

    exit_status = 2


class ProberError(MetaExtractError):
    """The process that imports plugins to vet them does not work; no plugin is to blame."""

    exit_status = 4


class SandboxError(MetaExtractError):
    """The configuration requires every layer of the sandbox, and this machine lacks one."""

    exit_status = 4


class CatalogueError(MetaExtractError):
    """The database of records cannot be used; nothing of what was being written is in it."""


class CursorError(CatalogueError):
    """What was given as the beginning of a page is not the `next` of the page before."""


class ExportError(MetaExtractError):
    """Records cannot be written in the form that was asked for."""
