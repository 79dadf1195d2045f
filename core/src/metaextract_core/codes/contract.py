"""MX4xx: what was imported does not keep the contract."""

from __future__ import annotations

from typing import Final

from metaextract_core.codes.code import Code

ROWS: Final[tuple[Code, ...]] = (
    Code(
        "MX401",
        "broken",
        "the class is not in its module",
        "The entry point names an attribute that the module does not have.",
        "correct the entry point, or define the class",
        """
        The class is called `Heights`, and the entry point says

        ```toml
        [project.entry-points."metaextract.extractors"]
        heights = "heights:Hights"
        ```

        ```text
        MX401 module heights has no Hights
        ```

        Entry points are written when a distribution is installed, an editable one too: after a
        change run `pip install` once more.
        """,
    ),
    Code(
        "MX402",
        "broken",
        "it is no extractor",
        "The entry point names something that is not a subclass of metaextract_sdk.Extractor.",
        "inherit from Extractor",
        """
        ```python
        class Heights:
            version = "1"
        ```

        ```text
        MX402 heights:Heights is Heights, no Extractor
        ```

        A function is no extractor either: the class is where media types, version and limits are
        declared.
        """,
    ),
    Code(
        "MX403",
        "broken",
        "it breaks the contract",
        "A class attribute is missing or of the wrong kind, or a method has other arguments than "
        "the host will give it. Each such fault is named.",
        "correct the attribute that is named",
        """
        ```python
        from metaextract_sdk import Extractor


        class Heights(Extractor):
            \"\"\"Elevation grids.\"\"\"

            media_types = ("application/vnd.srtm",)

            def extract(self, file):
                return {"Size": file.size}
        ```

        ```text
        MX403 version must be a text that is not empty
        MX403 extract must take (self, file, ctx)
        ```

        The [reference](../authors/reference.md) lists all attributes with their kinds.
        """,
    ),
    Code(
        "MX404",
        "incompatible",
        "its contract is too new",
        "It was written for a later contract than this host speaks.",
        "upgrade MetaExtract",
        """
        ```python
        from metaextract_sdk import Extractor


        class Heights(Extractor):
            \"\"\"Elevation grids.\"\"\"

            media_types = ("application/vnd.srtm",)
            version = "1"
            api_version = 99

            def extract(self, file, ctx):
                return {"Size": file.size}
        ```

        ```text
        MX404 it speaks contract 99, this host 1
        ```

        `api_version` is that of the SDK that is installed unless the class says otherwise: an
        author need not set it. See [Compatibility](../authors/compatibility.md).
        """,
    ),
    Code(
        "MX405",
        "incompatible",
        "its contract is too old",
        "It was written for a contract that this host no longer speaks: a host accepts its own and "
        "the one before.",
        "upgrade the plugin",
        """
        ```python
        from metaextract_sdk import Extractor


        class Heights(Extractor):
            \"\"\"Elevation grids.\"\"\"

            media_types = ("application/vnd.srtm",)
            version = "1"
            api_version = -1

            def extract(self, file, ctx):
                return {"Size": file.size}
        ```

        ```text
        MX405 it speaks contract -1, this host 1
        ```

        An author reads in the SDK's changelog what the later contract changed, and changes the
        number last.
        """,
    ),
    Code(
        "MX406",
        "broken",
        "its hooks do not fit",
        "A hook plugin has functions marked with hookimpl, with a hook's name and arguments. One "
        "that does not fit would never be called, and nobody would notice.",
        "mark the functions with metaextract_sdk.hookimpl, and name them as hookspecs does",
        """
        ```toml
        [project.entry-points."metaextract.hooks"]
        heights = "heights"
        ```

        ```python
        def metaextract_publish(record):
            pass
        ```

        ```text
        MX406 no function is marked with hookimpl
        ```

        A misspelled hook and an argument that a hook does not have are named in the same way. The
        [reference](../authors/reference.md#hooks) lists the hooks.
        """,
    ),
    Code(
        "MX407",
        "ready",
        "its crosswalk names unknown fields",
        "What the tags say is not used: the vocabulary of this host has no such field.",
        "correct the names, or upgrade MetaExtract",
        """
        ```python
        from metaextract_sdk import Extractor


        class Heights(Extractor):
            \"\"\"Elevation grids.\"\"\"

            media_types = ("application/vnd.srtm",)
            version = "1"
            crosswalk = {"Name": "title"}

            def extract(self, file, ctx):
                return {"Name": file.name}
        ```

        ```text
        MX407 there is no field title
        ```

        It is called `document.title`: all names are in [Canonical fields](../fields.md). A tag for
        which there is no field needs none; it stands in the extractor's section.
        """,
    ),
)
