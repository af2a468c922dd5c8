"""Files on disk: archives, encodings, formats, safe writing, and files that are partly broken.

Its modules:

    archives        archives that hold layers, unpacked with suspicion
    atomic          a file is written whole or not at all
    broken_shapes   shapes of which a part is broken: the sound parts are kept
    database_files  SQLite files that another program has open, or left something beside
    drafts          hidden folders in which files are made before they take their place
    encoding        which encoding the texts of a file are in, with the reason
    formats         the formats that can be read, told by ending and first bytes
    geojson         JSON layers as programs write them
    locks           locks of the system: one writer at a time, also among processes
    long_numbers    whole numbers that a reader would round: ids of sixteen digits and more
    paths           names of files, that they are there, what belongs to them, their hash
    plain_paths     paths that the file library takes for an address or an archive
    reader_faults   why a file cannot be read or written, in English and Chinese
    records         prints the records of a damaged file; run as a process of its own
    rescue          damaged files read record by record: one bad feature costs one feature
    sidecar_files   the files beside a shapefile that belong to it
"""
