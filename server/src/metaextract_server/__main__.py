"""``python -m metaextract_server``."""

from metaextract_server.cli import main

if __name__ == "__main__":
    main()
