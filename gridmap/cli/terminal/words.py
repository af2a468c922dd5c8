"""The words of the command line, Chinese and English side by side."""

from collections.abc import Mapping

from gridmap.cli.terminal.account_words import ACCOUNT_WORDS
from gridmap.cli.terminal.import_words import IMPORT_WORDS
from gridmap.workflow.steps import Step

__all__ = ["STEPS", "WORDS"]

# key: (Chinese, English). {name} stands for a value.
WORDS: Mapping[str, tuple[str, str]] = {
    **IMPORT_WORDS,
    **ACCOUNT_WORDS,
    "error": ("错误：", "Error: "),
    "stopped": ("已停止，没有留下写了一半的文件。", "Stopped. No file was left half-written."),
    "plan.made": ("方案已写入 {path}", "The plan is in {path}"),
    "plan.report": (
        "检查报告（表格）：{path}",
        "What was found and repaired, as a workbook: {path}",
    ),
    "plan.next": (
        "查看问题项：python -m gridmap check {path}",
        "See its issues: python -m gridmap check {path}",
    ),
    "export.objects": (
        "{count} 个对象已写入 {path}；{left} 个不对外公开的未列出。",
        "{count} objects are in {path}; {left} that are not for the public are left out.",
    ),
    "service.more": ("……另有 {count} 个", "… and {count} more"),
    "file.made": ("已写入 {path}", "Written: {path}"),
    "print.sheets": (
        "{paper} 纸，比例尺 1:{scale}，共 {count} 幅",
        "{paper} paper, scale 1:{scale}, sheets: {count}",
    ),
    "print.unnumbered": (
        "{count} 个微网格太小，图上未注编号；请用更大的比例尺。",
        "{count} micro-grids are too small for a number; choose a larger scale.",
    ),
    "print.lacking": (
        "字体中没有这些字，图上显示为方框：{signs}。可用 --font 指定其他字体。",
        "The font lacks these signs, shown as boxes: {signs}. Name another font with --font.",
    ),
    "retain.all": (
        "未设定保留月数（规则 [publish] 的 keep_months，或 --months），全部保留。",
        "No number of months is set (keep_months under [publish], or --months): all are kept.",
    ),
    "retain.would": (
        "任期在 {before} 之前届满：{people} 人不再留名，{assignments} 条任职记录清除。尚未改动。",
        "Terms that ended before {before}: {people} people would lose their names and "
        "{assignments} assignments would go. Nothing was changed.",
    ),
    "retain.would_beside": (
        "同时将删去其个人链接的姓名（{links} 条）和确认、异议（{answers} 条）。",
        "{links} personal links would lose their person, {answers} answers would be removed.",
    ),
    "retain.done_beside": (
        "同时已吊销其个人链接 {links} 条并删去姓名，清除确认、异议 {answers} 条。",
        "{links} personal links lost their person and are revoked, {answers} answers are removed.",
    ),
    "retain.done": (
        "任期在 {before} 之前届满：已清除 {people} 人的姓名和 {assignments} 条任职记录。",
        "Terms that ended before {before}: the names of {people} people and {assignments} "
        "assignments are gone.",
    ),
    "retain.would_published": (
        "同时将从已发布的版本中删去其中 {count} 人的姓名。",
        "{count} of them would lose their names in published versions too.",
    ),
    "retain.done_published": (
        "已发布的版本中也删去了其中 {count} 人的姓名。",
        "{count} of them have lost their names in published versions too.",
    ),
    "retain.would_photos": (
        "同时将删去公示牌照片 {count} 张。",
        "{count} photos of boards would be removed.",
    ),
    "retain.done_photos": (
        "同时已删去公示牌照片 {count} 张。",
        "{count} photos of boards are removed.",
    ),
    "publish.source": ("资料来源：{source}", "Source: {source}"),
    "publish.source.public": ("公开资料", "published"),
    "publish.source.internal": ("内部资料", "for internal use"),
    "publish.source.secret": ("涉密资料", "state secret"),
    "publish.source.none": ("未回答", "not answered"),
    "publish.licence": ("数据许可：{licence}", "Licence of the boundaries: {licence}"),
    "publish.licence.none": ("未填写，边界不能公开", "none, so that boundaries stay in the house"),
    "publish.names": ("公开文件写明姓名：{answer}", "Names in files for the public: {answer}"),
    "publish.line": ("图上和文件中写明：{line}", "Maps and files say: {line}"),
    "yes.True": ("是", "yes"),
    "yes.False": ("否", "no"),
    "verify.written": ("与写入时相同", "as written"),
    "verify.changed": ("已改变", "changed"),
    "verify.unread": ("无法读出", "cannot be read"),
    "verify.unproven": ("无摘要可核对", "no digest"),
    "verify.beside": (
        "另一程序在旁边留有 {names}；其内容已一并读取。",
        "Another program has left {names} beside it; it was read with the file.",
    ),
    "verify.others": (
        "文件中还有其他程序的表：{names}。",
        "Tables of other programs in the file: {names}.",
    ),
    "verify.no_digests": (
        "此文件由尚无摘要的较早版本写成，内容是否改变无从核对；下次保存时会加上摘要。",
        "An earlier version without digests wrote this file, so nothing proves its content; the "
        "next saving adds them.",
    ),
    "verify.more": ("其余 {count} 条见 --json。", "{count} more: see --json."),
    "verify.sound": ("{path} 中未发现问题。", "No fault was found in {path}."),
    "verify.unsound": (
        "{path} 有问题。请保留该文件；用 python -m gridmap recover 把能读出的内容另存。",
        "{path} is not sound. Keep the file; 'python -m gridmap recover' saves what can be read.",
    ),
    "recover.changed": (
        "表 {table} 与写入时不同（{columns}）；已按现有内容另存，请核对。",
        "The table {table} is not as written ({columns}); taken over as it is now: check it.",
    ),
    "recover.missing": (
        "其余内容已另存；缺失的如上所列。",
        "The rest is saved; what is missing is listed above.",
    ),
    "recover.whole": ("全部内容已另存，没有缺失。", "Everything is saved; nothing is missing."),
    "log.count": ("共 {count} 条记录。", "Entries: {count}."),
    "log.changed": (
        "记录与写入时不同（{columns}）；已按现有内容列出，请核对。",
        "The log is not as written ({columns}); listed as it is now: check it.",
    ),
    "verify.newer": (
        "{path} 未作改动。请更新 gridmap 后再打开。",
        "Nothing was changed in {path}. Update gridmap to open it.",
    ),
    "head.table": ("表", "Table"),
    "head.rows": (">行数", ">Rows"),
    "head.lost": (">丢失", ">Lost"),
    "head.columns": ("改变的列", "What changed"),
    "head.edit_id": ("编号", "Entry"),
    "head.time": ("时间", "Time"),
    "head.who": ("操作人", "Who"),
    "head.why": ("原因", "Why"),
    "head.grids": ("网格", "Grids"),
    "head.edit_kind": ("操作", "What"),
    "issues.none": ("没有发现问题。", "No issue was found."),
    "issues.count": (
        "错误 {error} 项，提醒 {warning} 项，说明 {info} 项",
        "{error} errors, {warning} warnings, {info} notes",
    ),
    "issues.hidden": (
        "另有 {count} 项较轻的未列出（--severity info 全部列出）",
        "{count} lesser ones are not shown (--severity info shows all)",
    ),
    "head.severity": ("程度", "Severity"),
    "head.rule": ("规则", "Rule"),
    "head.code": ("编码", "Code"),
    "head.message": ("说明", "What was found"),
    "head.load_of": ("工作量来自", "Load for"),
    "head.weight": ("权重", "Weight (h)"),
    "head.amount": ("数量", "Amount"),
    "head.hours": ("工时/周", "h a week"),
    "head.load_share": ("占比（%）", "Share (%)"),
    "head.points": ("工分/周", "Points a week"),
    "load.mark": ("：", ": "),
    "load.hectare": ("每公顷", "hectares"),
    "load.patch": ("每块图斑", "patches"),
    "load.household": ("每户", "households"),
    "load.case": ("每周每件案件", "cases a week"),
    "load.object": ("每个对象", "objects"),
    "head.rate": ("三个100%", "The three 100 %"),
    "head.percent": ("比例（%）", "Share (%)"),
    "head.counted": ("计数", "Counted"),
    "rate.unknown": ("未知", "not known"),
    "rate.grid": ("网格 {met}/{of}", "grids {met} of {of}"),
    "rate.object": ("对象 {met}/{of}", "objects {met} of {of}"),
    "rate.said": ("{name}：{said}。", "{name}: {said}."),
    "rate.missing": ("{name}（{why}）", "{name} ({why})"),
    "rate.misses": ("{name}未达到的有 {count} 项：{named}", "{name}, missing {count}: {named}"),
    "head.figure": ("指标", "Figure"),
    "head.value": ("数值", "Value"),
    "head.grid": ("网格", "Grid"),
    "head.name": ("名称", "Name"),
    "head.level": ("级", "Level"),
    "head.before": ("原岗位", "Before"),
    "head.after": ("新岗位", "After"),
    "head.points_more": ("代价增减", "Points more"),
    "head.known_by": ("依据", "Known by"),
    "head.rosters": ("花名册", "Rosters"),
    "head.ids": ("编号", "Ids"),
    "staffing.joined": ("新增", "joined"),
    "staffing.left": ("离开", "left"),
    "staffing.posted": ("定岗", "posted"),
    "staffing.freed": ("离岗", "freed"),
    "staffing.moved": ("换岗", "moved"),
    "staffing.counts": (
        "{which}：到岗 {filled}，空缺 {vacant}，富余 {surplus}，总代价 {cost:g} 分",
        "{which}: {filled} posts filled, {vacant} vacant, {surplus} people left over, {cost:g} "
        "points",
    ),
    "rosters.id": ("编号和姓名相同", "id and name"),
    "rosters.phone": ("姓名和电话相同", "name and phone"),
    "rosters.shared": (
        "{count} 人同时在多个镇的花名册中，请商定在哪个镇任职。",
        "People on more than one roster: {count}. Agree in which town each of them works.",
    ),
    "rosters.none": (
        "{files} 份花名册中没有重复的人。",
        "Nobody is on more than one of the {files} rosters.",
    ),
    "head.people": ("人员", "People"),
    "head.vacant": ("空缺", "Vacant"),
    "head.kind": ("类别", "Category"),
    "severity.error": ("错误", "error"),
    "severity.warning": ("提醒", "warning"),
    "severity.info": ("说明", "note"),
    "person": ("{name}（{role}）", "{name} ({role})"),
    "list": ("、", ", "),
    "colon": ("：", ": "),
    "head.column": ("字段", "Column"),
    "head.kind_of_value": ("类型", "Kind"),
    "head.filled": ("有值", "Filled"),
    "head.different": ("不同值", "Different"),
    "head.example": ("示例", "Example"),
    "inspect.layer": ("图层 {name}", "Layer {name}"),
    "locate.in_charge": ("负责人：{name}。{text}", "In charge: {name}. {text}"),
    "locate.nobody": ("无人负责。", "Nobody is in charge."),
    "locate.then": ("其次：{name}。{text}", "Then: {name}. {text}"),
    "locate.vacant": (
        "岗位空缺 {count} 个：{reason}",
        "A post is vacant (posts: {count}): {reason}",
    ),
    "locate.border": ("距网格边界 {metres} 米", "{metres} m from the border of the grid"),
    "locate.candidate": ("候选 {number}：{code}", "Candidate {number}: {code}"),
    "locate.chosen": ("选定：{code}", "Chosen: {code}"),
    "points.done": (
        "共 {rows:,} 行，其中 {located:,} 行已定位。",
        "{rows:,} rows, {located:,} of them located.",
    ),
    "points.nobody": (
        "其中 {count:,} 行所在网格及上级均无人在岗。",
        "For {count:,} of them nobody is on post, there or above.",
    ),
    "head.lines": ("所在行（前几个）", "Lines (the first ones)"),
    "who.object": ("对象：{name}（{id}）", "Object: {name} ({id})"),
    "who.grid": ("网格：{name}（{id}）", "Grid: {name} ({id})"),
    "who.person": ("人员：{name}（{id}）", "Person: {name} ({id})"),
    "who.group": ("组合：{name}（{id}）", "Group: {name} ({id})"),
    "who.board": ("公示牌：{name}（{id}）", "Board: {name} ({id})"),
    "meet.common": ("共同的负责人：{name}。{text}", "Common leader: {name}. {text}"),
    "meet.none": ("没有共同的在岗网格长。", "No leader on post is common to both."),
    "meet.group": ("双方同属组合：{name}（{group}）", "Both belong to the group {name} ({group})"),
    "export.mended": (
        "为避免取整后边界相交，{count} 个网格的边界微调约 1 厘米：{codes}",
        "Rounding would have crossed the borders of {count} grids; they were moved by about a "
        "centimetre: {codes}",
    ),
    "export.neighbours": (
        "取整后，{count} 对相邻网格的毫米级公共边界变为一点，或由一点变为边界：{pairs}。"
        "需要相邻关系完全一致的，请用 7 位小数。",
        "With these decimals borders of millimetres became points, or points borders, between "
        "{count} pairs of grids: {pairs}. Take 7 decimals where every neighbour counts.",
    ),
    "export.vanished": (
        "{count} 个小于坐标末位，未能写出图形：{codes}",
        "{count} are too small for the last decimal and have no polygon: {codes}",
    ),
    "export.invalid": (
        "注意：网格未无缝拼合（缺口 {gaps} 处）。请先用 check 检查方案。",
        "The grids do not tile the town ({gaps} gaps). Check the plan first.",
    ),
    "export.rough": (
        "方案中的边界节点不一致，已在取整时对齐。",
        "Borders in the plan do not share all vertices; they were matched while rounding.",
    ),
    "export.valid": (
        "{grids} 个网格，取整后仍无缝无重叠。",
        "{grids} grids, a valid tiling after rounding.",
    ),
    "assign.done": (
        "在岗 {filled} 人，空缺 {vacant} 岗，富余 {surplus} 人",
        "{filled} posts filled, {vacant} vacant, {surplus} people left over",
    ),
    "close.done": (
        "已撤销专属网格 {grid}，其范围归入微网格：{codes}",
        "Exclusive grid {grid} is closed; its ground is in micro-grids: {codes}",
    ),
    "sum.grids": ("各级网格数", "Grids by level"),
    "sum.exclusive_grids": ("专属网格", "Exclusive grids"),
    "sum.exclusive_km2": ("其面积（平方公里）", "Their ground (km²)"),
    "sum.sub_grids": ("其子网格", "Their sub-grids"),
    "sum.household_grids": ("住户类微网格", "Household grids"),
    "sum.fewest": ("微网格至少需要（已证明）", "Micro-grids, no fewer can do (proven)"),
    "sum.tight": ("承载力用足 99% 以上的微网格", "Micro-grids within 1 % of capacity"),
    "sum.heavy": ("单块即超承载力的图斑", "Patches above capacity on their own"),
    "sum.cadres": ("在岗干部", "Cadres on posts"),
    "sum.vacant": ("空缺岗位", "Vacant posts"),
    "sum.surplus": ("富余人员", "People left over"),
    "sum.area_km2": ("面积（平方公里）", "Area (km²)"),
    "sum.categories": ("微网格涉及的类别（共七类）", "Categories with micro-grids, of seven"),
    "sum.uncovered_m2": ("未覆盖面积（平方米）", "Uncovered ground (m²)"),
    "sum.left_m2": ("留给上级网格的土地（平方米）", "Ground left with the grid above (m²)"),
    "sum.tiling_work": ("无缝无重叠（工作坐标系）", "Valid tiling in the work CRS"),
    "sum.tiling_rounded": ("无缝无重叠（GeoJSON 取整后）", "Valid tiling after GeoJSON rounding"),
    "sum.over_capacity": ("超承载力的微网格", "Micro-grids over capacity"),
    "sum.detached": ("不连片的微网格", "Micro-grids not contiguous"),
    "sum.errors": ("错误", "Errors"),
    "sum.warnings": ("提醒", "Warnings"),
    "sum.seconds": ("用时（秒）", "Seconds"),
    # units in the heads of columns
    "unit.m2": ("公顷", "ha"),
    "unit.officer-hours": ("小时/周", "h a week"),
    "unit.points": ("工分/周", "points a week"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "demo.look": (
        "双击打开 .html 地图（无需联网）；.gpkg 可用任何 GIS 打开；"
        "python -m gridmap app 打开页面。",
        "Double-click an .html for the map (no network needed); any GIS opens the .gpkg; "
        "python -m gridmap app shows both plans as pages.",
    ),
    "head.role": ("角色", "Role"),
    "head.serial": ("序号", "Serial"),
    "head.person": ("人员编号", "Person"),
    "head.made": ("生成日期", "Made"),
    "head.expires": ("有效期至", "Until"),
    "head.state": ("状态", "State"),
    "link.made": (
        "序号 {serial}，有效期至 {date}。链接不再显示，请妥善保存。",
        "Serial {serial}, until {date}. Keep the link: it is not shown again.",
    ),
    "phone.made": (
        "已生成 {count} 个手机页。谁有该文件谁就能代其答复，请只发给本人。",
        "{count} pages made. Whoever has one may answer for its person: give it to nobody else.",
    ),
    "phone.taken": (
        "{path}（{person}）：收到 {taken} 条，针对旧版 {outdated} 条，以前收过 {again} 条，"
        "退回 {refused} 条",
        "{path} ({person}): {taken} taken, {outdated} about a state of before, {again} known, "
        "{refused} refused",
    ),
    "phone.refused": ("{path}：未收。{why}", "{path}: not taken. {why}"),
    "link.revoked": ("已停用 {count} 个链接", "{count} links revoked"),
    "link.taken_over": (
        "本机已接管：{count} 个链接有效。请逐一核对，停用不应有的（link revoke）。",
        "Taken over: {count} links open here now. Look through them and revoke what should not be.",
    ),
    "link.paused": (
        "这些链接来自其他电脑或旧副本，已暂停；核对后可接管：link take-over。",
        "These links come from another machine or an older copy and are paused. Look through them, "
        "then: link take-over.",
    ),
    "link.faulty": (
        "链接记录中有 {count} 行无法读取，其余链接不受影响。",
        "{count} lines of the record of links cannot be read; the other links work.",
    ),
    "link.state_revoked": ("已停用", "revoked"),
    "link.to_look": ("{label}（只看方案）", "{label} (to look at)"),
    "link.state_good": ("有效", "good"),
    "link.state_expired": ("已过期", "expired"),
    "app.key": (
        "网址中带有本次启动的口令，请整个复制，不要发给他人；口令随程序结束而失效。",
        "The address holds a key of this start: copy all of it, give it to nobody. It ends with "
        "the app.",
    ),
    "app.opens_for_others": ("同事可以打开 {urls}", "Colleagues open {urls}"),
    "app.opens": ("页面地址 {url}，按 Ctrl-C 结束", "The pages are at {url}; Ctrl-C ends"),
    "plans.restore_hint": (
        "“{name}”已删除 {days} 天；恢复：python -m gridmap plans restore {serial}",
        "“{name}”, deleted {days} days ago; back: python -m gridmap plans restore {serial}",
    ),
    "plans.done_rename": ("已命名：{path}", "Named: {path}"),
    "plans.done_duplicate": ("副本已写入 {path}", "The copy is in {path}"),
    "plans.done_branch": ("草稿已写入 {path}", "The draft is in {path}"),
    "plans.done_freeze": (
        "已冻结，不能再修改：{path}",
        "Frozen, nobody changes it any more: {path}",
    ),
    "plans.done_thaw": ("已解冻，可以修改：{path}", "Thawed, it may be changed: {path}"),
    "plans.done_delete": (
        "已移入回收站，可以恢复：{path}",
        "Moved to the wastebasket, it can be brought back: {path}",
    ),
    "plans.done_restore": ("已恢复：{path}", "Brought back: {path}"),
    "plans.done_emptied": ("已彻底删除 {count} 个方案。", "Plans thrown away for good: {count}."),
}

STEPS: Mapping[str, str] = {
    Step.READ: "读取图层",
    Step.TILE: "生成图斑",
    Step.LOCATE: "查找点位",
    Step.BOTH: "生成两个示例镇的方案",
    Step.SPLIT: "划分微网格",
    Step.PEOPLE: "定人定岗",
    Step.CHECK: "检查",
    Step.SAVE: "保存",
    Step.DRAW: "绘制地图",
    Step.WRITE: "写出边界",
}
