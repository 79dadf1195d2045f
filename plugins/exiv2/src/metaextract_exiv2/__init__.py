"""The exiv2 plugin of MetaExtract; see `metaextract_exiv2.extractor`."""
