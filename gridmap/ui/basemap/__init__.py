"""A picture of the ground under the maps of the app, served by the app itself.

Below the shell, whose server answers with these tiles: nothing here knows pages or visitors.

Its modules:

    ground      the base map that the rules of a town name, opened and given an address
    tile_route  tiles by address on this server, for who is still let in
"""
