"""The columns, tables and people that the rules of a town name: checked before any long work."""

from collections.abc import Iterator
from pathlib import Path

from gridmap.rules.schema import Rules
from layers.contract.errors import GridmapError, LayerSchemaError, Named, quoted
from layers.contract.phrases import few_texts
from layers.landuse.code_tables import CODE_SYSTEMS, read_code_table
from layers.reading.named_columns import Wanted, find_missing
from layers.registers.groups import GROUP_COLUMNS

__all__ = ["require_named_columns"]

_MOST = 20  # faults told at once


def require_named_columns(folder: Path, rules: Rules) -> None:
    """Refuse rules that name columns which the files do not have; all are told at once.

    Parameters
    ----------
    folder
        The folder of the town; every file that the rules name is in it.
    rules
        Its rules.

    Raises
    ------
    LayerFileError, LayerSchemaError
        With a line for every file: the columns it lacks, the names that may have been meant, and
        those that there are; and for every code table that is faulty.
    """
    faults = list(find_missing(list(_wanted(folder, rules))))
    tables = list(_faulty_tables(folder, rules))
    if not faults and len(tables) == 1:
        raise tables[0]
    faults += [Named(str(error), error.zh) for error in tables]
    if not faults:
        return
    listed = few_texts(faults, _MOST, lines=True)
    raise LayerSchemaError(
        f"The rules name what the files do not have. Correct rules.toml:\n{listed.en}",
        f"规则所指的内容在文件中没有，请更正 rules.toml：\n{listed.zh}",
    )


def _wanted(folder: Path, rules: Rules) -> Iterator[Wanted]:
    grids = rules.hierarchy
    yield Wanted(
        folder / grids.file,
        Named(f"Hierarchy {grids.file!r}", f"网格体系{quoted(grids.file)}"),
        list(grids.columns().values()),
        grids.layer,
        grids.encoding,
    )
    if rules.roster is not None:
        yield Wanted(
            folder / rules.roster.file,
            Named(f"Roster {rules.roster.file!r}", f"花名册{quoted(rules.roster.file)}"),
            list(rules.roster.columns().values()),
            rules.roster.layer,
            rules.roster.encoding,
        )
    for table in rules.groups:
        yield Wanted(
            folder / table.file,
            Named(f"Groups {table.file!r}", f"组合表{quoted(table.file)}"),
            [getattr(table, key) for key in GROUP_COLUMNS.values()],
            table.layer,
            table.encoding,
        )
    for entry in rules.layers:
        yield Wanted(
            folder / entry.file,
            Named(f"Layer {entry.file!r}", f"图层{quoted(entry.file)}"),
            [entry.code_column, entry.record_column, entry.name_column, entry.date_column],
            entry.layer,
            entry.encoding,
        )
    for named in rules.context:
        yield Wanted(
            folder / named.file,
            Named(f"Context layer {named.file!r}", f"底图图层{quoted(named.file)}"),
            [named.class_column, named.name_column],
            named.layer,
            named.encoding,
        )
    for whole in rules.units:
        yield Wanted(
            folder / whole.file,
            Named(f"Layer of units {whole.file!r}", f"不可分单元图层{quoted(whole.file)}"),
            [
                *(whole.id_column, whole.name_column),
                *(whole.households_column, whole.stairwells_column),
            ],
            whole.layer,
            whole.encoding,
        )
    for site in rules.sites:
        yield Wanted(
            folder / site.file,
            Named(f"Sites {site.file!r}", f"专属场所{quoted(site.file)}"),
            list(site.columns().values()),
            site.layer,
            site.encoding,
        )
    for register in rules.registers:
        yield Wanted(
            folder / register.file,
            Named(f"Register {register.file!r}", f"登记表{quoted(register.file)}"),
            [
                *(register.id_column, register.name_column, register.record_column),
                *(register.position() or ()),
                *register.facts().values(),
                *register.fields,
            ],
            register.layer,
            register.encoding,
        )
    for board in rules.boards:
        yield Wanted(
            folder / board.file,
            Named(f"List of boards {board.file!r}", f"公示牌清单{quoted(board.file)}"),
            list(board.columns().values()),
            board.layer,
            board.encoding,
        )


def _faulty_tables(folder: Path, rules: Rules) -> Iterator[GridmapError]:
    """Say what is wrong with the code tables of the town's own."""
    own = {entry.codes for entry in rules.layers if entry.codes} - set(CODE_SYSTEMS)
    for name in sorted(map(str, own)):
        if not (folder / name).resolve().is_relative_to(folder.resolve()):
            continue  # a link out of the folder: refused where it is read
        try:
            read_code_table(folder / name)
        except GridmapError as error:
            yield error
