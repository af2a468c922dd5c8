"""The folder of a town and a division make its first plan: the round trip, and other codes."""

import json

from import_worlds import BY

from gridmap import edits
from gridmap.imports import read_source
from gridmap.imports.town import first_plan, outline_of
from gridmap.publish import release
from gridmap.versions.boundaries import boundary_files
from gridmap.workflow.workflow import make_plan, reassign_cadres


def features_of(plan):
    written = boundary_files(release(plan), with_patches=True, with_contacts=True)
    return [json.loads(content)["features"] for content in (written.grids, written.patches)]


def reader(path):
    return lambda plan: read_source(path, crs=plan.crs, outline=outline_of(plan))


def test_an_exported_plan_comes_back_from_its_towns_folder_the_same(small_town, tmp_path):
    plan = make_plan(small_town)
    micro = plan.micro_grids
    one, two = next(
        codes.index[:2] for _, codes in micro.groupby("parent_code") if len(codes) > 1
    )  # fmt: skip
    plan = reassign_cadres(edits.apply(plan, edits.merge_grids(plan, [one, two]), **BY))
    path = tmp_path / "own.geojson"
    path.write_bytes(boundary_files(release(plan), with_contacts=True).grids)

    got, source = first_plan(small_town, reader(path), **BY)

    assert features_of(got.plan) == features_of(plan)
    assert len(got.plan.micro_grids) == len(micro) - 1
    assert got.plan.edits.empty
    assert got.plan.versions["reason"].tolist() == ["imported from own.geojson"]
    assert got.plan.receipt["data:own.geojson"] == source.sha256


def test_grids_of_another_system_are_numbered_from_one(small_town, small_hierarchy, tmp_path):
    path = tmp_path / "theirs.gpkg"
    given = small_hierarchy[small_hierarchy["level"] == 3].sort_index()
    frame = given[["name", "geometry"]].assign(code=[f"K-{n}" for n in range(len(given))])
    frame.reset_index(drop=True).to_file(path)

    got, _ = first_plan(small_town, reader(path), **BY)

    micro = got.plan.micro_grids
    assert micro.index.tolist() == [f"{code}01" for code in given.index]
    assert micro["source_code"].tolist() == ["K-0", "K-1", "K-2", "K-3"]
    assert (got.plan.assignments["status"] == "filled").any()
