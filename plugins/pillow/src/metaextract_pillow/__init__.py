"""MetaExtract plugin: images through Pillow, without decoding pixels."""
