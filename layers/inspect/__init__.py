"""What is in a file, before it is used: layers, encoding, coordinate system, columns and faults.

Its modules:

    columns  what is in the columns of a layer
    file     the whole inspection, with how sure it is and why
    place    what is said of where the file lies
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from layers.inspect.file import Inspection, LayerInspection, inspect_file

__all__ = ["Inspection", "LayerInspection", "inspect_file"]

__getattr__, __dir__ = open_door(__name__, dict.fromkeys(__all__, "layers.inspect.file"))
