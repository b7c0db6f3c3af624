#!/usr/bin/env python3
"""image.py PACKAGE_TREE OUT [--smc-v1]: makes OUT/vmlinuz and OUT/initrd from an unpacked linux-image package.

The initrd holds busybox, guest/init and the modules below with all they depend on, in the order of loading.
"""
import gzip
import lzma
import pathlib
import re
import shutil
import struct
import subprocess
import sys

MODULES = """
    virtio_pci virtio_console virtio_net 9pnet_virtio 9p overlay
    veth dummy bridge sch_netem inet_diag tcp_diag udp_diag
    crc32_generic ib_uverbs rdma_ucm rdma_rxe smc smc_diag
""".split()
# rdma_rxe looks crc32 up by name when a device is added, which no dependency says: crc32_generic comes before it.


class Modules:
    """The modules of one kernel, uncompressed, in the order they must be loaded."""

    def __init__(self, tree):
        self.files = {}
        for path in tree.glob("lib/modules/*/kernel/**/*.ko*"):
            self.files[path.name.split(".ko")[0].replace("-", "_")] = path
        builtin = next(tree.glob("lib/modules/*/modules.builtin")).read_text()
        self.builtin = {pathlib.Path(line).stem.replace("-", "_") for line in builtin.split()}
        self.loaded = {}

    def add(self, name):
        if name in self.loaded or name in self.builtin:
            return
        if name not in self.files:
            sys.exit(f"lab: this kernel has no module {name}")
        code = unpacked(self.files[name])
        for depends in re.findall(rb"\0depends=([^\0]*)\0", b"\0" + code):
            for other in filter(None, depends.decode().split(",")):
                self.add(other.replace("-", "_"))
        self.loaded[name] = code


def unpacked(path):
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
    return path.read_bytes()


class Elf:
    """As much of a 64-bit little-endian ELF object as it takes to find the bytes of a function."""

    def __init__(self, image):
        self.image = image
        table, = struct.unpack_from("<Q", image, 40)
        size, count = struct.unpack_from("<HH", image, 58)
        names = ("name", "type", "flags", "addr", "offset", "size", "link", "info", "align", "entry")
        self.sections = [dict(zip(names, struct.unpack_from("<IIQQQQIIQQ", image, table + i * size))) for i in range(count)]

    def function(self, wanted):
        """The file offset and the length of a function."""
        symbols = next(s for s in self.sections if s["type"] == 2)
        strings = self.sections[symbols["link"]]["offset"]
        for at in range(symbols["offset"], symbols["offset"] + symbols["size"], 24):
            name, _, _, section, value, size = struct.unpack_from("<IBBHQQ", self.image, at)
            start = strings + name
            if self.image[start:self.image.index(0, start)] == wanted:
                return self.sections[section]["offset"] + value, size
        sys.exit(f"lab: the module smc has no function {wanted.decode()}")


def unsigned(module):
    """Without its signature, which a change makes wrong: the kernel takes a module without, but not one with a wrong one."""
    magic = b"~Module signature appended~\n"
    if not module.endswith(magic):
        return module
    trailer = len(magic) + 12
    length, = struct.unpack_from(">I", module, len(module) - len(magic) - 4)
    return module[:len(module) - trailer - length]


def speaking_v1(module):
    """SMC-R version 1 asks for a GID of RoCE v1 (gid_type 0 is IB, 1 RoCE v1, 2 RoCE v2), of which Soft-RoCE has none.

    Here it takes those of RoCE v2: the one compare of the GID's type with 1 becomes one with 2.
    """
    image = bytearray(unsigned(module))
    start, size = Elf(image).function(b"smc_ib_determine_gid")
    places = [m.start() for m in re.finditer(rb"\x83\xf8\x01", image[start:start + size])]  # cmp $1, %eax
    if len(places) != 1:
        sys.exit(f"lab: {len(places)} compares instead of one in smc_ib_determine_gid; no --smc-v1 with this kernel")
    image[start + places[0] + 2] = 2
    return bytes(image)


class Cpio:
    """An archive of the format newc, which the kernel unpacks."""

    def __init__(self, out):
        self.out = out
        self.count = 0

    def add(self, name, mode, data=b""):
        self.count += 1
        path = name.encode() + b"\0"
        fields = (self.count, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0)
        self.padded(b"070701" + b"".join(b"%08x" % field for field in fields) + path)
        self.padded(data)

    def padded(self, data):
        self.out.write(data + bytes(-len(data) % 4))

    def directory(self, name):
        self.add(name, 0o040755)

    def file(self, name, data):
        self.add(name, 0o100755, data)

    def end(self):
        self.add("TRAILER!!!", 0)


def main(tree, out, *options):
    here = pathlib.Path(__file__).resolve().parent
    tree, out = pathlib.Path(tree), pathlib.Path(out)
    modules = Modules(tree)
    for name in MODULES:
        modules.add(name)
    if "--smc-v1" in options:
        modules.loaded["smc"] = speaking_v1(modules.loaded["smc"])
    with gzip.open(out / "initrd", "wb", compresslevel=1) as packed:
        archive = Cpio(packed)
        for directory in ("bin", "modules", "proc", "sys", "dev", "host", "changes", "root"):
            archive.directory(directory)
        archive.file("bin/busybox", pathlib.Path(shutil.which("busybox") or "/bin/busybox").read_bytes())
        archive.file("init", (here / "guest" / "init").read_bytes())
        for number, (name, code) in enumerate(modules.loaded.items()):
            archive.file(f"modules/{number:03}-{name}.ko", code)
        archive.end()
    shutil.copyfile(next(tree.glob("boot/vmlinuz-*")), out / "vmlinuz")


if __name__ == "__main__":
    main(*sys.argv[1:])
