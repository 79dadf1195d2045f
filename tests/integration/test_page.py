"""The page in a real browser: a file is sent, its record is shown, and nothing in it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.browser import browsing, require_browser
from tests.server.conftest import SAMPLES, Server, running

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

HOSTILE = "<img src=x onerror='window.ran = 1'><script>window.ran = 1</script>"


@pytest.fixture(scope="module")
def page() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    require_browser()
    with browsing(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


def send(browser: Any, page: Server, file: Path) -> None:
    """Choose a file on the page, and wait until its record is there."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get(f"http://127.0.0.1:{page.port}/")
    browser.find_element(By.ID, "file").send_keys(str(file))
    record = browser.find_element(By.ID, "record")
    WebDriverWait(browser, 60).until(lambda _: record.is_displayed())


def test_a_file_that_is_chosen_shows_its_record(browser: Chrome, page: Server) -> None:
    send(browser, page, SAMPLES / "lakeside.jpg")
    assert browser.find_element("id", "name").text == "lakeside.jpg"
    shown = browser.find_element("id", "fields").text
    assert "camera.make" in shown
    link = browser.find_element("id", "stored").get_attribute("href")
    assert link is not None
    browser.get(link)
    assert '"lakeside.jpg"' in browser.page_source


def test_f20_script_in_a_value_and_in_a_name_is_text(
    browser: Chrome, page: Server, tmp_path: Path
) -> None:
    from PIL import Image, PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", HOSTILE)
    info.add_text("Title", HOSTILE)
    file = tmp_path / f"{HOSTILE.replace('/', '')}.png"
    Image.new("RGB", (8, 8)).save(file, pnginfo=info)
    send(browser, page, file)
    assert browser.find_element("id", "name").text == file.name
    assert HOSTILE in str(browser.find_element("id", "record").get_attribute("textContent"))
    assert browser.execute_script("return window.ran") is None
    assert browser.find_elements("css selector", "#record img, #record script") == []


def test_f40_the_page_cannot_be_framed(browser: Chrome, page: Server, tmp_path: Path) -> None:
    """The frame of another page stays empty."""
    other = tmp_path / "other.html"
    other.write_text(f'<iframe src="http://127.0.0.1:{page.port}/"></iframe>')
    browser.get(other.as_uri())
    browser.switch_to.frame(browser.find_element("css selector", "iframe"))
    assert browser.find_elements("id", "drop") == []
    browser.switch_to.default_content()


def test_f40_a_page_of_another_origin_can_send_no_file(
    browser: Chrome, page: Server, tmp_path: Path
) -> None:
    other = tmp_path / "other.html"
    other.write_text("<p>another page</p>")
    before = page.get("/api/metadata/stats")["records"]
    browser.get(other.as_uri())
    browser.execute_async_script(
        """const [url, done] = arguments;
        const form = new FormData();
        form.append("file", new Blob(["words"]), "evil.txt");
        fetch(url, {method: "POST", body: form, mode: "no-cors"}).then(done, done);""",
        f"http://127.0.0.1:{page.port}/api/extract",
    )
    assert page.get("/api/metadata/stats")["records"] == before
