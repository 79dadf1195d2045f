"""MetaExtract plugin: MD5, SHA-1, SHA-256 and CRC-32 of any file."""
