"""Where the checkout lies, for tests that read its files."""

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
DATA = ROOT / "data"
ZHENGAN, CAMBRIDGE = DATA / "zhengan", DATA / "cambridge"
BAYREUTH = TESTS / "data" / "bayreuth"  # the test town on real ground
