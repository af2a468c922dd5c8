"""Disks of the network are told from those of the machine, and nothing is changed there."""

import pickle

import pytest

from layers.disks import local_only, mounts
from layers.disks.local_only import NetworkDiskError, network_disk, require_local
from layers.disks.mounts import UNC, Mount, mount_in, mounts_in, share_in

# As Linux writes it: optional fields before the dash or none, a space in a name as \040.
MOUNTINFO = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
30 27 0:40 / /home rw - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w
31 27 0:41 / /tmp rw - tmpfs tmpfs rw
40 27 0:50 / /mnt/office rw,relatime shared:7 master:2 - cifs //server/plans rw,vers=3.1.1
41 27 0:51 / /mnt/office/here rw - xfs /dev/vdb rw
42 27 0:52 / /srv/two\040words rw - nfs4 nas:/export rw,vers=4.2,local_lock=none
43 27 0:53 / /home/me/remote rw - fuse.sshfs me@host:/plans rw,user_id=0
44 27 0:54 / /c rw - 9p drvfs rw,aname=drvfs;path=C:\,trans=fd,rfd=8,wfd=8
45 27 0:55 / /host rw - 9p share rw,trans=virtio,version=9p2000.L
46 27 0:56 / /stacked rw - nfs nas:/old rw
47 46 0:57 / /stacked rw - ext4 /dev/vdc rw
48 27 0:58 / /cluster rw - ceph mon:/ rw
a line that is none
"""


@pytest.fixture
def drawn_mounts(monkeypatch, tmp_path):
    """Let the system of the test be one with these mounts."""
    file = tmp_path / "mountinfo"
    file.write_text(MOUNTINFO, encoding="utf-8")
    monkeypatch.setattr(mounts, "MOUNTINFO", file)
    monkeypatch.setattr(mounts.sys, "platform", "linux")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/out/town.gridmap.gpkg", ""), ("/home/me/out", ""), ("/tmp/x", ""),
        ("/mnt/office", "SMB"), ("/mnt/office/a/town.gridmap.gpkg", "SMB"),
        ("/mnt/office/here/town.gridmap.gpkg", ""), ("/mnt/office2/town", ""),
        ("/srv/two words/out", "NFS"), ("/home/me/remote/out", "SSHFS"),
        ("/c/Users/me", ""), ("/host/out", "9P"), ("/stacked/out", ""), ("/cluster/out", ""),
    ],
)  # fmt: skip
def test_the_disk_of_a_path_is_that_of_its_deepest_and_last_mount(drawn_mounts, path, kind):
    assert network_disk(path) == kind


def test_a_link_lies_on_the_disk_that_it_leads_to(drawn_mounts, tmp_path):
    link = tmp_path / "plans"
    link.symlink_to("/mnt/office/plans")

    assert network_disk(link / "town.gridmap.gpkg") == "SMB"


def test_a_network_disk_is_refused_with_its_kind_and_what_to_do(drawn_mounts):
    require_local("/srv/out/town.gridmap.gpkg")

    with pytest.raises(NetworkDiskError) as told:
        require_local("/mnt/office/secret folder/town.gridmap.gpkg")

    for text in (str(told.value), told.value.zh):
        assert "town.gridmap.gpkg" in text
        assert "SMB" in text
        assert "secret folder" not in text
    assert "Move the whole folder to a disk of the machine" in str(told.value)
    assert "本地磁盘" in told.value.zh
    assert pickle.loads(pickle.dumps(told.value)).zh == told.value.zh


def test_where_the_system_does_not_tell_nothing_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(mounts, "MOUNTINFO", tmp_path / "none")
    monkeypatch.setattr(mounts.sys, "platform", "linux")

    assert network_disk(tmp_path) == ""


def test_the_disk_of_this_test_is_one_of_this_machine(tmp_path):
    assert network_disk(tmp_path) == ""


def test_on_macos_the_system_names_its_mounts(monkeypatch):
    class Part:
        def __init__(self, mountpoint, fstype):
            self.mountpoint, self.fstype, self.opts = mountpoint, fstype, "rw"

    parts = [Part("/", "apfs"), Part("/Volumes/office", "smbfs"), Part("/Volumes/usb", "exfat")]
    monkeypatch.setattr(mounts.sys, "platform", "darwin")
    monkeypatch.setattr(mounts.psutil, "disk_partitions", lambda all: parts)

    assert network_disk("/Volumes/office/out/t.gridmap.gpkg") == "SMB"
    assert network_disk("/Volumes/usb/out") == network_disk("/Users/me") == ""


@pytest.mark.parametrize(
    ("path", "share"),
    [
        (r"\\server\plans\out\t.gpkg", r"\\server\plans"), ("//server/plans/t", r"\\server\plans"),
        (r"\\?\UNC\server\plans\t", r"\\server\plans"), (r"\\?\C:\out", ""), (r"C:\out", ""),
        (r"\\.\C:", ""), (r"out\t.gpkg", ""),
    ],
)  # fmt: skip
def test_on_windows_a_path_may_begin_with_a_share(path, share):
    assert share_in(path) == share
    if share:
        assert local_only.is_remote(Mount(share, UNC))


@pytest.mark.parametrize(("answer", "kind"), [(4, "SMB"), (3, "")])
def test_on_windows_a_letter_may_stand_for_a_share(monkeypatch, answer, kind):
    class Kernel:
        class kernel32:
            @staticmethod
            def GetDriveTypeW(drive):
                return {"Z:\\": answer}[drive]

    monkeypatch.setattr(mounts.ctypes, "windll", Kernel, raising=False)
    monkeypatch.setattr(mounts.os.path, "splitdrive", lambda path: (path[:2], path[2:]))

    found = mounts._windows_mount(r"\\?\Z:\out\t.gpkg")

    assert (local_only._NAMES.get(found.kind, "") if local_only.is_remote(found) else "") == kind


def test_spoiled_mounts_are_passed_over():
    assert mounts_in("\n - \n1 2 3 / /x rw -\n1 2 3 / /y rw - ext4\n") == [
        Mount("/y", "ext4", "ext4")
    ]
    assert mount_in([], "/x") is None
