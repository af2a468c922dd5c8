"""What the command on many towns does for their map: vector tiles made."""

from typing import TYPE_CHECKING

from gridmap.cli.terminal.screen import Screen
from gridmap.words import say
from layers.contract.errors import printable

if TYPE_CHECKING:
    from gridmap.city.folder import City

__all__ = ["make_tiles"]


def make_tiles(screen: Screen, opened: "City", workers: int) -> None:
    """Make the vector tiles of a city, and tell of how many towns."""
    from gridmap.city.tiles import make_city_tiles

    towns = 0
    with screen.progress() as tell:

        def told(done: int, of: int) -> None:
            nonlocal towns
            towns = done
            tell(say("city.tiles.going", screen.language, done=done, all=of), done / of)

        folder = make_city_tiles(opened, workers=workers, tell=told)
    size = sum(path.stat().st_size for path in folder.rglob("*.*"))
    where = printable(str(folder))
    mb = f"{size / 1e6:.1f}"
    screen.line(say("city.tiles.made", screen.language, towns=towns, mb=mb, folder=where))
    screen.emit({"towns": towns, "bytes": size, "folder": str(folder)})
