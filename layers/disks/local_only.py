"""What may be changed only on a disk of this machine, refused on disks of the network.

A lock on a share is that of its server: it may hold for one machine alone, or not at all, and what
the server calls written may be lost with it. Nobody is told when that happens. So it is refused
before, with what to do; reading is harmless. File systems of clusters (CephFS, Lustre, GPFS), whose
locks hold on all machines, are taken for disks of this machine.
"""

from pathlib import Path

from layers.contract.errors import LayerFileError, quoted
from layers.disks.mounts import REMOTE, UNC, Mount, mount_of

__all__ = ["NetworkDiskError", "is_remote", "network_disk", "require_local"]

# How people call them; what is not named is told as the system calls it.
_NAMES = {
    **dict.fromkeys(("cifs", "smb3", "smbfs", "smb2"), "SMB"),
    **dict.fromkeys(("nfs", "nfs4"), "NFS"),
    **dict.fromkeys((UNC, REMOTE), "SMB"),
    **{"afpfs": "AFP", "9p": "9P", "davfs": "WebDAV", "webdav": "WebDAV", "fuse.sshfs": "SSHFS"},
}
_REMOTE = {
    *_NAMES,
    *("afs", "coda", "ncpfs", "ncp", "ftp", "macfuse_sshfs"),
    *("fuse.davfs2", "fuse.rclone", "fuse.s3fs", "fuse.gcsfuse", "fuse.goofys", "fuse.curlftpfs"),
    *("fuse.gvfsd-fuse", "fuse.kio-fuse", "fuse.smbnetfs", "fuse.fuse-nfs", "fuse.ossfs"),
}


class NetworkDiskError(LayerFileError):
    """A plan or city lies on a disk of another machine, where it is not changed."""


def is_remote(mount: Mount) -> bool:
    """Whether a file system is that of another machine, without locks that hold for all."""
    if mount.kind == "9p":
        # Within one machine, as Windows gives its drives to Linux and some containers their root.
        return "trans=fd" not in mount.options.split(",")
    return mount.kind in _REMOTE


def network_disk(path: Path | str) -> str:
    """Name the kind of network disk that a path lies on, such as "NFS"; "" for a local one."""
    mount = mount_of(path)
    if mount is None or not is_remote(mount):
        return ""
    return _NAMES.get(mount.kind, mount.kind)


def require_local(path: Path | str) -> None:
    """Refuse to change what lies on a disk of another machine.

    Raises
    ------
    NetworkDiskError
        If it does.
    """
    kind = network_disk(path)
    if not kind:
        return
    name = Path(path).name
    raise NetworkDiskError(
        f"{name!r} lies on a network disk ({kind}) and can be read there but not changed: on such "
        "a disk nobody can be sure that one writer keeps others out, or that what was saved is on "
        "the disk. Nothing was changed. Move the whole folder to a disk of the machine that runs "
        "gridmap, start it there, and let others work through the app in their browsers instead of "
        "sharing the folder.",
        f"{quoted(name)}位于网络磁盘（{kind}），只能读取，不能修改：在这类磁盘上，无法保证同一时间"
        "只有一人写入，也无法保证已保存的内容确实写入磁盘。没有改动任何内容。请把整个文件夹移到运行"
        "本程序的机器的本地磁盘上并在那里启动，其他人通过浏览器使用本程序，而不要共享该文件夹。",
    )
