"""Whether a process grows: its resident memory and descriptors, sampled while it works."""

import os
import statistics

SAMPLES = 60


def status(pid='self'):
    """(resident bytes, descriptors)"""
    with open(f'/proc/{pid}/statm') as statm:
        resident = int(statm.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')
    return resident, len(os.listdir(f'/proc/{pid}/fd'))


class Growth:
    """`sample` often, with the number of operations so far, and once more when all are done; `judge` at the end.

    The first 40 % are for warming up: caches fill, pools open their connections, the allocator finds its size. After that the last
    fifth may have no more than the two before, but for the noise of an allocator that serves many threads, and of the connections that
    happen to be open. A leak shows in long runs, where such noise is less than a few bytes an operation; short ones find coarse leaks.
    """

    def __init__(self, total, noise=8 << 20, descriptors=8):
        self.total, self.noise, self.descriptors = total, noise, descriptors
        self.samples = []

    def is_due(self, done):
        return done >= len(self.samples) * self.total / SAMPLES

    def sample(self, done, pid='self'):
        if self.is_due(done):
            now = status(pid)
            while self.is_due(done):  # several at once for who comes late
                self.samples.append((done, *now))

    def judge(self, name):
        """Prints the figures; the number of faults."""
        # By their order: none of the parts is empty then.
        first, last = int(len(self.samples) * 0.4), int(len(self.samples) * 0.8)
        before, after = (statistics.median(s[1] for s in part) for part in (self.samples[first:last], self.samples[last:]))
        open_before, open_after = (statistics.median_high(s[2] for s in part) for part in (self.samples[first:last], self.samples[last:]))
        done, resident, _ = zip(*self.samples[first:], strict=True)
        slope = statistics.linear_regression(done, resident).slope if len(set(done)) > 1 else 0
        faults = []
        if after - before > max(self.noise, before // 20):
            faults.append(f'{name}: resident memory grew by {(after - before) / 1024:.0f} kB')
        if open_after > open_before + self.descriptors:
            faults.append(f'{name}: descriptors grew from {open_before} to {open_after}')
        for fault in faults:
            print('FAULT:', fault)
        start = next((s for s in self.samples if s[0] > 0), self.samples[0])
        print(f'{name}: {self.samples[-1][0]:,} operations; resident {start[1] >> 10} kB at {100 * start[0] / self.total:.0f} %, '
              f'{before / 1024:.0f} kB at 40 to 80 %, {after / 1024:.0f} kB at the end ({slope:+.2f} bytes an operation); '
              f'descriptors {open_before}, {open_after} at the end; {len(faults)} faults')
        return len(faults)
