"""Tools for those who work on MetaExtract; none of them is installed."""
