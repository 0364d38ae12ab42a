"""What the machine and our processes used, from /proc."""

import contextlib
import os
import pathlib
import platform
import resource
import subprocess
import threading
import time

TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    """CPU seconds of a process so far, all its threads; 0 once it is gone."""
    try:
        # The name, in parentheses, may hold anything: count from its end.
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * TICK_S


def memory_mb(pid):
    """(resident now, most so far) in MB."""
    found = {"VmRSS": 0.0, "VmHWM": 0.0}
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in found:
                found[name] = int(value.split()[0]) / 1024
    except OSError:
        pass
    return found["VmRSS"], found["VmHWM"]


def machine_s():
    """(busy, stolen) CPU seconds of the whole machine so far."""
    user, nice, system, _, _, irq, softirq, steal = (int(x) for x in pathlib.Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq) * TICK_S, steal * TICK_S


def prefer(pid, nice):
    """Sets the priority of a process (its threads to come inherit it) and of its session. Below 0 needs root."""
    os.setpriority(os.PRIO_PROCESS, pid, nice)
    with contextlib.suppress(OSError):  # kernels without automatic groups
        pathlib.Path(f"/proc/{pid}/autogroup").write_text(f"{nice}\n")


class Meter:
    """CPU seconds between start() and stop(): of named processes, of children that ended meanwhile ("generator"), of everybody
    else, in all. `with` does both."""

    def __init__(self, pids):
        self.pids = pids  # name -> pid
        self.cpu_s = {}
        self.wall_s = 0.0
        self.foreign_cores = 0.0  # processors that others kept busy: the noise of the figures
        self.stolen_cores = 0.0

    def _read(self):
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = resource.getrusage(resource.RUSAGE_SELF)
        busy, stolen = machine_s()
        return {
            "wall": time.monotonic(),
            "busy": busy,
            "stolen": stolen,
            "own": own.ru_utime + own.ru_stime,
            "generator": children.ru_utime + children.ru_stime,
            **{name: cpu_s(pid) for name, pid in self.pids.items()},
        }

    def __enter__(self):
        self._before = self._read()
        return self

    def __exit__(self, *unused):
        after = self._read()
        used = {name: after[name] - self._before[name] for name in after}
        self.wall_s = used.pop("wall")
        busy, stolen, own = used.pop("busy"), used.pop("stolen"), used.pop("own")
        self.cpu_s = used
        self.foreign_cores = max(0.0, busy - own - sum(used.values())) / self.wall_s
        self.stolen_cores = stolen / self.wall_s


class MemoryWatch:
    """Samples a process's resident memory until stopped."""

    def __init__(self, pid, every_s=0.1):
        self.samples = []  # (seconds since the start, MB)
        self._pid, self._every_s, self._begun = pid, every_s, time.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._stop.wait(self._every_s):
            self.samples.append((time.monotonic() - self._begun, memory_mb(self._pid)[0]))

    def stop(self):
        """Most resident memory ever, in MB: the kernel's own count, which no sampling misses."""
        self._stop.set()
        self._thread.join()
        return max(memory_mb(self._pid)[1], max((mb for _, mb in self.samples), default=0.0))


def spin_mhash_s(seconds=0.2):
    """A fixed piece of work, in millions of rounds a second: shows when the machine itself ran slower."""
    rounds, begun = 0, time.monotonic()
    while time.monotonic() - begun < seconds:
        value = rounds
        for _ in range(10_000):
            value = (value * 1103515245 + 12345) & 0x7FFFFFFF
        rounds += 10_000
    return rounds / seconds / 1e6


def _first_line(argv, cwd=None):
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=10, cwd=cwd)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout or done.stderr).strip().split("\n")[0]


def describe(source):
    """Processors, versions, the commit that was measured."""
    model = ""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {
        "processors": len(os.sched_getaffinity(0)),
        "model": model,
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "kernel": platform.release(),
        "commit": _first_line(["git", "rev-parse", "--short=12", "HEAD"], source) or "unknown",
        "changed_files": _first_line(["sh", "-c", "git status --porcelain --untracked-files=no | wc -l"], source),
        "load_average": os.getloadavg()[0],
    }
