"""How often a process looks for objects that nobody can reach."""

import gc

from layers.contract.collecting import collect_rarely


def test_many_objects_are_made_before_all_are_looked_through():
    before, looks = gc.get_threshold(), []

    def count(phase, info):
        looks.append(info["generation"])

    gc.collect()
    gc.callbacks.append(count)
    try:
        collect_rarely()
        held = [[number] for number in range(200_000)]
    finally:
        gc.callbacks.remove(count)
        gc.set_threshold(*before)
    assert len(held) == 200_000
    assert looks, "nobody looks at all"
    assert max(looks) == 0
