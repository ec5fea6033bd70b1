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
    """`sample` now and then with the number of operations so far; `judge` at the end.

    The first 40 % are for warming up: caches fill, pools open their connections, the allocator finds its size. After that the last
    fifth may have no more than the two before, but for the noise of an allocator that serves many threads.
    """

    def __init__(self, total, noise=4 << 20):
        self.total, self.noise = total, noise
        self.samples = []

    def is_due(self, done):
        return done >= len(self.samples) * self.total / SAMPLES

    def sample(self, done, pid='self'):
        self.samples.append((done, *status(pid)))

    def judge(self, name):
        """Prints the figures; the number of faults."""
        def part(begin, end, column):
            return [s[column] for s in self.samples if begin * self.total <= s[0] <= end * self.total]
        before, after = statistics.median(part(0.4, 0.8, 1)), statistics.median(part(0.8, 2, 1))
        most_before, most_after = max(part(0.2, 0.8, 2)), max(part(0.8, 2, 2))
        points = [(done, resident) for done, resident, _ in self.samples if done >= 0.4 * self.total]
        slope = statistics.linear_regression(*zip(*points, strict=True)).slope if len(points) > 2 else 0
        allowed = max(self.noise, before // 20)
        faults = []
        if after - before > allowed:
            faults.append(f'{name}: resident memory grew by {(after - before) / 1024:.0f} kB')
        if most_after > most_before:
            faults.append(f'{name}: descriptors grew from {most_before} to {most_after}')
        for fault in faults:
            print('FAULT:', fault)
        start = next(s for s in self.samples if s[0] >= 0.02 * self.total)
        print(f'{name}: {self.samples[-1][0]:,} operations; resident {start[1] >> 10} kB at 2 %, {before / 1024:.0f} kB at 40 to 80 %, '
              f'{after / 1024:.0f} kB at the end ({slope:+.2f} bytes an operation); {most_after} descriptors; {len(faults)} faults')
        return len(faults)
