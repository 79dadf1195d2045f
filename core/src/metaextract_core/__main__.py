"""`python -m metaextract_core` is `metaextract`."""

from metaextract_core.cli import main

main()
