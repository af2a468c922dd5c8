"""Public boards (公示牌) followed from the printer to the wall: printed, hung, outdated, replaced.

Each board has a number of its own (`numbers`), which its QR code says.

Its modules:

    board    a board as it is to be printed: its number, where it hangs, and what stands on it
    numbers  the number of a board: ten digits, of which the last two tell a slip of the pen
    qr       what the QR code of a board says, and reading it back
"""
