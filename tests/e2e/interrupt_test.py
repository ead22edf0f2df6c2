"""Long work: its progress at a terminal, and nothing half-written when it is interrupted."""

import os
import pty
import re
import signal
import subprocess
import time
import unittest

from command import COMMAND, CommandTest

LONG = 60  # seconds that no machine should need


class Interrupt(CommandTest):
    def start(self, *arguments, **options):
        process = subprocess.Popen([COMMAND, *map(str, arguments)], stdout=subprocess.DEVNULL, **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, condition):
        deadline = time.monotonic() + LONG
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def test_signals_leave_no_file(self):
        out = self.folder / "out"
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number):
                process = self.start("synth", "--days", 1, "--rows", 10**9, "--seed", 1, "--out", out)
                self.wait_for(lambda: out.exists() and any(p.stat().st_size for p in out.iterdir()))
                process.send_signal(number)
                self.assertEqual(process.wait(LONG), -number)
                self.assertEqual(list(out.iterdir()), [])

    def test_ignored_signals_stay_ignored(self):
        """As under nohup."""
        out = self.folder / "out"
        process = self.start("synth", "--days", 1, "--rows", 10**6, "--seed", 1, "--out", out,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.wait_for(lambda: out.exists() and any(out.iterdir()))
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.wait(LONG), 0)
        self.assertEqual([p.name for p in out.iterdir()], ["day=01.tsv"])

    def test_synth_shows_progress_within_a_day(self):
        try:
            terminal, theirs = pty.openpty()
        except OSError as problem:  # a bare chroot
            self.skipTest(f"no terminals on this machine: {problem}")
        process = self.start("synth", "--days", 1, "--rows", 5 * 10**6, "--seed", 1, "--out", self.folder / "out",
                             stderr=theirs)
        os.close(theirs)
        shown, text = set(), ""
        while len(shown) < 3 and process.poll() is None:
            text += os.read(terminal, 4096).decode()
            shown = set(re.findall(r"(\d+) %", text)) - {"0", "100"}
        process.kill()
        os.close(terminal)
        self.assertGreaterEqual(len(shown), 3, text)


if __name__ == "__main__":
    unittest.main()
