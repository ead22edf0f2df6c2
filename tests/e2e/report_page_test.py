"""The page of `report` in a browser without a screen: it draws, says no error, filters, reads with keys, fits a phone, and
axe-core finds no fault. Needs chromium (CHROMIUM names another); what is not there is said and left out."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from command import CommandTest, description, row, run_json, table, written
from report_test import DEMO, EVIL, days, reported

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(os.environ.get("AXE") or HERE.parents[1] / "build" / "axe" / "axe.min.js")
if not CHROMIUM:
    print("skipped: no chromium: the report's page has not been opened", file=sys.stderr)
if not AXE.exists():
    print(f"skipped: no {AXE} (cmake/fetch_axe.sh): the page's accessibility has not been checked", file=sys.stderr)

LISTEN = """<script>window.heard = [];
addEventListener("error", (e) => heard.push(`${e.message} ${e.filename}:${e.lineno}`));
addEventListener("unhandledrejection", (e) => heard.push(String(e.reason)));
addEventListener("securitypolicyviolation", (e) => heard.push(`${e.violatedDirective} ${e.blockedURI}`));
for (const kind of ["error", "warn"]) console[kind] = (...all) => heard.push(all.join(" "));</script>"""


@unittest.skipUnless(CHROMIUM, "no chromium")
class Page(CommandTest):
    def opened(self, page, width, dark=False):
        """What report_page.js tells of the page in a frame of that width."""
        axe = AXE.read_text(encoding="utf-8") if AXE.exists() else ""
        page = page.replace('<script type="application/json"', LISTEN + '<script type="application/json"', 1)
        page = page.replace("</body>", f"<script>{axe}</script><script>{(HERE / 'report_page.js').read_text()}</script></body>", 1)
        frame = self.write("frame.html", f"""<!doctype html><meta charset="utf-8"><title>frame</title><pre id="told"></pre>
<script>addEventListener("message", (e) => {{ told.textContent = JSON.stringify(e.data); }});</script>
<iframe title="report" style="width: {width}px; height: 900px; border: 0" srcdoc="{html.escape(page)}"></iframe>""")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            done = subprocess.run(
                [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={profile}",
                 f"--window-size={width + 60},1000", *(["--blink-settings=preferredColorScheme=0"] if dark else []),
                 "--virtual-time-budget=60000", "--dump-dom", frame.as_uri()],
                capture_output=True, text=True, timeout=240, check=False)
        told = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
        self.assertTrue(told and told[1], done.stderr[-2000:])
        return json.loads(html.unescape(told[1]))

    def sound(self, told, width):
        self.assertEqual(told["errors"], [])
        self.assertEqual(told["width"], width)
        self.assertLessEqual(told["scroll"], width)  # nothing hangs out at the side
        self.assertGreater(told["plots"], 10)
        self.assertEqual(len(told["canvases"]), told["plots"])
        self.assertTrue(all(told["canvases"]), "an empty chart")
        self.assertEqual((told["alternatives"], told["csv"]), (told["plots"], told["plots"]))
        if AXE.exists():
            self.assertEqual(told["axe"], [])

    def test_wide(self):
        told = self.opened(reported()[1], 1200)
        self.sound(told, 1200)
        self.assertFalse(told["dark"])
        self.assertEqual([s.split(" of ")[0] for s in told["sections"]],
                         ["Overview", "Findings", "Metrics", "Scores", "Calibration", "Drift", "Saliency", "Probe", "Spread",
                          "Components", "Neurons"])
        self.assertTrue(told["before"].startswith("168 of 168 rows"), told["before"])
        self.assertTrue(told["filtered"].startswith("32 of 168 rows"), told["filtered"])
        self.assertEqual((told["layers"], told["pressed"]), (["l2"], "true"))
        self.assertEqual(told["sorted"], sorted(told["sorted"]))
        self.assertEqual(told["aria_sort"], "ascending")
        self.assertTrue(told["none"].startswith("0 of 168"))
        self.assertEqual(told["numbers"], 2 * len(days()))
        auc = [c["metrics"][1]["auc"] for c in reported()[0]["checkpoints"]]
        self.assertEqual(told["readout"], f"02: small.clens {auc[0]:.4f}, demo.clens {auc[1]:.4f}")
        self.assertEqual(told["of"], "Scores of small.clens")
        self.assertEqual(told["csv_text"], "'=A,B\r\n'=1+1,-2\r\n\"x,\"\"y\",\r\np q,0.5\r\n")

    def test_phone_and_dark(self):
        told = self.opened(reported()[1], 390, dark=True)
        self.sound(told, 390)
        self.assertTrue(told["dark"])

    def test_names_run_nothing(self):
        model = description()
        model["name"] = model["features"][0]["group"] = model["layers"][0]["name"] = model["outputs"][0]["name"] = EVIL
        path = self.write('<img src=x onerror="window.hit=1">.clens', written(model))
        made = [self.write(f"{EVIL.replace('/', '')}{n}.csv", table([row(i + 997 * n) for i in range(900)])) for n in range(3)]
        finding = dict.fromkeys(("kind", "subject", "text", "caveat", "command"), EVIL) | {"severity": "fault", "evidence": [{"name": EVIL, "value": 1, "low": None, "high": None}]}
        diagnosis = self.write("d.json", json.dumps({"checked": 1, "not_enough": 0, "findings": [finding]}))
        run_json("report", path, path, "--train", made[0], "--test", *made[1:], "--draws", 1, "--diagnosis", diagnosis, diagnosis,
                 "-o", self.folder / "page.html")
        told = self.opened((self.folder / "page.html").read_text(), 390)
        self.sound(told, 390)
        self.assertEqual(told["hit"], 0)
        self.assertIn("Findings", told["sections"][1])

    def test_smallest(self):
        """One checkpoint, one day of each, no controls."""
        figures = run_json("report", DEMO, "--train", days()[0], "--test", days()[1], "--draws", 0, "-o", self.folder / "p.html")
        self.assertEqual(len(figures["checkpoints"]), 1)
        told = self.opened((self.folder / "p.html").read_text(), 700)
        self.sound(told, 700)
        self.assertNotIn("of", told)


if __name__ == "__main__":
    unittest.main()
