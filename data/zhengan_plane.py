"""The drawing board of the sample town Zheng'an: straight lines, bent when set on the ground.

Used by `make_zhengan.py`. Everything is drawn with straight lines along the axes and set down by
one smooth, seeded bend, so that roads wind a little, no two fields are alike, and what touches on
the board touches on the ground. Houses are set down rigid: a wall is straight.
"""

import numpy as np
import shapely

__all__ = ["CRS", "PRECISION_M", "Bend"]

CRS = "EPSG:4547"
PRECISION_M = 0.01
# Waves of the bend: length and height in metres; the long ones turn whole villages, the short ones
# keep a track from being a ruler's edge.
WAVES_M = ((3600.0, 115.0), (1300.0, 25.0), (420.0, 3.2))
WAVES_OF_A_LENGTH = 4
# A layer differs from its neighbours by decimetres, as files of several offices do.
DRIFT_M, DRIFT_LENGTH_M = 0.14, 500.0
STEP_M = 30.0
PROBE_M = 1.0


class Bend:
    """Sets what is drawn on the board down on the ground.

    Parameters
    ----------
    seed
        Of the waves.
    river_x, canal_y
        Lines on the board that wind more than the rest, and the land beside them with them.
    """

    def __init__(self, seed: int, *, river_x: float, canal_y: float):
        rng = np.random.default_rng(seed)
        self.waves = [_waves(rng, length, height) for length, height in WAVES_M]
        self.river_x, self.canal_y = river_x, canal_y
        self.scale, self.shift = 1.0, np.zeros(2)

    def fit(self, town: shapely.Polygon, *, area_m2: float, centre: tuple[float, float]) -> None:
        """Choose scale and place so that the town has this area and its centre lies here."""
        for _ in range(3):
            found = self.ground(town)
            self.scale *= np.sqrt(area_m2 / found.area)
            self.shift += np.array(centre) - shapely.get_coordinates(self.ground(town).centroid)[0]

    def places(self, places: np.ndarray) -> np.ndarray:
        """Places on the ground of places on the board, (n, 2)."""
        x, y = places.T
        moved = places + sum(_sum(waves, places) for waves in self.waves)
        near_river = np.exp(-(((x - self.river_x) / 420.0) ** 2))
        near_canal = np.exp(-(((y - self.canal_y) / 330.0) ** 2))
        moved[:, 0] += near_river * (46.0 * np.sin(y / 250.0 + 0.6) + 16.0 * np.sin(y / 97.0))
        moved[:, 1] += near_canal * (24.0 * np.sin(x / 330.0) + 9.0 * np.sin(x / 121.0))
        return moved * self.scale + self.shift

    def ground(self, shape, *, layer: str = ""):
        """Set shapes down, their edges bent; a named layer drifts by its own decimetres."""
        fine = shapely.segmentize(shape, STEP_M)
        drift = _drift(layer) if layer else None

        def down(places: np.ndarray) -> np.ndarray:
            there = self.places(places)
            return there if drift is None else there + _sum(drift, there)

        return shapely.set_precision(shapely.transform(fine, down), PRECISION_M)

    def rigid(self, shapes: np.ndarray) -> np.ndarray:
        """Set houses down: turned and scaled as the land around them, their walls straight."""
        middle = shapely.get_coordinates(shapely.centroid(shapes))
        there = self.places(middle)
        along = self.places(middle + np.array([PROBE_M, 0.0])) - there
        across = self.places(middle + np.array([0.0, PROBE_M])) - there
        turn = along / np.hypot(*along.T)[:, None]
        size = np.column_stack([np.hypot(*along.T), np.hypot(*across.T)]) / PROBE_M
        _, of = shapely.get_coordinates(shapes, return_index=True)
        local = (shapely.get_coordinates(shapes) - middle[of]) * size[of]
        cos, sin = turn[of].T
        turned = np.column_stack(
            [cos * local[:, 0] - sin * local[:, 1], sin * local[:, 0] + cos * local[:, 1]]
        )
        done = shapely.set_coordinates(shapes.copy(), np.round(turned + there[of], 2))
        return np.asarray(done)


def _waves(rng: np.random.Generator, length: float, height: float) -> np.ndarray:
    """Waves in all directions: wave vector, phase and height along both axes."""
    angle = rng.uniform(0, 2 * np.pi, WAVES_OF_A_LENGTH)
    number = 2 * np.pi / (length * rng.uniform(0.8, 1.25, WAVES_OF_A_LENGTH))
    phase = rng.uniform(0, 2 * np.pi, WAVES_OF_A_LENGTH)
    size = rng.normal(0, height / np.sqrt(WAVES_OF_A_LENGTH), (2, WAVES_OF_A_LENGTH))
    return np.vstack([number * np.cos(angle), number * np.sin(angle), phase, size])


def _sum(waves: np.ndarray, places: np.ndarray) -> np.ndarray:
    kx, ky, phase, high_x, high_y = waves
    wave = np.sin(np.outer(places[:, 0], kx) + np.outer(places[:, 1], ky) + phase)
    return np.column_stack([wave @ high_x, wave @ high_y])


def _drift(layer: str) -> np.ndarray:
    return _waves(np.random.default_rng(list(layer.encode())), DRIFT_LENGTH_M, DRIFT_M)
