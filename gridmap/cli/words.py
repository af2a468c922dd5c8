"""The words of the command line, Chinese and English side by side."""

from collections.abc import Mapping

from gridmap.workflow.steps import Step

__all__ = ["STEPS", "WORDS"]

# key: (Chinese, English). {name} stands for a value.
WORDS: Mapping[str, tuple[str, str]] = {
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
    "load.object": ("每个对象", "objects"),
    "head.figure": ("指标", "Figure"),
    "head.value": ("数值", "Value"),
    "head.grid": ("网格", "Grid"),
    "head.name": ("名称", "Name"),
    "head.level": ("级", "Level"),
    "head.people": ("人员", "People"),
    "head.vacant": ("空缺", "Vacant"),
    "head.kind": ("类别", "Category"),
    "severity.error": ("错误", "error"),
    "severity.warning": ("提醒", "warning"),
    "severity.info": ("说明", "note"),
    "role.leader": ("网格长", "leader"),
    "role.member": ("网格员", "member"),
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
    "locate.next_up": ("岗位空缺：{reason} {text}", "A post is vacant: {reason} {text}"),
    "locate.border": ("距网格边界 {metres} 米", "{metres} m from the border of the grid"),
    "locate.candidate": ("候选 {number}：{code}", "Candidate {number}: {code}"),
    "locate.chosen": ("选定：{code}", "Chosen: {code}"),
    "export.mended": (
        "为避免取整后边界相交，{count} 个网格的边界微调约 1 厘米：{codes}",
        "Rounding would have crossed the borders of {count} grids; they were moved by about a "
        "centimetre: {codes}",
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
    "sum.grids": ("各级网格数", "Grids by level"),
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
    "user.planner": ("规划人员", "planner"),
    "user.viewer": ("查看人员", "viewer"),
    "user.added": ("已添加账号 {name}（{role}）", "Added {name}, {role}"),
    "user.changed": ("账号 {name} 现为{role}", "{name} is {role} now"),
    "user.faulty": (
        "accounts.gridmap.json 中有 {count} 行无法使用（损坏，或来自旧备份），其余账号不受影响。",
        "{count} rows of accounts.gridmap.json cannot be used: damaged, or of an older backup. The "
        "other accounts work.",
    ),
    "user.removed": ("已删除账号 {name}", "Removed {name}"),
    "user.password": ("密码", "Password"),
    "link.made": (
        "序号 {serial}，有效期至 {date}。链接不再显示，请妥善保存。",
        "Serial {serial}, until {date}. Keep the link: it is not shown again.",
    ),
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
    "link.state_good": ("有效", "good"),
    "link.state_expired": ("已过期", "expired"),
    "app.key": (
        "网址中带有本次启动的口令，请整个复制，不要发给他人；口令随程序结束而失效。",
        "The address holds a key of this start: copy all of it, give it to nobody. It ends with "
        "the app.",
    ),
    "app.opens": ("页面地址 {url}，按 Ctrl-C 结束", "The pages are at {url}; Ctrl-C ends"),
}

STEPS: Mapping[str, str] = {
    Step.READ: "读取图层",
    Step.TILE: "生成图斑",
    Step.BOTH: "生成两个示例镇的方案",
    Step.SPLIT: "划分微网格",
    Step.PEOPLE: "定人定岗",
    Step.CHECK: "检查",
    Step.SAVE: "保存",
    Step.DRAW: "绘制地图",
    Step.WRITE: "写出边界",
}
