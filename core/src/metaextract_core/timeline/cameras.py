"""When cameras were announced: a picture cannot be much older than what took it."""

from __future__ import annotations

from typing import Final

_TABLE = """
Canon EOS DIGITAL REBEL | 2003
Canon EOS 300D DIGITAL | 2003
Canon EOS 350D DIGITAL | 2005
Canon EOS 400D DIGITAL | 2006
Canon EOS 40D | 2007
Canon EOS 50D | 2008
Canon EOS 5D | 2005
Canon EOS 5D Mark II | 2008
Canon EOS 5D Mark III | 2012
Canon EOS 5D Mark IV | 2016
Canon EOS 6D | 2012
Canon EOS 7D | 2009
Canon EOS-1D Mark III | 2007
Canon EOS M50 | 2018
Canon EOS R | 2018
Canon EOS R5 | 2020
NIKON D1 | 1999
NIKON D100 | 2002
NIKON D70 | 2004
NIKON D200 | 2005
NIKON D300 | 2007
NIKON D3 | 2007
NIKON D700 | 2008
NIKON D800 | 2012
NIKON D850 | 2017
NIKON Z 6 | 2018
NIKON Z 7 | 2018
NIKON Z 9 | 2021
ILCE-7 | 2013
ILCE-7M2 | 2014
ILCE-7M3 | 2018
ILCE-7M4 | 2021
X-T1 | 2014
X-T2 | 2016
X-T3 | 2018
X-T4 | 2020
X-T5 | 2022
iPhone 3GS | 2009
iPhone 4 | 2010
iPhone 4S | 2011
iPhone 5 | 2012
iPhone 5s | 2013
iPhone 6 | 2014
iPhone 6s | 2015
iPhone 7 | 2016
iPhone 8 | 2017
iPhone X | 2017
iPhone XS | 2018
iPhone 11 | 2019
iPhone 12 | 2020
iPhone 13 | 2021
iPhone 14 | 2022
iPhone 15 | 2023
iPhone 15 Pro | 2023
iPhone 16 | 2024
Pixel 2 | 2017
Pixel 3 | 2018
Pixel 4 | 2019
Pixel 5 | 2020
Pixel 6 | 2021
Pixel 7 | 2022
Pixel 8 | 2023
Pixel 8 Pro | 2023
Pixel 9 | 2024
"""

ANNOUNCED: Final = {
    model.strip(): int(year)
    for model, year in (line.split("|") for line in _TABLE.splitlines() if line)
}
"""Model, as EXIF has it (CIPA DC-008, tag 0x0110) -> the year in which its maker announced it.

The years are those of the makers' press releases. A model that is not here is not judged.
"""
