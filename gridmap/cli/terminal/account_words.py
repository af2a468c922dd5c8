"""The words of the command `user`, Chinese and English side by side."""

from collections.abc import Mapping

__all__ = ["ACCOUNT_WORDS"]

# key: (Chinese, English). {name} stands for a value.
ACCOUNT_WORDS: Mapping[str, tuple[str, str]] = {
    "head.scope": ("负责范围", "For"),
    "user.planner": ("规划人员", "planner"),
    "user.viewer": ("查看人员", "viewer"),
    "user.added": ("已添加账号 {name}（{role}）", "Added {name}, {role}"),
    "user.everything": ("全部", "everything"),
    "user.scope": ("账号 {name} 现负责：{scope}", "{name} is for {scope} now"),
    "user.unknown": (
        "注意：这里还没有 {codes}，在有之前打不开任何内容",
        "Note: {codes} is not here yet and opens nothing until it is",
    ),
    "user.changed": ("账号 {name} 现为{role}", "{name} is {role} now"),
    "user.faulty": (
        "accounts.gridmap.json 中有 {count} 行无法使用（损坏，或来自旧备份），其余账号不受影响。",
        "{count} rows of accounts.gridmap.json cannot be used: damaged, or of an older backup. The "
        "other accounts work.",
    ),
    "user.removed": ("已删除账号 {name}", "Removed {name}"),
    "user.password": ("密码", "Password"),
}
