"""What routes declare is what their description says (OpenAPI 3.1)."""

from __future__ import annotations

from tests.server.test_routing import ROUTES

from metaextract_server.openapi import describe

PATHS = describe(ROUTES, "1.2.3")["paths"]


def test_parameters_stand_where_the_path_has_them() -> None:
    parameters = {each["name"]: each for each in PATHS["/of/{id}"]["get"]["parameters"]}
    assert {name: each["in"] for name, each in parameters.items()} == {
        "id": "path",
        "names": "query",
        "dark": "query",
    }
    assert parameters["id"]["required"]
    assert parameters["id"]["schema"] == {"type": "integer", "minimum": 1}
    assert not parameters["dark"]["required"]


def test_a_body_and_an_answer_have_their_types() -> None:
    operation = PATHS["/take"]["post"]
    schema = {"$ref": "#/components/schemas/Body"}
    assert operation["requestBody"]["content"] == {"application/json": {"schema": schema}}
    assert operation["responses"]["201"]["content"] == {"application/json": {"schema": schema}}


def test_failures_are_described_with_their_codes() -> None:
    answers = PATHS["/take"]["post"]["responses"]
    assert sorted(answers) == ["201", "400", "413", "500"]
    assert answers["413"]["description"] == "FILE_TOO_LARGE"


def test_it_says_of_which_version_it_is() -> None:
    assert describe((), "1.2.3")["info"]["version"] == "1.2.3"
