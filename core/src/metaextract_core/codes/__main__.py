"""`python -m metaextract_core.codes`: the page about all codes."""

import sys

from metaextract_core.codes import page

sys.stdout.write(page())
