"""Disks: which kind of file system a path lies on, and whether its locks can be relied on.

Its modules:

    local_only  what may be changed only on a disk of this machine, refused elsewhere
    mounts      the file system that a path lies on, as each system tells it
"""
