"""The words of the command `import`, Chinese and English side by side."""

from collections.abc import Mapping

__all__ = ["IMPORT_WORDS"]

# key: (Chinese, English). {name} stands for a value.
IMPORT_WORDS: Mapping[str, tuple[str, str]] = {
    "head.import_ours": ("列", "Column"),
    "head.import_column": ("文件中的列", "In the file"),
    "head.import_why": ("依据", "Why"),
    "head.import_example": ("示例", "Example"),
    "import.done": (
        "导入 {grids} 个网格，其中 {kept} 个沿用原编码；方案共 {made} 个微网格。",
        "Grids imported: {grids}, with their own codes: {kept}. Micro-grids of the plan: {made}.",
    ),
    "import.ground": (
        "面积（平方米）：原图 {area_m2}；保留 {kept_m2}，划出 {away_m2}，划入 {received_m2}，"
        "镇外 {outside_m2}，重叠 {overlap_m2}，留归上级或场所 {left_m2}，镇内未覆盖 {bare_m2}。",
        "Ground in m2: of the source {area_m2}; kept {kept_m2}, given away {away_m2}, received "
        "{received_m2}, outside the town {outside_m2}, in two grids {overlap_m2}, left with given "
        "grids or sites {left_m2}, in no grid {bare_m2}.",
    ),
    "import.more": (
        "……另有 {count} 项，见 --report 或 check。",
        "… and {count} more: see --report, or check.",
    ),
}
