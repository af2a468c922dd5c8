"""Phones on files that are ordered: those that were chosen, and no others."""

import re

import pytest
from public_bytes import PRINTED, opened
from secret_plan import PHONES, secret_plan

from gridmap.handover import KINDS, Order, carry_out
from gridmap.store import save_plan


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.contacts], ids=lambda one: one.key)
def test_phones_that_were_chosen_are_on_the_file_and_no_others(kind, tmp_path):
    plan, path = secret_plan("names_public = true\n"), tmp_path / "town.gridmap.gpkg"
    save_plan(plan, path)
    found = {}
    for choice in ("none", "office", "posts"):
        files = carry_out(Order((kind.key,), contacts=choice), plan, source=path, printed=PRINTED)
        text = "".join(opened(file.data) for file in files)
        digits = re.sub(r"\D", "", text)
        found[choice] = {phone for phone in PHONES if phone in digits}, "037160001234" in digits
    assert found["none"] == (set(), False)
    assert found["office"] == (set(), True)
    assert bool(found["posts"][0]) == (kind.key != "announcement")  # it never names a person's
    assert found["posts"][1]
