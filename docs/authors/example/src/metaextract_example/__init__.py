"""A MetaExtract plugin for example files."""
