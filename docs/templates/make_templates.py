"""Writes the templates of the announcement that come along, for towns to copy and change.

    python docs/templates/make_templates.py

Their texts stand in gridmap/ledgers/announcement-zh.txt and announcement-en.txt. Run it after a
change there; a test says when it was forgotten.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Write a template for each language."""
    sys.path.insert(0, str(HERE.parents[1]))
    from gridmap.ledgers import default_template
    from gridmap.words import LANGUAGES

    for language in LANGUAGES:
        (HERE / f"announcement-{language}.docx").write_bytes(default_template(language))


if __name__ == "__main__":
    main()
