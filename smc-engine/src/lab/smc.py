#!/usr/bin/env python3
"""The kernel's side of a test: AF_SMC connections that say what they did, and a view of the kernel's SMC state.

Every connection ends with one line of NAME=VALUE on standard output:
  connection role=... local=IP:PORT peer=IP:PORT mode=SMCR|SMCD|TCP fallback=0x... device=... gid=... peer_gid=...
             sent=BYTES sent_sha256=... received=BYTES received_sha256=... end=eof|reset|...
A listener first says `listening IP:PORT`, a client `connected IP:PORT IP:PORT mode=...` before it sends anything.
"""
import argparse
import hashlib
import os
import random
import signal
import socket
import struct
import sys
import threading

AF_SMC = 43
MIB = 1 << 20


# ---- netlink --------------------------------------------------------------------------------------------------------

class Netlink:
    """Requests over one netlink socket. All integers are in the order of the machine."""

    REQUEST, DUMP, ACK = 1, 0x300, 4
    ERROR, DONE = 2, 3

    def __init__(self, protocol):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)

    def request(self, kind, flags, body):
        """The payloads of the answers."""
        self.socket.send(struct.pack("=IHHII", 16 + len(body), kind, flags | self.REQUEST, 1, 0) + body)
        answers = []
        while True:
            data = memoryview(self.socket.recv(1 << 18))
            while len(data) >= 16:
                length, answer, _, _, _ = struct.unpack_from("=IHHII", data)
                payload = bytes(data[16:length])
                data = data[(length + 3) & ~3:]
                if answer == self.ERROR:
                    error = -struct.unpack_from("=i", payload)[0]
                    if error:
                        raise OSError(error, os.strerror(error))
                    return answers
                if answer == self.DONE:
                    return answers
                answers.append(payload)

    @staticmethod
    def attribute(kind, value):
        return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)

    @staticmethod
    def attributes(data):
        found = {}
        while len(data) >= 4:
            length, kind = struct.unpack_from("=HH", data)
            if length < 4:
                break
            found[kind & 0x3fff] = data[4:length]
            data = data[(length + 3) & ~3:]
        return found


class Generic(Netlink):
    """A family of generic netlink, by name."""

    CONTROLLER, GET_FAMILY, FAMILY_ID, FAMILY_NAME = 16, 3, 1, 2

    def __init__(self, family):
        super().__init__(16)
        name = self.attribute(self.FAMILY_NAME, family.encode() + b"\0")
        answer = self.command(self.GET_FAMILY, self.ACK, name, self.CONTROLLER)[0]
        self.family, = struct.unpack("=H", answer[self.FAMILY_ID])

    def command(self, command, flags, body=b"", family=None):
        answers = self.request(family or self.family, flags, struct.pack("=BBH", command, 1, 0) + body)
        return [self.attributes(answer[4:]) for answer in answers]


def text(value):
    return value.split(b"\0")[0].decode(errors="replace").strip()


def number(value):
    return int.from_bytes(value, sys.byteorder)


class SmcFamily(Generic):
    """SMC_GEN_NETLINK of linux/smc.h."""

    GET_LGR, GET_LINK, DUMP_UEID, ADD_UEID, REMOVE_UEID = 2, 3, 9, 10, 11
    LGR, LINK = 2, 3

    def __init__(self):
        super().__init__("SMC_GEN_NETLINK")

    def add_ueid(self, name):
        # 32 characters filled with spaces, and a zero byte.
        self.command(self.ADD_UEID, self.ACK, self.attribute(1, name.ljust(32).encode() + b"\0"))

    def ueids(self):
        return [text(answer[1]) for answer in self.command(self.DUMP_UEID, self.DUMP) if 1 in answer]

    def link_groups(self):
        """Each group followed by its links, as the kernel lists them."""
        kinds = {0: "NONE", 1: "SINGLE", 2: "SYM", 3: "ASYMMETRIC_PEER", 4: "ASYMMETRIC_LOCAL"}
        states = {0: "UNUSED", 1: "INACTIVE", 2: "ACTIVATING", 3: "ACTIVE"}
        for answer in self.command(self.GET_LINK, self.DUMP):
            if self.LGR in answer:
                group = self.attributes(answer[self.LGR])
                yield "group", {"id": f"{number(group[1]):08x}", "role": "SERV" if number(group[2]) else "CLNT",
                                "type": kinds.get(number(group[3]), "?"), "connections": number(group[6])}
            if self.LINK in answer:
                link = self.attributes(answer[self.LINK])
                yield "link", {"id": number(link[1]), "device": text(link[2]), "gid": text(link[4]),
                               "peer_gid": text(link[5]), "connections": number(link[6]),
                               "state": states.get(number(link[10]), "?")}


