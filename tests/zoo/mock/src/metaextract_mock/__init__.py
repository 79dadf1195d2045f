"""An extractor that does what a document orders, and the hook that recognises such documents."""
