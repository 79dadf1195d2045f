"""MetaExtract plugin: everything that ExifTool says of a file."""