STATES = {1: "ACTIVE", 2: "INIT", 7: "CLOSED", 10: "LISTEN", 20: "PEERCLOSEWAIT1", 21: "PEERCLOSEWAIT2",
          22: "APPCLOSEWAIT1", 23: "APPCLOSEWAIT2", 24: "APPFINCLOSEWAIT", 25: "PEERFINCLOSEWAIT", 26: "PEERABORTWAIT",
          27: "PROCESSABORT"}
MODES = {0: "SMCR", 1: "TCP", 2: "SMCD"}


def sockets():
    """What smc_diag tells of all AF_SMC sockets (linux/smc_diag.h)."""
    lgrinfo, fallback = 2, 5
    wanted = 1 << (lgrinfo - 1) | 1 << (fallback - 1)
    # struct inet_diag_sockid: ports at 0 and 2, source at 4, destination at 20; the message's tail is padded to 8 bytes.
    for answer in Netlink(4).request(20, Netlink.DUMP, struct.pack("=BHB", AF_SMC, 0, wanted) + bytes(48)):
        state, mode = answer[1], answer[2]
        local_port, peer_port = struct.unpack_from("!HH", answer, 4)
        found = {"state": STATES.get(state, str(state)),
                 "local": f"{socket.inet_ntoa(answer[8:12])}:{local_port}",
                 "peer": f"{socket.inet_ntoa(answer[24:28])}:{peer_port}",
                 "mode": "-" if state in (2, 10) else MODES.get(mode, str(mode)),
                 "fallback": "-", "peer_diagnosis": "-", "device": "-", "gid": "-", "peer_gid": "-"}
        more = Netlink.attributes(answer[72:])
        if fallback in more:
            reason, diagnosis = struct.unpack_from("=II", more[fallback])
            found.update(fallback=f"0x{reason:08x}", peer_diagnosis=f"0x{diagnosis:08x}")
        if lgrinfo in more:
            link = more[lgrinfo]
            found.update(link=link[0], device=text(link[1:65]), port=link[65], gid=text(link[66:106]),
                         peer_gid=text(link[106:146]), role="SERV" if link[146] else "CLNT")
        yield found


def line(kind, values):
    return " ".join([kind] + [f"{name}={value}" for name, value in values.items()])


printing = threading.Lock()


def tell(message):
    with printing:
        os.write(1, message.encode() + b"\n")    # in one piece, as other processes may write to the same output


# ---- connections ----------------------------------------------------------------------------------------------------

def new_socket(tcp):
    if tcp:
        return socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # Python knows no addresses of AF_SMC, which are those of AF_INET: so the descriptor is presented as one of these.
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.socket(AF_SMC, socket.SOCK_STREAM, 0)
    if descriptor < 0:
        error = ctypes.get_errno()
        raise OSError(error, "AF_SMC: " + os.strerror(error))
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=descriptor)


def address(pair):
    return f"{pair[0]}:{pair[1]}"


class Way:
    """One direction of a connection: bytes counted and digested."""

    def __init__(self, die_after):
        self.bytes = 0
        self.digest = hashlib.sha256()
        self.die_after = die_after

    def passed(self, data):
        self.bytes += len(data)
        self.digest.update(data)
        if self.die_after is not None and self.bytes >= self.die_after:
            os.kill(os.getpid(), signal.SIGKILL)


