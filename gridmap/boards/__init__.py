"""Public boards (公示牌) followed from the printer to the wall: printed, hung, outdated, replaced.

Each board has a number of its own, which its QR code says. What becomes of it stands in a record
beside the plan, as the answers of cadres do, and not in the plan.

Its modules:

    board        a board as it is to be printed: its number, where it hangs, and what stands on it
    content      what stands on a board, as marks that change when it does
    copies       the boards of one plan known to another: drafts, copies, a new division
    forgetting   names and photos that go when people are forgotten
    listing      all boards of a plan in one table, with what became of each; those to be replaced
    numbers      the number of a board: ten digits, of which the last two tell a slip of the pen
    own          the boards that one person sees to, and noting one of them as hung
    photos       the QR code and the point on a photo, and the small copy that is kept
    printing     which boards are to be printed
    public_view  what anybody may learn who scans the code of a board
    qr           what the QR code of a board says, and reading it back
    record       what became of each board: printed, hung, taken down
    sheet        boards in words, and the file of what is to be replaced
    typed        boards that somebody names in a text
"""
