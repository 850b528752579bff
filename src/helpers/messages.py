"""The command's own words, in both languages: help texts, progress, closing lines."""

__all__ = ["HELP", "WORDS", "say"]

WORDS: dict[str, tuple[str, str]] = {
    "usage": ("用法：", "Usage: "),
    "options": ("选项", "Options"),
    "commands": ("命令", "Commands"),
    "building": ("生成报告", "reports"),
    "converting": (
        "{file}：{size} MB，首次读取和核对大表需要一些时间，以后不再重复",
        "{file}: {size} MB; reading and checking a long table takes a while, once",
    ),
    "counts": (
        "已生成 {built}，未变 {unchanged}，失败 {failed}，无数字未出 {withheld}；"
        "用时 {seconds:.1f} 秒",
        "{built} built, {unchanged} unchanged, {failed} failed, {withheld} withheld; "
        "{seconds:.1f} s",
    ),
    "way_in": ("入口：{path}", "the way in: {path}"),
    "portal_failed": ("入口页未能更新：{reason}", "the way in was not updated: {reason}"),
    "failed": ("失败：{path}：{reason}；{remedy}", "failed: {path}: {reason}; {remedy}"),
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
    "failed_line": ("[{number}/{total}] 失败 {path}", "[{number}/{total}] failed {path}"),
    "no_fork": (
        "这个系统不能用 fork 引擎，改用 papermill：结果相同，速度较慢。",
        "This system cannot use the fork engine; papermill is used: same results, slower.",
    ),
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
    "unwritable": (
        "{path}：无法写入（{reason}）；检查权限和磁盘空间，再运行一次",
        "{path}: cannot be written ({reason}); check permissions and disk space, then run again",
    ),
    "see_help": ("用 --help 查看用法", "see --help"),
    "sound": ("{folder}：数据没有问题", "{folder}: no problems found"),
}

# command, or command.parameter -> help text
HELP: dict[str, tuple[str, str]] = {
    "halfsky": (
        "妇联工作报告：从数据表到可以对外的网页。",
        "Reports of a women's federation's work: from data tables to pages that can leave the "
        "office.",
    ),
    "report": (
        "生成报告。不写工作领域，就是全部。",
        "Build reports; all areas of work where none is named.",
    ),
    "check": (
        "检查数据文件夹，一次列出所有问题。",
        "Validate a data folder and list every problem at once.",
    ),
    "lab": (
        "在项目文件夹中打开 JupyterLab；其余参数原样交给它。",
        "Open JupyterLab at the project's root; further arguments go to it as they are.",
    ),
    "help": ("显示这份说明。", "Show this help."),
    "lang": ("说明和提示所用的语言：zh 或 en。", "Language of help and messages: zh or en."),
    "as_json": ("在标准输出只打印一份 JSON。", "Print one JSON document and nothing else."),
    "data": ("数据文件夹（默认：项目的 data/）。", "Data folder (default: the project's data/)."),
    "report.areas": ("工作领域", "areas of work"),
    "report.region": ("地区代码，可重复。", "Region code; repeatable."),
    "report.period": ("时期代码，可重复。", "Period id; repeatable."),
    "report.langs": (
        "报告语言 zh 或 en，可重复；提示用第一种。",
        "Report language, zh or en; repeatable; the first is also that of messages.",
    ),
    "report.texts": (
        "另外核对这篇文稿（.txt、.docx、.html），生成 audit.html；不写地区和时期，就用数字最多的。",
        "Audit this text too (.txt, .docx, .html), as audit.html; region and period default to "
        "those with most figures.",
    ),
    "report.out": (
        "输出文件夹或网址（默认：项目的 reports/；内部版为 reports/internal/）。",
        "Output folder or URL (default: the project's reports/, internal ones reports/internal/).",
    ),
    "report.jobs": (
        "同时运行几份（默认：处理器个数）。",
        "How many at a time (default: the number of processors).",
    ),
    "report.engine": (
        "运行引擎：fork（Linux，默认）或 papermill（其他系统，或需要完整内核的笔记本）。",
        "Engine: fork (Linux, the default) or papermill (other systems, or a notebook that needs "
        "a full kernel).",
    ),
    "report.scheduler": (
        "由这个 Dask 调度器的工作机来生成，例如 tcp://10.0.0.1:8786。",
        "Let the workers of this Dask scheduler build, for example tcp://10.0.0.1:8786.",
    ),
    "report.timeout": (
        "每份报告最多几秒（默认 600）。",
        "Most seconds a report may take (default 600).",
    ),
    "report.fresh": ("全部重新生成，不用上次的结果。", "Build everything anew."),
    "report.audience": (
        "读者：public 对外（默认），internal 内部（可展开代码）。",
        "Readers: public (default) or internal (code folded away).",
    ),
    "report.quiet": ("不显示进度。", "No progress."),
}


def say(name: str, lang: str, **values: object) -> str:
    """The message `name` in `zh` or `en`, its braces filled with `values`."""
    zh, en = WORDS[name]
    return (en if lang == "en" else zh).format(**values)
