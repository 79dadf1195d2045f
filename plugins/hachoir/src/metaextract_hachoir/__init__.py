"""Reads with hachoir what nobody else reads, for MetaExtract."""
