"""The peers, each called as its documentation says, at its best-known settings for this task.

Every function takes a world and a number of zones and returns labels. A peer that is not installed
is left out of the tables.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix

from benchmarks.worlds import Array, Instance, World


def installed(module: str) -> bool:
    """Tell whether a peer can be imported."""
    return importlib.util.find_spec(module) is not None


def _rows(world: World) -> tuple[Array, Array, Array, Array]:
    """Build compressed rows with whole weights: ptr, neighbours, borders, loads."""
    a, b = world.edges[:, 0], world.edges[:, 1]
    n = world.load.size
    both = (np.concatenate([a, b]), np.concatenate([b, a]))
    weight = np.maximum(np.rint(np.concatenate([world.border_m] * 2)), 1)
    graph = csr_matrix((weight, both), shape=(n, n))
    load = np.maximum(np.rint(world.load / world.load.mean() * 1000), 1)
    whole = [graph.indptr, graph.indices, graph.data, load]
    return tuple(array.astype(np.int32) for array in whole)  # type: ignore[return-value]


def metis(world: World, zones: int) -> Callable[[], Array]:
    """Prepare METIS k-way with contiguous parts and 3 % imbalance (pymetis)."""
    import pymetis

    ptr, nbr, border, load = _rows(world)
    options = pymetis.Options(contig=1, ufactor=30)

    def run() -> Array:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            answer = pymetis.part_graph(
                zones, xadj=ptr, adjncy=nbr, vweights=load, eweights=border, options=options,
                recursive=False,
            )  # fmt: skip
        return np.asarray(answer[1])

    return run


def kahip(world: World, zones: int) -> Callable[[], Array]:
    """Prepare KaHIP at its fast setting with 3 % imbalance."""
    import kahip as solver

    ptr, nbr, border, load = (array.tolist() for array in _rows(world))

    def run() -> Array:
        return np.asarray(solver.kaffpa(load, ptr, border, nbr, zones, 0.03, True, 0, 0)[1])

    return run


def ward(world: World, zones: int) -> Callable[[], Array]:
    """Prepare Ward clustering under neighbourhood (scikit-learn; spopt's WardSpatial is the same).

    It clusters the places of patches; it knows no loads.
    """
    from sklearn.cluster import AgglomerativeClustering

    a, b = world.edges[:, 0], world.edges[:, 1]
    n = world.load.size
    near = coo_matrix((np.ones(2 * a.size), (np.r_[a, b], np.r_[b, a])), shape=(n, n))
    place = world.xy

    def run() -> Array:
        model = AgglomerativeClustering(zones, connectivity=near, linkage="ward")
        return np.asarray(model.fit_predict(place))

    return run


def _spopt_inputs(world: World) -> tuple[object, object]:
    """Make the frame and the weights that spopt takes."""
    import geopandas as gpd
    import libpysal

    place = world.xy
    frame = gpd.GeoDataFrame(
        {"load": world.load, "x": place[:, 0], "y": place[:, 1], "one": 1},
        geometry=gpd.points_from_xy(place[:, 0], place[:, 1]),
    )
    near: dict[int, list[int]] = {v: [] for v in range(world.load.size)}
    for a, b in world.edges.tolist():
        near[a].append(b)
        near[b].append(a)
    return frame, libpysal.weights.W(near, silence_warnings=True)


def maxp(world: World, zones: int) -> Callable[[], Array]:
    """Prepare spopt's max-p with a floor of three quarters of the mean zone load."""
    from spopt.region import MaxPHeuristic

    frame, near = _spopt_inputs(world)
    floor = 0.75 * world.load.sum() / zones

    def run() -> Array:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            np.random.seed(0)  # spopt draws from the global stream
            model = MaxPHeuristic(
                frame, near, ["x", "y"], "load", floor, 2, max_iterations_construction=49,
                max_iterations_sa=1,
            )  # fmt: skip
            model.solve()
        return np.asarray(model.labels_)

    return run


def skater(world: World, zones: int) -> Callable[[], Array]:
    """Prepare spopt's SKATER."""
    from spopt.region import Skater

    frame, near = _spopt_inputs(world)

    def run() -> Array:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = Skater(frame, near, ["x", "y"], n_clusters=zones)
            model.solve()
        return np.asarray(model.labels_)

    return run


def recombination(instance: Instance, steps: int) -> Callable[[], int | None]:
    """Prepare GerryChain's ReCom from a random plan; the run returns the fewest cut edges met."""
    import networkx as nx
    from gerrychain import Graph, MarkovChain, Partition, accept, constraints
    from gerrychain.proposals import recom
    from gerrychain.tree import recursive_tree_part
    from gerrychain.updaters import Tally, cut_edges

    base = nx.Graph()
    for v, load in enumerate(instance.load.tolist()):
        base.add_node(v, load=load)
    base.add_edges_from(instance.edges.tolist())
    mean = float(instance.load.sum() / instance.zones)

    def run() -> int | None:
        import random

        random.seed(0)
        graph = Graph.from_networkx(base)
        begin = recursive_tree_part(graph, range(instance.zones), mean, "load", 0.005)
        first = Partition(graph, begin, {"load": Tally("load"), "cut_edges": cut_edges})
        chain = MarkovChain(
            lambda plan: recom(plan, "load", mean, 0.005, node_repeats=1),
            [constraints.within_percent_of_ideal_population(first, 0.005, "load")],
            accept.always_accept,
            first,
            steps,
        )
        return min(len(plan["cut_edges"]) for plan in chain)

    def guarded() -> int | None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return run()
            except RuntimeError:  # no balanced cut in 100,000 spanning trees
                return None

    return guarded