class Connection:
    """A connection in one of the roles, which are methods named play_*."""

    def __init__(self, connected, options, index):
        self.socket = connected
        self.options = options
        self.index = index
        self.sent = Way(options.die_after)
        self.received = Way(options.die_after)
        self.end = "open"
        self.local, self.peer = address(connected.getsockname()), address(connected.getpeername())
        self.facts = self.look()
        if options.nodelay:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def look(self):
        names = ("mode", "fallback", "peer_diagnosis", "device", "gid", "peer_gid")
        if not self.options.tcp:
            for found in sockets():
                if (found["local"], found["peer"]) == (self.local, self.peer) and found["state"] != "INIT":
                    return {name: found[name] for name in names}
        return dict.fromkeys(names, "-") | {"mode": "TCP" if self.options.tcp else "unknown"}

    def run(self):
        try:
            getattr(self, "play_" + self.options.role.replace("-", "_"))()
        except (ConnectionResetError, BrokenPipeError):
            self.end = "reset"
        except (OSError, ValueError) as e:
            self.end = type(e).__name__ + ":" + str(e).replace(" ", "_")
        if self.facts["mode"] == "unknown":
            self.facts = self.look()
        self.socket.close()
        tell(line("connection", {
            "role": self.options.role, "local": self.local, "peer": self.peer, **self.facts,
            "sent": self.sent.bytes, "sent_sha256": self.sent.digest.hexdigest(),
            "received": self.received.bytes, "received_sha256": self.received.digest.hexdigest(), "end": self.end}))
        required = self.options.require
        return self.end == "eof" and (required is None or self.facts["mode"] == required)

    def send(self, data):
        self.socket.sendall(data)
        self.sent.passed(data)

    def send_stream(self):
        left = int(self.options.mib * MIB)
        source = random.Random(self.options.seed + self.index)
        while left:
            data = source.randbytes(min(left, self.options.chunk))
            self.send(data)
            left -= len(data)

    def receive(self, size=1 << 16):
        data = self.socket.recv(size)
        self.received.passed(data)
        if not data:
            self.end = "eof"
        return data

    def receive_all(self):
        while self.receive():
            pass

    def send_end(self):
        self.socket.shutdown(socket.SHUT_WR)

    def play_echo(self):
        """Returns every byte until the peer has ended its stream, then ends its own."""
        while data := self.receive(self.options.chunk):
            self.send(data)
        self.send_end()

    def play_source(self):
        """Sends --mib MiB, ends its stream, reads the peer's to its end."""
        self.send_stream()
        self.send_end()
        self.receive_all()

    def play_sink(self):
        """Reads to the end, then ends its own stream."""
        self.receive_all()
        self.send_end()

    def play_exchange(self):
        """Sends --mib MiB in --chunk bytes and reads meanwhile; with an echo both digests are the same."""
        failures = []

        def write():
            try:
                self.send_stream()
                self.send_end()
            except OSError as e:
                failures.append(e)

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        self.receive_all()
        writer.join()
        if failures:
            raise failures[0]

    def play_messages(self):
        """Sends --count messages of --chunk bytes, each after the echo of the one before, which it compares."""
        source = random.Random(self.options.seed + self.index)
        for _ in range(self.options.count):
            message = source.randbytes(self.options.chunk)
            self.send(message)
            answer = b""
            while len(answer) < len(message):
                data = self.receive(len(message) - len(answer))
                if not data:
                    raise ValueError("ended within a message")
                answer += data
            if answer != message:
                raise ValueError("another message came back")
        self.send_end()
        self.receive_all()

    def play_digest(self):
        """Half close, answering: reads to the end, and only then sends the SHA-256 of what it read, in hexadecimal."""
        self.receive_all()
        self.send(self.received.digest.hexdigest().encode())
        self.send_end()

    def play_ask_digest(self):
        """Half close, asking: sends --mib MiB, ends its stream, and expects their digest."""
        self.send_stream()
        self.send_end()
        answer = b""
        while data := self.receive():
            answer += data
        if answer != self.sent.digest.hexdigest().encode():
            raise ValueError("another digest came back")

    def play_hold(self):
        """Sends nothing and reads until the end: a connection that is just there."""
        self.receive_all()


