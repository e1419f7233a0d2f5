"""Icons are those of the package, drawn without asking it for each."""

from importlib.resources import files
from zipfile import ZipFile

import lucide
import pytest

from camdesk.ui.icons import _drawn, icon, is_icon

NAMES = [name.removesuffix(".svg") for name in ZipFile(str(files("lucide").joinpath("lucide.zip"))).namelist()]


@pytest.mark.parametrize("name", NAMES[::60])
def test_it_is_as_the_package_renders_it(name: str) -> None:
    assert _drawn(name) == " ".join(lucide._render_icon(name, 20).split())


def test_none_of_that_name_is_said() -> None:
    with pytest.raises(lucide.IconDoesNotExist, match="'no-such'"):
        icon("no-such")
    assert not is_icon("no-such")
