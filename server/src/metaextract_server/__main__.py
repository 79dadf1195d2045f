"""``python -m metaextract_server``: the same as ``metaextract serve``."""

from metaextract_server.cli import serve

if __name__ == "__main__":
    serve(prog_name="metaextract serve")