def in_threads(connections):
    """Whether all of them went as they should. `connections` yields functions that make one."""
    results = []
    threads = []
    for connection in connections:
        threads.append(threading.Thread(target=lambda c=connection: results.append(c().run()), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return len(results) == len(threads) and all(results)


def listen(options):
    listener = new_socket(options.tcp)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((options.address, options.port))
    listener.listen(max(16, options.parallel))
    tell("listening " + address(listener.getsockname()))

    def accepted():
        index = 0
        while options.accept == 0 or index < options.accept:
            connected, _ = listener.accept()
            yield lambda s=connected, i=index: Connection(s, options, i)
            index += 1

    return in_threads(accepted())


def connect(options):
    def connected(index):
        s = new_socket(options.tcp)
        if options.bind:
            s.bind((options.bind, 0))
        s.connect((options.address, options.port))
        connection = Connection(s, options, index)
        tell(f"connected {connection.local} {connection.peer} mode={connection.facts['mode']}")
        return connection

    return in_threads(lambda i=index: connected(i) for index in range(options.parallel))


# ---- commands -------------------------------------------------------------------------------------------------------

def show_sockets(_):
    for found in sockets():
        print(line("socket", found))


def show_links(_):
    for kind, values in SmcFamily().link_groups():
        print(line(kind, values))


def ueid(options):
    family = SmcFamily()
    if options.name:
        family.add_ueid(options.name)
    else:
        for name in family.ueids():
            print("ueid " + name)


def pnetid(options):
    """Assigns a PNETID to a network device or an RDMA device (family SMC_PNETID of linux/smc.h)."""
    named = [(1, options.name.encode() + b"\0")]
    if options.netdev:
        named.append((2, options.netdev.encode() + b"\0"))
    if options.ibdev:
        named += [(3, options.ibdev.encode() + b"\0"), (4, b"\1")]
    Generic("SMC_PNETID").command(2, Netlink.ACK, b"".join(Netlink.attribute(*pair) for pair in named))


def sysctl(options):
    path = f"/proc/sys/net/smc/{options.name}"
    if options.value is not None:
        with open(path, "w") as f:
            f.write(options.value)
    with open(path) as f:
        print(f"{options.name} {f.read().strip()}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    roles = {name[5:].replace("_", "-"): method.__doc__ for name, method in vars(Connection).items()
             if name.startswith("play_")}
    role_help = "\n".join(f"  {name:11} {what}" for name, what in roles.items())
    for name, function in (("listen", listen), ("connect", connect)):
        p = commands.add_parser(name, help="make connections, each in a ROLE", description="Roles:\n" + role_help,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
        p.set_defaults(function=function)
        p.add_argument("role", choices=roles)
        p.add_argument("address")
        p.add_argument("port", type=int)
        p.add_argument("--mib", type=float, default=1, help="how much to send (1)")
        p.add_argument("--chunk", type=int, default=1 << 16, help="bytes of a call or message (65536)")
        p.add_argument("--count", type=int, default=1000, help="messages (1000)")
        p.add_argument("--seed", type=int, default=1, help="of the bytes sent; connection N has SEED + N (1)")
        p.add_argument("--parallel", type=int, default=1, help="connections of a client (1)")
        p.add_argument("--accept", type=int, default=1, help="connections of a listener, 0 for no end (1)")
        p.add_argument("--bind", help="a client's own address")
        p.add_argument("--die-after", type=int, metavar="BYTES", help="kill itself by SIGKILL in mid-stream")
        p.add_argument("--require", choices=("SMCR", "SMCD", "TCP"), help="status 1 in another mode")
        p.add_argument("--tcp", action="store_true", help="AF_INET, a peer without SMC")
        p.add_argument("--nodelay", action="store_true", help="TCP_NODELAY")
    p = commands.add_parser("sockets", help="AF_SMC sockets: mode, fallback reason, device, GIDs")
    p.set_defaults(function=show_sockets)
    p = commands.add_parser("links", help="link groups of SMC-R, each before its links")
    p.set_defaults(function=show_links)
    p = commands.add_parser("ueid", help="list user EIDs, or `add NAME`")
    p.set_defaults(function=ueid)
    p.add_argument("action", nargs="?", choices=("add",))
    p.add_argument("name", nargs="?")
    p = commands.add_parser("pnetid", help="assign a PNETID")
    p.set_defaults(function=pnetid)
    p.add_argument("name")
    p.add_argument("--netdev")
    p.add_argument("--ibdev")
    p = commands.add_parser("sysctl", help="of net.smc, such as smcr_testlink_time (seconds)")
    p.set_defaults(function=sysctl)
    p.add_argument("name")
    p.add_argument("value", nargs="?")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = arguments()
    sys.exit(1 if chosen.function(chosen) is False else 0)
