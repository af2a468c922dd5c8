"""The wall screen 大屏: a plan in large type, scene after scene, without a mouse.

What a scene shows is worked out here from the plan that `gridmap.publish.release` gives; the
player in the browser lays it out and keeps the time.

Its modules:

    wall_door      the way there from the page 覆盖: for whom, names, looks, pace, and as a file
    wall_file      all scenes as one HTML file, for a screen whose computer has no app
    wall_figures   figures of the town and of a grid as large numbers and bars
    wall_map       the map of all micro-grids as paths, and where each village lies on it
    wall_open      what is open: vacant posts, disputes and comments, faults
    wall_page      the page itself: shows the scenes and takes up a changed plan by itself
    wall_people    who is in charge of a village and of the grids in it
    wall_scenes    the scenes of a plan in their order
    wall_settings  what is chosen for a screen, kept in its address
"""
