"""Plans that are files of a folder, or of a city: the store behind the pages of one server.

Listing reads no plan but some rows of each, once. Writing is that of `gridmap.store.plan_lock`:
one writer at a time, whole or not at all, read back before it counts. Files must lie on a disk of
the machine (`layers.disks`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from gridmap.access.behalf import seen_of
from gridmap.plan.plan import Plan
from gridmap.plan_store.finding import CITY_FILE, CITY_PLANS, find_plans, town_folder_of
from gridmap.plan_store.heads import Head, head_of
from gridmap.plan_store.interface import Changes, Entry, PlanConflictError, UnknownPlanError
from gridmap.plan_store.plan_ids import ids_in, matched_ids
from gridmap.store import SUFFIX, load_plan
from gridmap.store.plan_lock import change_plan
from layers.contract.errors import quoted
from layers.disks.local_only import require_local

__all__ = ["FilePlans", "PlansBeside", "change_file", "is_as_seen", "require_as_seen",
           "store_with"]  # fmt: skip

_SHOWN = 40  # signs of an id that somebody gave


class FilePlans:
    """The plans of a folder at any depth, or those of a city.

    Parameters
    ----------
    folder
        The folder of plans, or that of a city.
    load
        Reads a plan: a reader that keeps plans in memory must look whether the file has changed.
    seen
        Gives, of plan files, those that whoever asks may see: usually those of the person for whom
        this is done. No method knows any other, so that this is the one place where a list is cut
        down.
    """

    def __init__(
        self,
        folder: Path,
        *,
        load: Callable[[Path], Plan] = load_plan,
        seen: Callable[[Iterable[Path]], Iterable[Path]] = seen_of,
    ) -> None:
        self.folder = folder / CITY_PLANS if (folder / CITY_FILE).is_file() else folder
        self._load = load
        self._seen = seen
        # Places as they were listed last: a plan that still says it is the same has the same id.
        self._listed: Mapping[Path, tuple[str, str]] = {}

    def list(self) -> tuple[Entry, ...]:
        """Give the plans there are, those changed last first; see `PlanStore`."""
        return tuple(entry for entry, _ in self._entries())

    def paths(self) -> dict[str, Path]:
        """Give the files of the plans by their ids, those changed last first."""
        return {entry.id: path for entry, path in self._entries()}

    def open(self, id: str) -> Plan:
        """Read a plan; see `PlanStore`."""
        return self._load(self.path_of(id))

    def revision(self, id: str) -> str:
        """Give what the plan is known by as it is now; see `PlanStore`."""
        return self._entry(id)[0].revision

    def change(
        self,
        id: str,
        fn: Callable[[Plan], Plan],
        expected: str | None = None,
        *,
        frozen_too: bool = False,
        after: Callable[[Path], object] | None = None,
    ) -> Plan:
        """Change a plan; see `PlanStore`, and `change_plan` for `after`.

        Raises
        ------
        NetworkDiskError
            If the plan lies on another machine's disk.
        FrozenPlanError, PlanBusyError, InUseError
            As `gridmap.store.plan_lock.change_plan`.
        """
        entry, path = self._entry(id)
        return change_file(
            path, fn, expected=expected, plan_id=entry.plan_id, load=self._load,
            frozen_too=frozen_too, after=after,
        )  # fmt: skip

    def watch(self, seen: Mapping[str, str]) -> Changes:
        """Tell which plans have changed since an earlier look; see `PlanStore`."""
        now = {entry.id: entry.revision for entry in self.list()}
        return Changes(
            new=tuple(id for id in now if id not in seen),
            changed=tuple(id for id, one in now.items() if seen.get(id, one) != one),
            gone=tuple(id for id in seen if id not in now),
            seen=now,
        )

    def seen_at(self, path: Path) -> dict[str, str]:
        """Give the revision of one plan by its id, to be compared later; {} where it is none."""
        id = self.id_of(path)
        return {id: self.revision(id)} if id else {}

    def path_of(self, id: str) -> Path:
        """Give the file of a plan.

        Raises
        ------
        UnknownPlanError
            If there is none of this id.
        """
        return self._entry(id)[1]

    def id_of(self, path: Path) -> str:
        """Give the id of a plan file; "" for one that is none of this store's."""
        known = self._again(path)
        if known is not None:
            return known.id
        wanted = path.resolve()
        return next((id for id, one in self.paths().items() if one.resolve() == wanted), "")

    def id_named(self, name: str) -> str:
        """Give the id that an address means: an id, or a path in the folder as old links have it.

        "" for a plan that is not there.
        """
        paths = self.paths()
        if name in paths:
            return name
        return next((id for id, path in paths.items() if self._place(path) == name), "")

    def _entry(self, id: str) -> tuple[Entry, Path]:
        listed = next((path for path, one in self._listed.items() if one[0] == id), None)
        known = None if listed is None else self._again(listed)
        if listed is not None and known is not None:
            return known, listed
        for entry, path in self._entries():
            if entry.id == id:
                return entry, path
        shown = id if len(id) <= _SHOWN else f"{id[:_SHOWN]}…"
        raise UnknownPlanError(
            f"There is no plan {shown!r} here: it was deleted, or it is not for you. Choose one "
            "from the list of plans.",
            f"此处没有方案{quoted(shown)}：可能已删除，或您无权查看。请从方案列表中选择。",
        )

    def _again(self, path: Path) -> Entry | None:
        """Give a plan that was listed and is still there; None where all have to be looked at."""
        id, plan_id = self._listed.get(path, ("", ""))
        if not id or path not in self._seen([path]):
            return None
        try:
            head = head_of(path)
        except OSError:
            return None
        return self._entry_of(id, path, head) if plan_id and head.plan_id == plan_id else None

    def _entries(self) -> Sequence[tuple[Entry, Path]]:
        heads: dict[Path, Head] = {}
        for path in self._files():
            with suppress(OSError):  # gone since it was found
                heads[path] = head_of(path)
        # Ids are given to all, whoever asks: they are the same for everybody.
        ids = self._ids({self._place(path): head.plan_id for path, head in heads.items()})
        listed = {path: (ids[self._place(path)], heads[path].plan_id) for path in heads}
        self._listed = listed  # another thread may list meanwhile, and find other files
        return [
            (self._entry_of(listed[path][0], path, heads[path]), path)
            for path in self._seen(list(heads))
        ]

    def _entry_of(self, id: str, path: Path, head: Head) -> Entry:
        folder = town_folder_of(path, self.folder)
        return Entry(id, head.plan_id, head.title, head.town, folder, head.revision)

    def _place(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _files(self) -> Sequence[Path]:
        return find_plans(self.folder)

    def _ids(self, found: Mapping[str, str]) -> Mapping[str, str]:
        return ids_in(self.folder, found)


class PlansBeside(FilePlans):
    """A plan that lies outside the folder of plans, and those beside it, such as its drafts.

    It is nobody's folder of plans: no folder below is looked at, and nothing is noted there.

    Parameters
    ----------
    path
        The plan, whatever its file is called.
    load, seen
        As in `FilePlans`.
    """

    def __init__(
        self,
        path: Path,
        *,
        load: Callable[[Path], Plan] = load_plan,
        seen: Callable[[Iterable[Path]], Iterable[Path]] = seen_of,
    ) -> None:
        super().__init__(path.parent, load=load, seen=seen)
        self.folder = path.parent  # a city there is not gone into
        self._path = path

    def _files(self) -> Sequence[Path]:
        beside = [one for one in self.folder.glob(f"*{SUFFIX}") if not one.name.startswith(".")]
        return [self._path, *sorted(one for one in beside if one != self._path)]

    def _ids(self, found: Mapping[str, str]) -> Mapping[str, str]:
        return matched_ids({}, found)


def store_with(plan: Path | str, folder: Path) -> tuple[FilePlans, str]:
    """Give the store that has a plan, and its id there: what commands are given is either.

    Parameters
    ----------
    plan
        A plan file, or an id in the folder.
    folder
        The folder of plans. A plan that lies elsewhere is one of its own folder.

    Raises
    ------
    LayerFileError
        If it is neither.
    """
    path, store = Path(plan), FilePlans(folder)
    if not path.exists():
        if str(plan) not in store.paths():
            load_plan(path)  # says that there is none
        return store, str(plan)
    inside = store.folder.resolve() in path.resolve().parents
    if inside and (id := store.id_of(path)):
        return store, id
    beside = PlansBeside(path)
    return beside, beside.id_of(path)


def change_file(
    path: Path,
    fn: Callable[[Plan], Plan],
    *,
    expected: str | None = None,
    plan_id: str = "",
    load: Callable[[Path], Plan] = load_plan,
    frozen_too: bool = False,
    after: Callable[[Path], object] | None = None,
) -> Plan:
    """Change the plan in a file, as `FilePlans.change` does.

    Parameters
    ----------
    path, fn, expected, load
        The file; the rest as in `FilePlans`.
    plan_id
        Who the plan in the file must be; "" for anybody.
    frozen_too, after
        As in `gridmap.store.plan_lock.change_plan`.

    Raises
    ------
    NetworkDiskError
        If the plan lies on another machine's disk.
    PlanConflictError
        If the plan is not of the revision expected, or another plan took its place.
    GridmapError
        As `gridmap.store.plan_lock.change_plan`.
    """
    require_local(path)

    def changed(plan: Plan) -> Plan:
        if not is_as_seen(path, expected=expected, plan_id=plan_id):
            raise _conflict(plan)
        return fn(plan)

    return change_plan(path, changed, read=load, frozen_too=frozen_too, after=after)


def require_as_seen(path: Path, *, expected: str | None) -> None:
    """Refuse what is meant for a plan file as somebody has seen it, once it is another one.

    For what is done with the whole file, by who holds it (`gridmap.store.plan_lock`).

    Raises
    ------
    PlanConflictError
        If the plan is not of the revision expected; None for any.
    GridmapError
        If it cannot be read.
    """
    if not is_as_seen(path, expected=expected):
        raise _conflict(load_plan(path))


def is_as_seen(path: Path, *, expected: str | None, plan_id: str = "") -> bool:
    """Whether the plan in a file has a revision, and is the one it was; None and "" for any."""
    if expected is None and not plan_id:
        return True
    head = head_of(path)
    return expected in (None, head.revision) and plan_id in ("", head.plan_id)


def _conflict(plan: Plan) -> PlanConflictError:
    told, told_zh = "", ""
    if len(plan.edits) and {"who", "time"} <= set(plan.edits.columns):
        who, when = (str(plan.edits[name].iloc[-1]) for name in ("who", "time"))
        told = f" Its last edit is by {who}, {when}."
        told_zh = f"最近一次调整：{quoted(who)}，{when}。"
    return PlanConflictError(
        f"Somebody else has changed the plan since you looked at it.{told} Nothing was saved. Look "
        "at the plan as it is now, then do it again if it still holds.",
        f"您查看之后，方案已被他人修改。{told_zh}本次没有保存。请查看最新方案，确认仍需修改后重做一次。",
    )
