"""MetaExtract plugin: perceptual hashes of images."""
