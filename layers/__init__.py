"""The ground as given: reading files, coordinate systems, land-use codes, registers, rosters."""
