"""Start-up with 491 plugins installed, 284 of them broken, beside two plugin managers.

    python -m tests.benchmarks.plugins [--rounds 7] [--cold-rounds 3] [--output FILE]

Two virtual environments are made that hold what this one holds but for its plugins: one gets the
whole herd of `tests/zoo/herd.py` into its site-packages, the other its healthy ones. Each
measurement is a process from its start to its end; one round runs every program once, in turn.

- **warm**: `metaextract plugins list` when every verdict is remembered, beside
  `importlib.metadata.entry_points()`, the least that a host with entry points can do, and beside
  stevedore's `ExtensionManager` and pluggy's `load_setuptools_entrypoints`. These two import
  plugins in their own process, so they get the 207 healthy ones alone: with the broken ones among
  them pluggy ends at the first, and either is killed by the one that calls `os._exit`.
- **cold**: the same with nothing remembered and no bytecode of any plugin, so that MetaExtract
  compiles all and imports what can be imported, each in a process of its own.

Before any time is taken, the names that stevedore and pluggy load must be those that are ready
here, and each broken plugin must have its code. What is printed is the median over the rounds with
its ratios; everything goes to FILE as JSON. The user's own cache and configuration are not used.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.zoo.herd import herd
from tests.zoo.zoo import Animal, build

GROUPS = ("metaextract.extractors", "metaextract.hooks")
BASE = "import importlib.metadata as m; m.entry_points()"
STEVEDORE = f"""
import sys
from stevedore import ExtensionManager
names = [name for group in {GROUPS} for name in ExtensionManager(group).names()]
if "print" in sys.argv: print(*sorted(names))
"""
PLUGGY = f"""
import sys
from pluggy import PluginManager
manager = PluginManager("metaextract")
for group in {GROUPS}: manager.load_setuptools_entrypoints(group)
if "print" in sys.argv: print(*sorted(name for name, _ in manager.list_name_plugin()))
"""


def environment(folder: Path, animals: list[Animal]) -> Path:
    """A virtual environment with `animals` for its only plugins; gives its site-packages."""
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    points = [point for group in GROUPS for point in entry_points(group=group)]
    plugins = {point.dist.name.replace("-", "_") for point in points if point.dist is not None}
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        owner = entry.name.removeprefix("_editable_impl_").partition("-")[0].partition(".")[0]
        if owner not in plugins and entry.name != "__pycache__":
            (site / entry.name).symlink_to(entry)
    build(site, animals)
    script = folder / "bin" / "metaextract"
    script.write_text(
        f"#!{folder}/bin/python\nimport sys\nfrom metaextract_core.cli import main\n"
        "if __name__ == '__main__':\n    sys.exit(main())\n"
    )
    script.chmod(0o755)
    return site


class Bench:
    """Two environments, with all plugins and with the healthy ones, and programs that run there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.animals = herd()
        self.healthy = [animal for animal in self.animals if animal.state == "ready"]
        self.sites = [
            environment(root / "all", self.animals),
            environment(root / "healthy", self.healthy),
        ]
        # By name: the environment, and the command.
        self.programs = {
            "python": ("all", ["python", "-c", "pass"]),
            "entry_points()": ("all", ["python", "-c", BASE]),
            "metaextract plugins list": ("all", ["metaextract", "plugins", "list"]),
            "stevedore, healthy alone": ("healthy", ["python", "-c", STEVEDORE]),
            "pluggy, healthy alone": ("healthy", ["python", "-c", PLUGGY]),
            "metaextract, healthy alone": ("healthy", ["metaextract", "plugins", "list"]),
        }

    def run(self, name: str, *more: str) -> tuple[float, float, bytes]:
        """Seconds from start to end, seconds of processors, and the output."""
        where, (program, *arguments) = self.programs[name]
        mine = {key: os.environ[key] for key in os.environ if not key.startswith("METAEXTRACT_")}
        # As installers leave it: nobody compiles everything at each start.
        mine.pop("PYTHONDONTWRITEBYTECODE", None)
        home = self.root / "home"
        mine |= {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CACHE", "CONFIG", "DATA")}
        before, started = os.times(), time.perf_counter()
        done = subprocess.run(
            [str(self.root / where / "bin" / program), *arguments, *more],
            env={**mine, "HOME": str(home)},
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=True,
        )
        seconds, after = time.perf_counter() - started, os.times()
        return seconds, sum(after[2:4]) - sum(before[2:4]), done.stdout

    def forget(self) -> None:
        """Remove what programs remember, stevedore's cache too, and the plugins' bytecode."""
        shutil.rmtree(self.root / "home", ignore_errors=True)
        for site in self.sites:
            for package in site.glob("herd_*"):
                shutil.rmtree(package / "__pycache__", ignore_errors=True)

    def listed(self, name: str) -> list[dict[str, Any]]:
        """The plugins as `plugins list --json` has them."""
        rows: list[dict[str, Any]] = json.loads(self.run(name, "--json")[2])["plugins"]
        return rows


def check(bench: Bench) -> dict[str, int]:
    """What must hold before times mean anything; how many plugins there are in which state."""
    wanted = {animal.distribution: (animal.state, animal.code) for animal in bench.animals}
    rows = bench.listed("metaextract plugins list")
    got = {row["distribution"]: (row["status"], row["code"]) for row in rows}
    if got != wanted:
        wrong = sorted(name for name in {*got, *wanted} if got.get(name) != wanted.get(name))
        raise SystemExit(f"another verdict than expected: {wrong}")
    ready = sorted(row["name"] for row in rows if row["status"] == "ready")
    loaded = {
        name: bench.run(name, "print")[2].decode().split()
        for name in ("stevedore, healthy alone", "pluggy, healthy alone")
    }
    alone = bench.listed("metaextract, healthy alone")
    loaded["metaextract, healthy alone"] = sorted(
        row["name"] for row in alone if row["status"] == "ready"
    )
    for name, names in loaded.items():
        if names != ready:
            raise SystemExit(f"{name} loads others: {sorted({*names} ^ {*ready})}")
    return {"installed": len(rows), "ready": len(ready), "broken": len(rows) - len(ready)}


def measure(bench: Bench, rounds: int, *, cold: bool) -> dict[str, dict[str, list[float]]]:
    """Seconds of every program in every round, on the clock and of processors."""
    times: dict[str, dict[str, list[float]]] = {
        name: {"seconds": [], "processor_seconds": []} for name in bench.programs
    }
    for _ in range(rounds):
        for name, kept in times.items():
            if cold:
                bench.forget()
            seconds, used, _ = bench.run(name)
            kept["seconds"].append(round(seconds, 4))
            kept["processor_seconds"].append(round(used, 4))
    return times


def show(title: str, times: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, float]]:
    """Print a table; gives the ratios to what they are named after."""
    base = statistics.median(times["entry_points()"]["seconds"])
    ratios = {}
    print(f"\n{title:28}  seconds   least  processors  / entry_points()")
    for name, kept in times.items():
        median, least = statistics.median(kept["seconds"]), min(kept["seconds"])
        used = statistics.median(kept["processor_seconds"])
        least_base = min(times["entry_points()"]["seconds"])
        ratios[name] = {"of_medians": median / base, "of_least": least / least_base}
        print(f"{name:28}  {median:7.3f} {least:7.3f}  {used:10.3f}  {median / base:10.2f}")
    return ratios


def main() -> None:
    """Build, check, measure turn by turn, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cold-rounds", type=int, default=3)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        counts = check(bench)
        print("the same plugins are ready everywhere, each broken one has its code:", counts)
        time.sleep(3)  # files that are younger than two seconds are hashed at each start
        measure(bench, 1, cold=False)
        warm = measure(bench, arguments.rounds, cold=False)
        warm_ratios = show("warm", warm)
        cold = measure(bench, arguments.cold_rounds, cold=True)
        cold_ratios = show("cold", cold)
    if arguments.output:
        result = {
            "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "processors": os.cpu_count(),
            "load_average": os.getloadavg(),
            "versions": {name: version(name) for name in ("stevedore", "pluggy")},
            "plugins": counts,
            "broken_by_code": _by_code(bench.animals),
            "warm": warm,
            "warm_ratio_to_entry_points": warm_ratios,
            "cold": cold,
            "cold_ratio_to_entry_points": cold_ratios,
        }
        arguments.output.write_text(json.dumps(result, indent=1) + "\n")


def _by_code(animals: list[Animal]) -> dict[str, int]:
    codes = sorted(animal.code for animal in animals if animal.code is not None)
    return {code: codes.count(code) for code in codes}


if __name__ == "__main__":
    main()
