"""Draw the icons of the phone page, four grids of which one is the own: run it after a change."""

from pathlib import Path

from PIL import Image, ImageDraw

ASSETS = Path(__file__).parents[2] / "gridmap" / "phone" / "assets"
GROUND, LINE, OWN = "#0b5cad", "#ffffff", "#ffc457"
SIDES = (192, 512)
FINER = 4  # drawn larger, for smooth edges


def icon(side: int) -> Image.Image:
    """Draw one; what matters lies within the circle that a phone may cut out."""
    whole = side * FINER
    picture = Image.new("RGB", (whole, whole), GROUND)
    pen = ImageDraw.Draw(picture)
    at = [round(whole * share) for share in (0.26, 0.47, 0.74)]
    pen.rectangle((at[1], at[0], at[2], at[1]), fill=OWN)
    width = round(whole * 0.035)
    for place in at:
        pen.line((at[0], place, at[2], place), fill=LINE, width=width, joint="curve")
        pen.line((place, at[0], place, at[2]), fill=LINE, width=width, joint="curve")
    for x in (at[0], at[2]):
        for y in (at[0], at[2]):
            pen.ellipse((x - width // 2, y - width // 2, x + width // 2, y + width // 2), fill=LINE)
    return picture.resize((side, side), Image.Resampling.LANCZOS).quantize(32)


if __name__ == "__main__":
    for side in SIDES:
        icon(side).save(ASSETS / f"icon-{side}.png", optimize=True)
