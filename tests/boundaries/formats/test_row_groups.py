"""Row groups of Parquet files are moved as they lie, and read by others as what they were."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from boundaries.export.formats.row_groups import GroupWriter, NotMovable, beside, read_footer

SCHEMA = pa.schema(
    [("text", pa.string()), ("number", pa.float64()), ("box", pa.struct([("x", pa.int64())]))]
)


def table(number, rows=3):
    columns = {
        "text": [f"镇{number}" * (at + 1) for at in range(rows)],
        "number": [None if at % 2 else float(number) for at in range(rows)],
        "box": [{"x": at} if at else None for at in range(rows)],
    }
    return pa.table(columns, schema=SCHEMA)


def file_of(one, **more):
    file = io.BytesIO()
    pq.write_table(one, file, compression="zstd", **more)
    return file.getvalue()


def model(schema=SCHEMA):
    file = io.BytesIO()
    pq.ParquetWriter(file, schema).close()
    return read_footer(file.getvalue())


def piece(data, group):
    return data[group.start : group.start + group.length]


def joined(files, schema=SCHEMA):
    """Move the row groups of files into one, and give it with the places of their entries."""
    out = io.BytesIO()
    writer = GroupWriter(out, model(schema))
    for data in files:
        for group in read_footer(data).groups:
            writer.add(group, piece(data, group))
    places = writer.close()
    return out.getvalue(), places


@pytest.mark.parametrize("count", [0, 1, 14, 15, 200])  # a count of 15 is told in another way
def test_moved_groups_are_read_as_what_they_were(count):
    tables = [table(number, rows=1 + number % 4) for number in range(count)]
    whole, places = joined([file_of(one) for one in tables])
    wanted = pa.concat_tables(tables) if tables else SCHEMA.empty_table()
    file = pq.ParquetFile(io.BytesIO(whole))
    assert file.read().equals(wanted)
    assert (file.metadata.num_rows, file.num_row_groups) == (len(wanted), count)
    for number, one in enumerate(tables):
        assert file.read_row_group(number).equals(one)
        assert file.metadata.row_group(number).column(1).statistics.null_count == len(one) // 2
    for place, group in zip(places, read_footer(whole).groups, strict=True):
        assert whole[place : place + len(group.chunks)] == group.chunks


def test_what_was_moved_can_be_moved_again():
    files = [file_of(table(number)) for number in range(20)]
    once, _ = joined(files)
    assert joined([once]) == joined(files)
    assert joined([joined(files[:10])[0], joined(files[10:])[0]]) == joined(files)


def test_a_file_of_several_groups_keeps_them():
    data = file_of(table(1, rows=7), row_group_size=3)
    whole, _ = joined([data, data])
    file = pq.ParquetFile(io.BytesIO(whole))
    assert [file.metadata.row_group(at).num_rows for at in range(6)] == [3, 3, 1] * 2
    assert file.read().equals(pa.concat_tables([table(1, rows=7)] * 2))


def test_columns_of_two_files_stand_beside_each_other():
    front = pa.table({"town": ["a"] * 3})
    both = pa.schema([*front.schema, *SCHEMA])
    one, other, out = file_of(front), file_of(table(5)), io.BytesIO()
    left, right = read_footer(one).groups[0], read_footer(other).groups[0]
    writer = GroupWriter(out, model(both))
    for _ in range(2):
        writer.add(beside(left, right), piece(one, left), piece(other, right))
    writer.close()
    wanted = pa.concat_tables([table(5).add_column(0, "town", front["town"])] * 2)
    assert pq.read_table(io.BytesIO(out.getvalue())).equals(wanted)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no Parquet at all",
        file_of(table(1))[:-9] + b"PAR1",
        b"\xff" * 40 + (40).to_bytes(4, "little") + b"PAR1",
        file_of(table(1), write_page_index=True),
    ],
)
def test_what_cannot_be_moved_is_refused(data):
    with pytest.raises(NotMovable):
        read_footer(data)


def test_a_group_that_is_shorter_than_it_says_is_refused():
    data = file_of(table(1))
    group = read_footer(data).groups[0]
    writer = GroupWriter(io.BytesIO(), model())
    with pytest.raises(ValueError, match="as long as it says"):
        writer.add(group, piece(data, group)[:-1])
