"""The lines between: hierarchy and codes, the tiling, neighbours, dissolve, validation, export."""
