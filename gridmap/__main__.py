"""The start of the command line: `python -m gridmap`."""

from gridmap.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
