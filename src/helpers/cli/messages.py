"""The command's own words, in both languages: help texts, progress, closing lines."""

__all__ = ["HELP", "WORDS", "say"]

WORDS: dict[str, tuple[str, str]] = {
    "usage": ("用法：", "Usage: "),
    "options": ("选项", "Options"),
    "commands": ("命令", "Commands"),
    "building": ("生成报告", "reports"),
    "counts": (
        "已生成 {built}，未变 {unchanged}，失败 {failed}，无数字未出 {withheld}；"
        "用时 {seconds:.1f} 秒",
        "{built} built, {unchanged} unchanged, {failed} failed, {withheld} withheld; "
        "{seconds:.1f} s",
    ),
    "way_in": ("入口：{path}", "the way in: {path}"),
    "index_failed": ("入口页未能更新：{reason}", "the way in was not updated: {reason}"),
    "failed": ("失败：{path}：{reason}；{remedy}", "failed: {path}: {reason}; {remedy}"),
    "held_back": (
        "暂不更换：{path}：{reason}；{remedy}",
        "withheld: {path}: {reason}; {remedy}",
    ),
    "data_warning": ("提醒：{line}", "warning: {line}"),
    "log": ("  详情：{path}", "  details: {path}"),
    "kept": ("上一次的好报告仍在", "the last good report stays"),
    "none_kept": ("没有可用的旧报告", "there is no earlier report"),
    "left": (
        "{path}：已不在计划之内，但内容被人改过，保留未删",
        "{path}: no longer planned, but someone changed it, so it was left",
    ),
    "warned": ("{path}：笔记本给出警告：{text}", "{path}: the notebook warned: {text}"),
    "built_line": (
        "[{number}/{total}] 已生成 {path}（{seconds:.1f} 秒）",
        "[{number}/{total}] built {path} ({seconds:.1f} s)",
    ),
    "withheld_line": ("[{number}/{total}] 暂不更换 {path}", "[{number}/{total}] withheld {path}"),
    "failed_line": ("[{number}/{total}] 失败 {path}", "[{number}/{total}] failed {path}"),
    "moved": (
        "运行期间有人改动了数据、笔记本或程序；请再运行一次",
        "data, notebooks or code were changed during the run; run again",
    ),
    "stopped": (
        "已中止；再运行一次即可从中断处继续",
        "stopped; run again to go on from here",
    ),
    "held": (
        "另一次运行正在使用这个文件夹(进程 {pid},主机 {host},开始于 {start})",
        "another run holds this folder (pid {pid}, host {host}, since {start})",
    ),
    "wait": ("等它结束再运行", "wait until it ends"),
    "disk_full": ("磁盘已满({reason})", "the disk is full ({reason})"),
    "not_permitted": ("没有权限({reason})", "not permitted ({reason})"),
    "connection_broke": ("连接中断({reason})", "the connection broke ({reason})"),
    "system_refused": ("系统没有做到({reason})", "the system could not do it ({reason})"),
    "run_again": ("排除原因后再运行一次", "remove the cause, then run again"),
    "see_help": ("用 --help 查看用法", "see --help"),
    "sound": ("{folder}：数据没有问题", "{folder}: no problems found"),
}

# the help of options that several verbs have; a verb's own texts stand in its module
HELP: dict[str, tuple[str, str]] = {
    "halfsky": (
        "妇联工作报告：从数据表到可以对外的网页。",
        "Reports of a women's federation's work: from data tables to pages that can leave the "
        "office.",
    ),
    "help": ("显示这份说明。", "Show this help."),
    "lang": ("说明和提示所用的语言：zh 或 en。", "Language of help and messages: zh or en."),
    "as_json": ("在标准输出只打印一份 JSON。", "Print one JSON document and nothing else."),
    "data": ("数据文件夹（默认：项目的 data/）。", "Data folder (default: the project's data/)."),
}


def say(name: str, lang: str, **values: object) -> str:
    """The message `name` in `zh` or `en`, its braces filled with `values`."""
    zh, en = WORDS[name]
    return (en if lang == "en" else zh).format(**values)
