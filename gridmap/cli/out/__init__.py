"""Commands for what goes out of the house.

Its modules:

    boards      the command on public boards: which hang, what to replace, what became of them
    crosswalk   the command that relates two divisions of a town
    delta       the command that tells what became of the boundaries between two plans
    export      the command export: boundaries and objects for other systems
    formats     layers in the formats of other systems, as export writes them
    geojson     boundaries as GeoJSON, as export writes them, and what it says of their check
    handover    the command that makes several files in one go: handover
    manifest    the command that checks files which were handed over
    maps        the command map, also as a PDF
    postgis     the command that writes published versions to a PostGIS: postgis
    published   commands on published versions: publish, published
    publishing  commands on what may go out, and who stays: classify, redact, retain
    receivers   layers for other systems and the manifest, as export writes them
    two_states  two states of a town's boundaries, as delta and crosswalk are asked for them
"""
