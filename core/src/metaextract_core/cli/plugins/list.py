"""`metaextract plugins list`."""

from __future__ import annotations

import click

from metaextract_core.cli.options import no_plugins
from metaextract_core.cli.plugins.choosing import HEALTHY, as_json_option, vetted
from metaextract_core.cli.plugins.showing import show


@click.command("list")
@as_json_option
@no_plugins
def list_(as_json: bool, plugins: bool) -> int:
    """List every plugin and its state.

    Exit status: 0 whatever the states are, 2 usage.
    """
    show(vetted(plugins=plugins), as_json=as_json)
    return HEALTHY
