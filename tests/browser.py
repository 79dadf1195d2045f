"""A real browser, without a window."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_WAIT = 60
"""Seconds that only keep a hanging browser from hanging the tests."""


def require_browser() -> None:
    """Skip where there is no Chromium with its driver, or no Selenium."""
    pytest.importorskip("selenium", reason="Selenium is not installed")
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        pytest.skip("Chromium is not installed")


@contextmanager
def browsing(folder: Path) -> Iterator[Chrome]:
    """A Chromium that keeps what it writes in `folder`."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for argument in (
        "--headless=new",
        "--no-sandbox",  # it refuses to run as root with one
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-proxy-server",
        f"--user-data-dir={folder}",
        "--window-size=1000,1400",
    ):
        options.add_argument(argument)
    driver = Chrome(options, Service(shutil.which("chromedriver")))
    try:
        driver.set_page_load_timeout(_WAIT)
        driver.set_script_timeout(_WAIT)
        yield driver
    finally:
        driver.quit()
