import numpy as np

from boundaries.topology.absorb import absorb


def run(area, need, edges, border, **options):
    return absorb(
        np.array(area, dtype=float),
        np.array(need, dtype=float),
        np.array(edges).reshape(-1, 2),
        np.array(border, dtype=float),
        **options,
    ).tolist()


def test_small_ground_joins_the_neighbour_with_the_longest_border():
    """a - 5 m - b - 9 m - c, b is too small"""
    assert run([50, 2, 50], [10, 10, 10], [[0, 1], [1, 2]], [5, 9]) == [0, 2, 2]


def test_large_enough_ground_stays():
    assert run([50, 20], [10, 10], [[0, 1]], [5]) == [0, 1]


def test_two_small_neighbours_together_can_stand_alone():
    """a 6 - b 6 - c 100: a joins b, and 12 is enough"""
    assert run([6, 6, 100], [10, 10, 10], [[0, 1], [1, 2]], [3, 1]) == [1, 1, 2]


def test_ground_that_never_stands_alone_goes_on_until_it_meets_other_ground():
    assert run([6, 7, 100], [np.inf, np.inf, 0], [[0, 1], [1, 2]], [3, 1]) == [2, 2, 2]


def test_borders_of_joined_ground_add_up():
    """a and b lie between d and c: a joins b first, then c has 4 + 4 m against the 6 m of d

    a b      a-b 9, a-c 4, b-c 4, b-d 6
    """
    edges, border = [[0, 1], [0, 2], [1, 2], [1, 3]], [9, 4, 4, 6]
    assert run([1, 2, 90, 90], [np.inf, np.inf, 0, 0], edges, border) == [2, 2, 2, 3]


def test_ground_without_neighbours_stays_alone():
    assert run([1], [10], [], []) == [0]


def test_affinity_outweighs_a_longer_border():
    kinds = {"kind": np.array([0, 1, 2]), "affinity": np.array([[1, 1, 9], [1, 1, 1], [1, 1, 1]])}
    assert run([1, 50, 50], [10, 0, 0], [[0, 1], [0, 2]], [5, 1], **kinds) == [2, 1, 2]


def test_equal_borders_go_to_the_first_neighbour():
    assert run([50, 1, 50], [0, 9, 0], [[0, 1], [1, 2]], [5, 5]) == [0, 0, 2]


# ---- camps: own ground outweighs what is taken ---------------------------------------------------
def camps(area, camp):
    held = np.zeros((len(area), max(camp) + 1))
    held[np.arange(len(area)), camp] = area
    return {"held": held, "camp": np.array(camp)}


def test_ground_that_would_outweigh_a_neighbour_goes_to_another_one_or_stays():
    """a 9 between b 8 and c 20, of three camps: the border with b is longer, but b is lighter"""
    area, edges = [9, 8, 20], [[0, 1], [0, 2]]
    assert run(area, [np.inf, 0, 0], edges, [5, 1], **camps(area, [0, 1, 2])) == [2, 1, 2]
    area = [9, 8, 9]
    assert run(area, [np.inf, 0, 0], edges, [5, 1], **camps(area, [0, 1, 2])) == [0, 1, 2]


def test_what_a_group_has_taken_leaves_less_room():
    """Three of 4 around 10: two of them are 8, three would be 12"""
    area, edges = [10, 4, 4, 4], [[0, 1], [0, 2], [0, 3]]
    assert run(area, [0, 5, 5, 5], edges, [1, 1, 1], **camps(area, [0, 1, 1, 1])) == [0, 0, 0, 3]


def test_ground_of_the_same_camp_makes_room_for_what_was_left_out_before():
    """b 3 is too much for a 2 until c 4, of the same camp as a, joins it"""
    area, edges = [2, 3, 4], [[0, 1], [0, 2]]
    found = run(area, [0, 9, 9], edges, [1, 1], **camps(area, [0, 1, 0]))
    assert found == [0, 0, 0]


def absorbed_plainly(area, need, edges, border):
    """The smallest group that cannot stand alone joins along its longest border, and so on."""
    end = np.arange(len(area))
    while True:
        total = np.bincount(end, weights=area, minlength=len(area))
        small = [g for g in np.unique(end) if total[g] < need[g] and (end[edges] == g).any()]
        shared = {}
        for (one, other), length in zip(end[edges].tolist(), border, strict=True):
            if one != other:
                for pair in ((one, other), (other, one)):
                    shared[pair] = shared.get(pair, 0) + length
        small = [group for group in small if any(one == group for one, _ in shared)]
        if not small:
            return end.tolist()
        group = min(small, key=lambda one: (total[one], one))
        beside = [other for one, other in shared if one == group]
        into = max(beside, key=lambda other: (shared[group, other], -other))
        end[end == group] = into


def test_on_many_graphs_it_is_what_plain_joining_gives():
    rng = np.random.default_rng(4)
    for _ in range(40):
        area = rng.integers(1, 30, 14).astype(float)
        need = rng.choice([0.0, 8.0, 25.0, np.inf], 14)
        pairs = np.array([(a, b) for a in range(14) for b in range(a) if rng.random() < 0.2])
        border = rng.integers(1, 9, len(pairs))
        assert run(area, need, pairs, border) == absorbed_plainly(area, need, pairs, border)
