"""MX1xx: what can be said of a plugin without reading its sources."""

from __future__ import annotations

from typing import Final

from metaextract_core.codes.code import Code

ROWS: Final[tuple[Code, ...]] = (
    Code(
        "MX101",
        "conflict",
        "the name is taken",
        "Two distributions provide an extractor of this name, and nothing says which is meant. "
        "Neither runs: a record must not depend on which of them was found first.",
        "uninstall one of them, or deny one distribution in the configuration",
        """
        The distributions `metaextract-heights` and `srtm-tools` are both installed, and both have

        ```toml
        [project.entry-points."metaextract.extractors"]
        heights = "…"
        ```

        Both are listed, each with

        ```text
        MX101 it is provided 2 times, by metaextract-heights and srtm-tools
        ```

        An author chooses a name that nobody else is likely to choose, such as that of the format
        rather than `images`.
        """,
    ),
    Code(
        "MX102",
        "disabled",
        "switched off",
        "The allow or deny list of the configuration leaves it out. Somebody wanted it so: it "
        "counts as healthy.",
        "change plugins.allow or plugins.deny in the configuration file",
        """
        The configuration file says

        ```toml
        [plugins]
        deny = ["heights"]
        ```

        and the check

        ```text
        MX102 the configuration denies it
        ```

        `plugins.deny` takes names of plugins and of distributions. Where `plugins.allow` is not
        empty, everything that it does not name is switched off.
        """,
    ),
    Code(
        "MX103",
        "broken",
        "the module cannot be found",
        "The entry point names a module that is not there: it is misspelled, or the module was "
        "not packaged.",
        "correct the entry point in pyproject.toml and install again",
        """
        The package is called `heights`, and the entry point

        ```toml
        [project.entry-points."metaextract.extractors"]
        heights = "hights:Heights"
        ```

        ```text
        MX103 there is no module hights
        ```

        Entry points are written when a distribution is installed, an editable one too: after a
        change run `pip install` once more. Where the name is right, look into the wheel
        (`unzip -l dist/*.whl`): with hatchling, `packages` of `[tool.hatch.build.targets.wheel]`
        says what goes into it.
        """,
    ),
    Code(
        "MX104",
        "broken",
        "the entry point is malformed",
        "An entry point for extractors reads `module:Class`, one for hooks `module`.",
        "correct the entry point in pyproject.toml and install again",
        """
        A full stop where the colon should be:

        ```toml
        [project.entry-points."metaextract.extractors"]
        heights = "heights.Heights"
        ```

        ```text
        MX104 the entry point says 'heights.Heights'
        ```
        """,
    ),
    Code(
        "MX105",
        "incompatible",
        "it wants another SDK",
        "Its requirement on metaextract-sdk does not hold for the one that is installed. What it "
        "was written for may not be there, so it is not run.",
        "install a version of the plugin that fits, or the SDK that it asks for",
        """
        ```toml
        [project]
        dependencies = ["metaextract-sdk>=99"]
        ```

        ```text
        MX105 it requires metaextract-sdk>=99, but metaextract-sdk 0.1.0 is installed
        ```

        An author requires the version from which on everything that the plugin uses is there, and
        no later major version: `metaextract-sdk>=0.1,<1`. See
        [Compatibility](../authors/compatibility.md).
        """,
    ),
    Code(
        "MX106",
        "unavailable",
        "a required distribution is missing",
        "Its metadata asks for a distribution that is not installed, or for another version. An "
        "installer would have seen to it; `pip install --no-deps` and later upgrades do not.",
        "install what it asks for",
        """
        ```toml
        [project]
        dependencies = ["metaextract-sdk", "no-such-distribution>=1"]
        ```

        ```text
        MX106 it requires no-such-distribution>=1, but it is missing
        ```

        What the extractor can do without belongs into `[project.optional-dependencies]`.
        """,
    ),
    Code(
        "MX107",
        "unavailable",
        "a program is missing",
        "It starts a program that is not on PATH. Sections of files that it would have read say "
        "so, with the line that installs it.",
        "install the program",
        """
        ```python
        from metaextract_sdk import Extractor


        class Heights(Extractor):
            \"\"\"Elevation grids.\"\"\"

            media_types = ("application/vnd.srtm",)
            version = "1"
            tools = {"no-such-program": "apt-get install no-such-program"}

            def extract(self, file, ctx):
                return {"Size": file.size}
        ```

        ```text
        MX107 the program no-such-program is not on PATH
        ```

        What `tools` says of the program is shown as the way to mend it.
        """,
    ),
    Code(
        "MX108",
        "unavailable",
        "an extractor that it needs is not ready",
        "It wants the data of another extractor, which is not there or not usable.",
        "mend or install the other extractor",
        """
        ```python
        from metaextract_sdk import Extractor


        class Heights(Extractor):
            \"\"\"Elevation grids.\"\"\"

            media_types = ("application/vnd.srtm",)
            version = "1"
            needs = ("no-such-one",)

            def extract(self, file, ctx):
                return {"Tile": ctx.sections["no-such-one"]}
        ```

        ```text
        MX108 it needs the extractor no-such-one, which is not ready
        ```

        An extractor that can do without the other leaves it out of `needs`. One that cannot
        requires the other's distribution as well.
        """,
    ),
    Code(
        "MX109",
        "broken",
        "its needs form a circle",
        "Each waits for the other's data, so none could ever run.",
        "remove one of the needs",
        """
        The extractor `heights` has `needs = ("slopes",)`, and `slopes` has `needs = ("heights",)`:

        ```text
        MX109 it waits for slopes
        ```

        What both want belongs into a third extractor, or into one of the two.
        """,
    ),
    Code(
        "MX110",
        "quarantined",
        "it ended its worker again and again",
        "It crashed, hung or outgrew its memory over several files in a row, with no good run in "
        "between; files get no section from it but one that says so.",
        "upgrade it: a new version starts afresh; or run `metaextract plugins reset` with its name",
        """
        ```text
        MX110 it ended its worker over 3 different files in a row (MX502 and MX504)
        fix: upgrade it, or try again with `metaextract plugins reset heights`
        ```

        How many files that takes, and within which time, is set by `[health]` in the
        configuration; see [Health](../health.md).
        """,
    ),
    Code(
        "MX111",
        "ready",
        "its new sources are broken, the old ones go on",
        "It was changed while the program ran. What is there now is broken, but the version that "
        "was loaded before is still in memory and goes on until the program ends.",
        "mend the new version; `metaextract plugins check` says what is wrong with it",
        """
        A server runs with version 1 of a plugin. Somebody installs version 2, which does not
        compile. Files are still read, by version 1, and `metaextract plugins info` of a program
        that starts anew says what is wrong with version 2.
        """,
    ),
)
