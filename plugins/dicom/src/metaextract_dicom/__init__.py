"""Reads DICOM files for MetaExtract."""
