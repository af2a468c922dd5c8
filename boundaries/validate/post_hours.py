"""Officer-hours a week that posts ask for, where they do not say it themselves."""

import numpy as np
import pandas as pd

__all__ = ["hours_of_posts"]


def hours_of_posts(posts: pd.DataFrame, kinds: pd.Series, officer_hours: float) -> pd.Series:
    """Give the hours of each post.

    Parameters
    ----------
    posts
        POSTS.
    kinds
        Kind of each grid, by code.
    officer_hours
        What one officer gives a week.

    Returns
    -------
    By post id: what the post says; else all hours of an officer, and none for the standing leader
    of a given grid, whose office it is.
    """
    standing = (posts["role"] == "leader") & (posts["grid_code"].map(kinds) != "micro")
    told = posts["hours"].to_numpy(dtype=float)
    hours = np.where(told > 0, told, np.where(standing, 0.0, officer_hours))
    return pd.Series(hours, index=posts.index)
