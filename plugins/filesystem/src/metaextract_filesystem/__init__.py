"""MetaExtract plugin: what the file system knows of a file."""
