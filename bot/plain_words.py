"""What the machine says in English, as words for whoever runs Starling."""

import errno
import json
from collections.abc import Mapping

OS_WORDS: Mapping[int, str] = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "系统不允许",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中间有一段不是文件夹",
    errno.EEXIST: "已经有同名的文件",
    errno.ENAMETOOLONG: "名字太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.ENOSPC: "磁盘满了",
    errno.EROFS: "磁盘只能读",
    errno.EIO: "磁盘读写出错",
    errno.ENOMEM: "内存不够",
    errno.EAGAIN: "系统忙，资源暂时不够",
    errno.EADDRINUSE: "已经被占用",
    errno.EADDRNOTAVAIL: "这台机器没有这个地址",
}
UNREADABLE = "读不懂：每行要是一段会话，写成 {…}"


def of_os(error: OSError | UnicodeDecodeError) -> str:
    """Why a file, a port or a process cannot be had."""
    if isinstance(error, UnicodeDecodeError):
        return "不是 UTF-8 编码的文字"
    if error.errno is None or error.errno < 0:
        return "没有这个名字"  # a host that cannot be looked up
    return OS_WORDS.get(error.errno, f"系统错误 {error.errno}")


def of_line(error: Exception) -> str:
    """Why a line of a conversation file cannot be read; the readers' own sentences are kept."""
    if isinstance(error, json.JSONDecodeError):
        return f"不是 JSON：第 {error.colno} 个字附近写法有误"
    if not isinstance(error, ValueError) or str(error).isascii():
        return UNREADABLE
    return f"读不懂：{error}"
