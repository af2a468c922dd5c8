"""Where a layer lies: coordinate systems, the order of axes, and the shifts of web maps.

Its modules:

    alignment    whether roads and ground agree
    area_of_use  whether a coordinate system is made for the place, and which of its kind is
    axis_order   coordinates in the wrong order, or with the number of their zone
    crs          everything is measured in one work CRS in metres
    crs_guess    which coordinate system a layer without one is in
    datum        GCJ-02 and BD-09, to and from WGS 84
    datum_shift  whether the layers lie where the town is
    fragments    small layers drawn on a shifted web map
    placing      a layer brought into the work CRS
    site_shift   whether the sites of a register lie where the ground says
"""
