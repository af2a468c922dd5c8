"""The words on maps and pages, Chinese and English side by side: the one table of screen texts.

A screen shows one language only. Names, duties and other texts of the user's data are not words
and stay as they were given.
"""

from collections.abc import Mapping
from typing import Literal

from gridmap.access.words import ACCESS_WORDS

__all__ = ["LANGUAGES", "WORDS", "Language", "say", "words_in"]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

# key: (Chinese, English). {name} stands for a value put in by `say`.
WORDS: Mapping[str, tuple[str, str]] = {
    # the map
    "map.title": ("{town}微网格覆盖图", "{town}: micro-grids"),
    "map.version": ("方案版本 {version}，自 {date} 起", "Plan version {version}, from {date}"),
    "map.other_language": ("English", "中文"),
    "map.panel": ("图例查询", "Legend"),
    "map.close": ("收起", "Close"),
    "map.print": ("打印", "Print"),
    "map.whole": ("全图", "Whole town"),
    "map.views": ("按什么着色", "Colour by"),
    "map.legend": ("图例", "Legend"),
    "map.borders": ("界线与注记", "Borders and labels"),
    "map.border": ("{level}级网格界", "Level {level} border"),
    "map.micro_border": ("微网格界", "Micro-grid border"),
    "map.labels": ("{level}级网格名称", "Names of level {level}"),
    "map.not_legal": (
        "网格线为管理界线，非法定界线",
        "Grid lines are management lines, not legal borders",
    ),
    "map.made_by": ("gridmap 制图", "Map by gridmap"),
    "map.zoom_in": ("放大", "Zoom in"),
    "map.zoom_out": ("缩小", "Zoom out"),
    "map.north": ("北", "N"),
    "map.count": ("{count} 个", "{count}"),
    "map.in_brackets": ("（{count}）", " ({count})"),
    "map.figures": (
        "{area} 平方公里，{grids} 个微网格，{posts} 个岗位中 {filled} 个有人",
        "{area} km², {grids} micro-grids, {filled} of {posts} posts filled",
    ),
    "search.label": ("查询网格", "Find a grid"),
    "search.hint": ("网格编码、名称或姓名", "Code, name or person"),
    "search.none": (
        "没有找到。请换编码末几位或名称再试。",
        "Nothing found. Try the last digits of a code, or a name.",
    ),
    "search.more": ("另有 {count} 条，请输入更多字", "{count} more: type more"),
    # views and their classes
    "view.category": ("用地类别", "Category"),
    "view.load": ("人均工作量", "Load per officer"),
    "view.load.note": ("小时/周，每人承载 {hours} 小时", "hours a week; an officer gives {hours}"),
    "view.posts": ("到岗情况", "Posts"),
    "posts.full": ("全部到岗", "All posts filled"),
    "posts.member": ("缺网格员", "Members missing"),
    "posts.leader": ("缺网格长", "Leader missing"),
    "posts.none": ("无人到岗", "Nobody on post"),
    "class.over": ("> {hours}（超载）", "> {hours} (too much)"),
    "class.left": ("留归上级网格的土地", "Ground left with the parent grid"),
    # the card of a grid
    "card.code": ("编码", "Code"),
    "card.category": ("类别", "Category"),
    "card.purity": ("类别纯度", "Purity"),
    "card.ground": ("用地构成", "Ground"),
    "card.area": ("面积", "Area"),
    "card.area.value": ("{ha} 公顷（{mu} 亩）", "{ha} ha ({mu} mu)"),
    "card.load": ("工作量", "Load"),
    "card.load.value": ("{load} 小时/周", "{load} h a week"),
    "card.capacity.value": ("{load} / 承载 {capacity} 小时/周", "{load} of {capacity} h a week"),
    "card.officers": ("核定人数", "Officers"),
    "card.officers.value": ("{count} 人", "{count}"),
    "card.households": ("户数", "Households"),
    "card.objects": ("重点对象", "Objects to visit"),
    "card.people": ("人员", "People"),
    "card.vacant": ("空缺", "Vacant"),
    "card.next_up": ("空缺期间由上级负责", "Meanwhile in charge"),
    "card.reason": ("空缺原因", "Why vacant"),
    "card.nobody_up": ("各级均无在岗网格长", "No leader on post at any level"),
    "card.duties": ("职责", "Duties"),
    "card.chain": ("所属", "Part of"),
    "card.micro_grids": ("微网格", "Micro-grids"),
    "card.level": ("级别", "Level"),
    "card.level.value": ("{level}级网格", "Level {level} grid"),
    "card.micro": ("微网格", "Micro-grid"),
    "role.leader": ("网格长", "Leader"),
    "role.member": ("网格员", "Member"),
    # the app
    "app.coverage": ("微网格覆盖", "Coverage"),
    "app.language": ("语言", "Language"),
    "app.open": ("打开方案", "Open a plan"),
    "app.plans": ("已有方案", "Plans made here"),
    "app.no_plans": ("暂无方案", "No plan yet"),
    "app.path": ("或填写方案文件的路径", "Or the path of a plan file"),
    "app.path_hint": ("…/名称.gridmap.gpkg", "…/name.gridmap.gpkg"),
    "app.empty": (
        "文件夹“{folder}”中还没有方案。请在项目文件夹运行下面的命令，用自带的两个样例乡镇生成方案：",
        "There is no plan in the folder “{folder}” yet. Run this command in the project's folder "
        "to make the plans of the two sample towns:",
    ),
    "app.empty_then": (
        "生成后刷新本页。自己的乡镇：python -m gridmap plan 文件夹",
        "Then load this page again. For a town of your own: python -m gridmap plan FOLDER",
    ),
    "app.cannot_open": (
        "无法打开文件“{path}”。请检查路径，或重新生成方案。",
        "The file “{path}” cannot be opened. Check the path, or make the plan again.",
    ),
    "app.details": ("技术细节", "Details"),
    "app.drawing": ("正在绘制地图…", "Drawing the map…"),
    "app.map": ("覆盖图", "Map"),
    "app.micro_grids": ("微网格（{count}）", "Micro-grids ({count})"),
    "app.issues": ("问题项（{count}）", "Issues ({count})"),
    "app.no_issues": ("没有发现问题。", "No issue was found."),
    "app.search": ("查询", "Search"),
    "app.any": ("全部", "All"),
    "app.only_vacant": ("只看有空缺的", "Only with vacant posts"),
    "app.shown": ("显示 {shown} 个，共 {count} 个", "{shown} of {count} shown"),
    "app.none_fit": (
        "没有符合条件的微网格，请放宽条件。",
        "No micro-grid fits. Loosen the filters.",
    ),
    "app.figures": ("全部指标", "All figures"),
    "column.code": ("编码", "Code"),
    "column.name": ("名称", "Name"),
    "column.village": ("二级网格", "Level 2"),
    "column.parent": ("上级网格", "Parent"),
    "column.category": ("类别", "Category"),
    "column.area_ha": ("面积（公顷）", "Area (ha)"),
    "column.area_mu": ("面积（亩）", "Area (mu)"),
    "column.load_h": ("工作量（小时/周）", "Load (h a week)"),
    "column.load_each_h": ("人均（小时/周）", "Per officer (h a week)"),
    "column.officers": ("核定人数", "Officers"),
    "column.leader": ("网格长", "Leader"),
    "column.members": ("网格员", "Members"),
    "column.state": ("到岗情况", "Posts"),
    "column.severity": ("程度", "Severity"),
    "column.rule": ("规则", "Rule"),
    "column.message": ("说明", "What was found"),
    "column.figure": ("指标", "Figure"),
    "column.value": ("数值", "Value"),
    "severity.error": ("错误", "Error"),
    "severity.warning": ("提醒", "Warning"),
    "severity.info": ("说明", "Note"),
    # units of figures; {value} is the number
    "unit.m2": ("{value} 平方米", "{value} m²"),
    "unit.km2": ("{value} 平方公里", "{value} km²"),
    "unit.share": ("{value}%", "{value}%"),
    "unit.ratio": ("{value}", "{value}"),
    "unit.grids": ("{value} 个", "{value}"),
    "unit.categories": ("{value} 类", "{value}"),
    "unit.objects": ("{value} 个", "{value}"),
    "unit.households": ("{value} 户", "{value}"),
    "unit.posts": ("{value} 个", "{value}"),
    "unit.people": ("{value} 人", "{value}"),
    "unit.officer-hours": ("{value} 小时/周", "{value} h a week"),
    # marks between words
    "mark.colon": ("：", ": "),
    "mark.list": ("、", ", "),
    "mark.stop": ("。", ". "),
    **ACCESS_WORDS,
}


def say(key: str, language: Language, **values: object) -> str:
    """Give the text of a key in a language, with its values filled in."""
    return WORDS[key][LANGUAGES.index(language)].format(**values)


def words_in(language: Language, *prefixes: str) -> dict[str, str]:
    """Give all texts of a language whose keys begin with one of the prefixes, values open."""
    place = LANGUAGES.index(language)
    return {key: texts[place] for key, texts in WORDS.items() if key.startswith(prefixes)}
