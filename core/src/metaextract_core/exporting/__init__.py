"""Records as files that other programs read: CSV, JSON Lines, Parquet, SQLite.

Each record is written as it comes, so what is held in memory does not grow with their number.
"""

from metaextract_core.exporting.columns import Column, choose
from metaextract_core.exporting.opening import FORMATS, Exporter, Format, open_exporter

__all__ = ["FORMATS", "Column", "Exporter", "Format", "choose", "open_exporter"]
