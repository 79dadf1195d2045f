"""The page of measured speed, from the results that the benchmarks have left."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tools.generate_docs.plots import Bar, Line, bars, lines
from tools.generate_docs.text import HEADER, join, table

RESULTS: Final = Path(__file__).parents[2] / "tests/benchmarks/results"
_TARGETS: Final = {
    "metaextract": "",
    "metaextract, no cache": "1.9",
    "metaextract, second run": "100",
    "metaextract, copy": "10",
}
"""What was aimed at, in files per second of one ExifTool process."""


def page() -> str:
    """Speed and memory as they were measured last, what missed its aim included."""
    return join(
        [
            HEADER.format(sources="tests/benchmarks/results/") + "# Speed and memory",
            _paragraph(
                """
                Each figure can be taken again: `make bench` for files, `make bench-plugins` for
                plugins, `python -m tests.benchmarks.memory` for memory. Programs are run turn by
                turn, each from a cold start of its own process; their outputs are compared before
                any time is taken; what counts is the ratio of the medians, for machines differ
                and are noisy.
                """
            ),
            *_files(_load("whole_process")),
            *_peers(_load("peers")),
            *_plugins(_load("plugins")),
            *_catalogue(_load("catalogue")),
            *_memory(),
        ]
    )


def plots() -> dict[str, str]:
    """The plots of the page, by file name."""
    return {
        "files.svg": _files_plot(_load("whole_process")),
        "peers.svg": _peers_plot(_load("peers")),
        "memory.svg": _memory_plot(),
    }


def _files_plot(result: dict[str, Any]) -> str:
    first = result["files_per_second"]["exiftool"]
    rows = [
        Bar(name, rate / first, f"{rate / first:.1f}", ours=name.startswith("metaextract"))
        for name, rate in result["files_per_second"].items()
    ]
    return bars("Files per second, of one ExifTool process", rows)


def _peers_plot(result: dict[str, Any]) -> str:
    rows = [
        Bar(f"{name}: {profile}", ratio, f"{ratio:.2f}", ours=profile == "standard")
        for name, peer in result["peers"].items()
        for profile, ratio in peer["ratios"].items()
    ]
    title = "Files per second of metaextract, of the program's (dashed: as fast)"
    return bars(title, rows, mark=1.0)


def _memory_plot() -> str:
    drawn = []
    for name in ("memory_many_fast", "memory_many_standard"):
        for number, run in enumerate(_load(name)["runs"], 1):
            points = [(look["files"], look["Rss"] / (1 << 20)) for look in run["looks"]]
            drawn.append(Line(f"{name.rpartition('_')[2]}, run {number}", points, ours=True))
    return lines("Resident memory of the host, MiB", drawn, across="files read")


def _plot(name: str, what: str) -> str:
    return f"![{what}](performance/{name})"


def _paragraph(text: str) -> str:
    return " ".join(text.split())


def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text())
    return loaded


def _machine(result: dict[str, Any]) -> str:
    exiftool = f", ExifTool {result['exiftool']}" if "exiftool" in result else ""
    return (
        f"Measured on {result['date'][:10]} with {result['processors']} processors, "
        f"Python {result['python']}{exiftool}."
    )


def _files(result: dict[str, Any]) -> list[str]:
    peers = [name for name in result["files_per_second"] if name.startswith("exiftool")]
    rows = [
        [name, str(result["files"][name]), f"{rate:,.0f}", *_ratios(result, name), _target(name)]
        for name, rate in result["files_per_second"].items()
    ]
    header = ["program", "files", "files/s", *(f"of `{peer}`" for peer in peers), "aim"]
    one = {name: statistics.median(times) for name, times in result["seconds_for_one_file"].items()}
    fast = result["fast"]
    values = fast["values"]
    return [
        "## Files",
        _paragraph(
            f"""
            {_machine(result)} The collection of real files that `tests/` reads where it is there;
            {result["files_equal_in_every_value"]} files have every value that ExifTool prints.
            `exiftool` is `exiftool -json -G1 -struct -r`, which passes over names that it does
            not know; `all files` reads those as well, as we do; `side by side` is `xargs` with a
            process for each processor. The aim is in files per second of the first.
            """
        ),
        table(header, rows),
        _plot("files.svg", "Files per second of all programs"),
        _paragraph(
            f"""
            The profile `fast` over {fast["files"]:,} pictures: {fast["ratio"]:.1f} times the
            files/s of one ExifTool process (aim: 10). Of the values that `standard` gives of
            these contents it gives {values["equal"]:,} alike, {values["different"]:,} otherwise
            (most are other words or more digits for the same) and {values["missing"]:,} not at
            all.
            """
        ),
        _paragraph(
            f"""
            One photograph, from the shell: {_times(one, "metaextract, no cache")} (aim: 2), and
            {_times(one, "metaextract")} when it was read before. Half of that is the start of
            Python and of the process that workers are forked from; ExifTool starts after them,
            inside the sandbox.
            """
        ),
        _paragraph(
            f"""
            The kernel itself takes {result["kernel_seconds_per_file"] * 1000:.2f} ms of processor
            time for each file around the parsers, without cache (aim: 0.5). With two processors
            one ExifTool process each is the limit, so no program that has ExifTool read
            everything can reach more than 2.0. Of a second run over these few files, most is the
            start of the program.
            """
        ),
    ]


def _peers(result: dict[str, Any]) -> list[str]:
    rows = [
        [
            f"{name} {peer['version']}",
            str(peer["files"]),
            f"{peer['values_per_file']:.0f}",
            f"{peer['compared_equal']} of {peer['compared_equal'] + _unlike(peer)}",
            f"{peer['files_per_second']:,.0f}",
            f"{peer['ratios']['standard']:.2f}",
            f"{peer['ratios']['fast']:.2f}",
        ]
        for name, peer in result["peers"].items()
    ]
    header = ["program", "files", "values of a file", "equal to ours", "files/s"]
    return [
        "## Beside other programs",
        _paragraph(
            f"""
            {_machine(result)} Each over the files that it can read, repeated up to 1,000; ours,
            without cache, in files per second of the program's. Readers that say less of a file
            have less to do: `standard` says {result["values_per_file"]:.0f} values of one on
            average. Of ExifTool all values of a file are compared, of the others those of which
            both speak: camera, width and height, playing time; what differs is named in
            [peers.json](../tests/benchmarks/results/peers.json): tags that one ExifTool process
            forgets when it has read certain other files before, the previews of raw pictures, PCX
            pictures and two playing times. Of files that are no pictures `fast` says little.
            """
        ),
        table([*header, "`standard`", "`fast`"], rows),
        _plot("peers.svg", "metaextract beside other programs"),
    ]


def _unlike(peer: dict[str, Any]) -> int:
    return sum(map(len, peer["compared_different"].values()))


def _ratios(result: dict[str, Any], name: str) -> list[str]:
    ratios = result["ratios"][name]
    return [f"{ratio:.2f}" for ratio in ratios.values()]


def _target(name: str) -> str:
    return _TARGETS.get(name, "")


def _times(seconds: dict[str, float], name: str) -> str:
    return (
        f"{seconds[name] * 1000:.0f} ms, {seconds[name] / seconds['exiftool']:.1f} times `exiftool`"
    )


def _plugins(result: dict[str, Any]) -> list[str]:
    rows = []
    for name, ratio in result["warm_ratio_to_entry_points"].items():
        warm, cold = (statistics.median(result[kind][name]["seconds"]) for kind in ("warm", "cold"))
        rows.append([name, f"{warm * 1000:.0f} ms", f"{ratio['of_medians']:.2f}", f"{cold:.2f} s"])
    return [
        "## Plugins",
        _paragraph(
            f"""
            {_machine(result)} {result["plugins"]["installed"]} plugins, of which
            {result["plugins"]["broken"]} are broken, each named with its code. Warm, nothing is
            imported; cold, everything is vetted, and six plugins hang for the whole deadline of
            ten seconds. Aims: warm 2 times `entry_points()` and the interpreter's start, cold 15
            s.
            """
        ),
        table(["program", "warm", "of `entry_points()`", "cold"], rows),
    ]


def _catalogue(result: dict[str, Any]) -> list[str]:
    databases = result["databases"]
    questions = {
        name: question["what"]
        for database in databases.values()
        for name, question in database["questions"].items()
    }
    rows = [
        [what, f"`{name}`", *(_with_and_without(one, name) for one in databases.values())]
        for name, what in questions.items()
    ]
    versions = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    names = [f"{versions[name]} {one['version']}" for name, one in databases.items()]
    others = [
        [
            name,
            f"{one['pages']['first'] * 1000:.2f} ms",
            f"{one['pages']['ratio']:.2f}",
            f"{one['insert']['with'] / one['insert']['batch'] * 1000:.2f} ms",
            f"{one['insert']['ratio']:.2f}",
        ]
        for name, one in zip(names, databases.values(), strict=True)
    ]
    return [
        "## The catalogue",
        _paragraph(
            f"""
            {_machine(result)} {result["records"]:,} synthetic records, spread as those of an
            archive are, asked as the command line asks; medians of {result["rounds"]} turns with
            the index, without it, and with no index but the keys: what counts is the faster of the
            latter. The answers are equal each time, and the database has said that it uses the
            index. Aim: with the index at least 5 times as fast, if possible 20.
            """
        ),
        table(["question", "index", *names], rows),
        _paragraph(
            """
            Pages of 50 by time, the 10,000th beside the first (aim: as fast), and the insertion of
            one record with everything around it, in batches, with all indexes and with the keys
            alone (aim: at most 4 times):
            """
        ),
        table(
            ["database", "first page", "10,000th, of it", "a record", "of that with keys alone"],
            others,
        ),
    ]


def _with_and_without(database: dict[str, Any], name: str) -> str:
    question = database["questions"].get(name)
    if question is None:
        return ""
    return f"{question['with'] * 1000:.2f} ms, {question['ratio']:,.1f} times as fast"


def _memory() -> list[str]:
    rows = []
    for name in ("memory_many_fast", "memory_many_standard"):
        result = _load(name)
        for number, run in enumerate(result["runs"], 1):
            looks = {look["files"]: look["Rss"] / (1 << 20) for look in run["looks"]}
            profile = " ".join(result["options"]).removeprefix("--profile ") or "standard"
            rows.append(
                [
                    f"{profile}, run {number}",
                    f"{looks[10_000]:.1f} MiB",
                    f"{looks[result['files']]:.1f} MiB",
                    f"{run['end_to_10000']['Rss']:.2f}",
                    _tenths(run["milliseconds_per_file_by_tenth"]),
                ]
            )
    large = _load("memory_large")["results"] + _load("memory_large_png")["results"]
    worst = max(large, key=lambda one: one["above_start"])
    return [
        "## Memory",
        _paragraph(
            f"""
            {_machine(_load("memory_many_fast"))} 200,000 small files, resident memory of the host
            (aim: at most 1.2 times that at 10,000 files), while other work ran on the machine:
            """
        ),
        table(["run", "at 10,000", "at 200,000", "ratio", "ms per file, by tenths"], rows),
        _plot("memory.svg", "Resident memory over the number of files"),
        _paragraph(
            f"""
            One sparse file of 5 GiB, {len({one["kind"] for one in large})} kinds, `standard` and
            `deep`: all processes together take {worst["above_start"] / 1e6:.0f} MB at most above
            the idle program ({worst["kind"]}, `{worst["profile"]}`; aim: 250 MB). [More on
            memory](memory.md).
            """
        ),
    ]


def _tenths(milliseconds: Sequence[float]) -> str:
    return " ".join(f"{value:.1f}" for value in milliseconds)
