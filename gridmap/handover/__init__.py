"""Files ordered of a plan: what, of which grids, for whom; made in one go, through one door.

The page 交付 and the command `handover` take the same order to the same makers, and everything
that is made goes through `gridmap.publish.release`.

Its modules:

    cadres     makers of what cadres get: task sheets, pages for phones
    carrying   an order carried out: the plan as it may go out, then each file, with progress
    catalogue  all kinds of files that can be ordered
    changes    makers of what became of earlier boundaries: the delta, the crosswalk
    delivery   files put into a folder or one zip file, all or none
    kinds      what a kind of file is, and what its maker is given
    manifest   what was handed over, in a file beside the others
    maps       makers of what shows or lists the whole plan: boundaries, maps, report, objects
    names      names of files that every system takes
    order      an order, and what is wrong with it
    preview    the first page of a kind of file as a picture
    residents  makers of paper for residents: public boards, contact cards
    tables     makers of what offices keep in Excel and Word: ledgers, the announcement
    targets    which grids or people an order is about
    templates  how boards and cards look: of the order, the town's own, or as it comes along
    work       the process that carries an order out for a page
"""

from gridmap.handover.carrying import Tell, carry_out
from gridmap.handover.catalogue import KINDS, kind_of
from gridmap.handover.kinds import File, Kind
from gridmap.handover.order import Order, check_order

__all__ = ["KINDS", "File", "Kind", "Order", "Tell", "carry_out", "check_order", "kind_of"]
