"""Maps of one page, each a component with a library of its own."""

from gridmap.maps.leaflet import component_script

# Two components of a page; the second one comes when the first has drawn its map.
LOADED = """async (texts) => {
  const found = [];
  for (const text of texts) {
    found.push(await import(URL.createObjectURL(new Blob([text], { type: "text/javascript" }))));
  }
  return found[0].leaflet() === found[0].first && found[0].leaflet() !== found[1].leaflet();
}"""


def test_a_map_is_drawn_by_its_own_library_though_another_map_came_later(chromium, tmp_path):
    part = tmp_path / "part.js"
    part.write_text("export const first = L;\nexport const leaflet = () => L;\n", encoding="utf-8")
    text = component_script(part)
    page = chromium.new_page()
    page.goto("about:blank")
    assert page.evaluate(LOADED, [text, text + "\n// another one"])
    page.close()
