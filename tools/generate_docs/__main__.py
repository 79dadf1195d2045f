"""Writes what is not up to date, and deletes what is no longer made."""

from __future__ import annotations

from tools.generate_docs import ROOT, pages, present


def main() -> None:
    """Bring everything up to date, and say what was not."""
    wanted, there = pages(), present()
    for path in sorted(wanted.keys() | there.keys()):
        if path not in wanted:
            (ROOT / path).unlink()
        elif wanted[path] != there.get(path):
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_bytes(wanted[path])
        else:
            continue
        print(path if path in wanted else f"{path} (deleted)")


if __name__ == "__main__":
    main()
