"""The ground of a town, read and tiled, kept for the next division of it.

Reading and tiling take most of the time of a plan, and a planner tries many divisions of the same
ground. What is kept lies in a private folder of this program, never in a folder of the user: it is
a pickle, which only its own writer may read back.
"""

import hashlib
import json
import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from boundaries.tiling.build import Tiling
from gridmap.rules import Rules, load_rules, parse_rules
from gridmap.town.patches import tile_ground
from gridmap.town.town import Town, hash_inputs, load_town
from gridmap.workflow.steps import Step
from gridmap.workflow.workflow import code_hash
from layers.contract.errors import GridmapError
from layers.files.atomic import replacing

__all__ = ["TiledTown", "ground_of"]

# Sections of the rules that neither reading nor tiling looks at.
_LATER = ("load", "capacity", "split", "numbering", "households", "assignment", "duties")
_KEPT = 8  # towns and states of towns


@dataclass(frozen=True)
class TiledTown:
    """A town with its tiled ground, before it is cut to what officers can carry."""

    town: Town
    tiling: Tiling


def ground_of(
    folder: Path,
    *,
    keep: Path | None = None,
    tell: Callable[[str, float], None] | None = None,
    rules_text: str | None = None,
) -> TiledTown:
    """Read a town and tile its ground, or take both as they were kept.

    Parameters
    ----------
    folder
        Folder of the town.
    keep
        Private folder to keep them in; None to read always.
    tell
        Called with a sentence and the share done before each step.
    rules_text
        Rules in the place of those in the folder: those of a city with what the town says.

    Raises
    ------
    GridmapError
        If the files or the rules are at fault.
    """
    say = tell or (lambda _step, _share: None)
    say(Step.READ, 0.0)
    path = None
    if keep is not None:
        with suppress(OSError):  # a file that is missing is named by the reader below
            path = keep / f"{_mark(folder, rules_text)}.pickle"
    kept = _take(path) if path else None
    if kept is not None:
        return _with_rules_of_today(kept, folder, rules_text)
    town = load_town(folder, rules_text=rules_text)
    say(Step.TILE, 0.5)
    ground = TiledTown(town, tile_ground(town))
    if path:
        _put(ground, path)
    return ground


def _mark(folder: Path, rules_text: str | None) -> str:
    """Give a mark of everything that reading and tiling look at, the code included."""
    rules = _rules(folder, rules_text)
    hashes = hash_inputs(folder, rules)
    hashes.pop("rules.toml")
    whole = json.dumps(
        [str(folder.resolve()), hashes, _earlier(rules), code_hash()], sort_keys=True
    )
    return hashlib.sha256(whole.encode()).hexdigest()


def _earlier(rules: Rules) -> dict[str, object]:
    return rules.model_dump(mode="json", exclude=set(_LATER))


def _rules(folder: Path, rules_text: str | None) -> Rules:
    return load_rules(folder / "rules.toml") if rules_text is None else parse_rules(rules_text)


def _with_rules_of_today(ground: TiledTown, folder: Path, rules_text: str | None) -> TiledTown:
    """Put the rules as they are now in the place of those that were kept."""
    rules = _rules(folder, rules_text)
    hashes = ground.town.hashes | hash_inputs(folder, rules)
    text = rules_text
    if text is None:
        text = (folder / "rules.toml").read_text(encoding="utf-8-sig")
    return replace(ground, town=replace(ground.town, rules=rules, rules_text=text, hashes=hashes))


def _take(path: Path) -> TiledTown | None:
    with suppress(OSError, pickle.PickleError, EOFError, AttributeError, ImportError):
        found = pickle.loads(path.read_bytes())
        if isinstance(found, TiledTown):
            path.touch()
            return found
    return None


def _put(ground: TiledTown, path: Path) -> None:
    """Keep a ground; it is only a shortcut, so that a full disk does not matter."""
    with suppress(OSError, GridmapError):
        with replacing(path, overwrite=True, private=True) as draft, draft.open("wb") as file:
            pickle.dump(ground, file, protocol=pickle.HIGHEST_PROTOCOL)
        old = sorted(path.parent.glob("*.pickle"), key=lambda one: one.stat().st_mtime_ns)
        for one in old[:-_KEPT]:
            one.unlink(missing_ok=True)
