"""Fault F13: entities and references in XML that would fetch, read or expand.

Each document asks for a file of this machine and for answers of a server that counts who comes.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.formats import archive, chunk, deflated, jpeg, pdf, png, stream
from tests.integration.processes import until

CommandLine = Any

CANARY = "the canary sings at dawn"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Listener:
    """A server on this machine that takes connections, counts them and says nothing."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary"
    path.write_text(CANARY)
    return path


class Documents:
    """Hostile documents by file name; `laughs` times ten laughs in the last entity of each."""

    def __init__(self, port: int, canary: Path, laughs: int = 9) -> None:
        self._web = f"http://127.0.0.1:{port}"
        self._file = f"file://{canary}"
        self._laughs = "<!ENTITY l0 'ha'>" + "".join(
            f"<!ENTITY l{number} '{f'&l{number - 1};' * 10}'>" for number in range(1, laughs + 1)
        )
        self._bait = f"&canary;|&remote;|&l{laughs};"

    def _type(self, root: str) -> str:
        return (
            f'<!DOCTYPE {root} SYSTEM "{self._web}/remote.dtd" ['
            f'<!ENTITY canary SYSTEM "{self._file}"><!ENTITY remote SYSTEM "{self._web}/entity">'
            f'<!ENTITY % parameter SYSTEM "{self._web}/parameter"> %parameter; {self._laughs}]>'
        )

    def xmp(self) -> bytes:
        return (
            f"{self._type('x:xmpmeta')}<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
            "<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title><rdf:Alt>"
            f"<rdf:li xml:lang='x-default'>{self._bait}</rdf:li></rdf:Alt></dc:title>"
            "</rdf:Description></rdf:RDF></x:xmpmeta>"
        ).encode()

    def xml(self, root: str, inside: str) -> bytes:
        name = root.split(maxsplit=1)[0]
        return f"{HEAD}{self._type(name)}<{root}>{inside}</{name}>".encode()

    def office(self) -> bytes:
        package = "http://schemas.openxmlformats.org/package/2006"
        parts = {
            "[Content_Types].xml": f'{HEAD}<Types xmlns="{package}/content-types"><Override '
            'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'{HEAD}<Relationships xmlns="{package}/relationships"><Relationship '
            f'Id="r" Type="urn:attachedTemplate" Target="{self._web}/t" TargetMode="External"/>'
            "</Relationships>",
        }
        core = f'cp:coreProperties xmlns:cp="{package}/metadata/core-properties" '
        core += 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
        members = {name: part.encode() for name, part in parts.items()}
        members["word/document.xml"] = self.xml('w:document xmlns:w="urn:w"', self._bait)
        members["docProps/core.xml"] = self.xml(core, f"<dc:title>{self._bait}</dc:title>")
        return archive(*((name, deflated(part), len(part)) for name, part in members.items()))

    def form(self) -> bytes:
        xfa = self.xml('xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"', self._bait)
        return pdf(
            b"<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R/Metadata 5 0 R"
            b"/OpenAction<</S/URI/URI(%s/open)>>>>" % self._web.encode(),
            b"<</Type/Pages/Kids[]/Count 0>>",
            b"<</Fields[]/XFA 4 0 R>>",
            stream(xfa),
            stream(self.xmp(), b"/Type/Metadata/Subtype/XML"),
        )

    def all(self) -> dict[str, bytes]:
        svg = (
            f"<title>{self._bait}</title><image xlink:href='{self._web}/image'/>"
            f"<use xlink:href='{self._file}'/><xi:include href='{self._file}' parse='text'/>"
            f"<style>@import url({self._web}/style);</style>"
        )
        spaces = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' "
        spaces += "xmlns:xi='http://www.w3.org/2001/XInclude'"
        gpx = f"<metadata><name>{self._bait}</name><link href='{self._web}/link'/></metadata>"
        kml = f"<Document><name>{self._bait}</name><NetworkLink><Link><href>{self._web}/link"
        kml += "</href></Link></NetworkLink></Document>"
        return {
            "xmp.jpg": jpeg(self.xmp()),
            "xmp.png": png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + self.xmp())),
            "sidecar.xmp": self.xmp(),
            "drawing.svg": self.xml(f"svg {spaces}", svg),
            "track.gpx": self.xml("gpx xmlns='http://www.topografix.com/GPX/1/1'", gpx),
            "map.kml": self.xml("kml xmlns='http://www.opengis.net/kml/2.2'", kml),
            "letter.docx": self.office(),
            "form.pdf": self.form(),
        }


@pytest.mark.parametrize("profile", ["fast", "standard", "deep"])
def test_f13_nothing_is_fetched_read_or_expanded(
    command_line: CommandLine, tmp_path: Path, listener: Listener, canary: Path, profile: str
) -> None:
    documents = Documents(listener.port, canary).all()
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, content in documents.items():
        (folder / name).write_bytes(content)
    peak, records = command_line.peak_of("--profile", profile, folder)
    said = json.dumps(records)
    assert listener.visits == 0
    assert CANARY not in said
    assert "ha" * 10 not in said
    assert len(said) < 200_000
    assert peak < 512 << 20
    assert {record["file"]["name"] for record in records} == documents.keys()
    types = {record["file"]["name"]: record["file"]["media_type"] for record in records}
    assert types["drawing.svg"] == "image/svg+xml"
    assert types["letter.docx"].endswith("wordprocessingml.document")
    for record in records:
        for section in record["sections"].values():
            assert section["status"] in ("ok", "skipped", "unavailable"), section


def test_f13_the_traps_would_be_noticed(listener: Listener, canary: Path) -> None:
    """A reader that does follow references is caught: else the test above proves nothing."""
    from xml.parsers import expat

    visits = []
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)

    def follow(context: str, base: str | None, system: str | None, public: str | None) -> int:
        assert system is not None
        visits.append(system)
        if system.startswith("http:"):
            socket.create_connection(("127.0.0.1", listener.port)).close()
        text = Path(system.removeprefix("file://")).read_bytes() if "file:" in system else b""
        parser.ExternalEntityParserCreate(context).Parse(text, True)
        return 1

    heard: list[str] = []
    parser.ExternalEntityRefHandler = follow
    parser.CharacterDataHandler = heard.append
    parser.Parse(Documents(listener.port, canary, laughs=2).all()["map.kml"], True)
    assert any(system.endswith("/remote.dtd") for system in visits)
    assert until(lambda: listener.visits)
    assert CANARY in "".join(heard)
    assert "ha" * 100 in "".join(heard)
