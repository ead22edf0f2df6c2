"""same_scores.py TOOL OTHER: the command line over two builds of the library writes the same bytes, scores and saliencies alike."""

import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from command import model_bytes, row, table  # noqa: E402

COMMANDS = (["score"], ["saliency", "--json"])


def main():
    with tempfile.TemporaryDirectory() as folder:
        model, data = pathlib.Path(folder, "model.clens"), pathlib.Path(folder, "day.csv")
        model.write_bytes(model_bytes())
        data.write_text(table([row(i) for i in range(3000)]))
        for command, *options in COMMANDS:
            written = [
                subprocess.run([tool, command, model, data, *options], check=True, capture_output=True).stdout
                for tool in sys.argv[1:3]
            ]
            if not written[0] or written[0] != written[1]:
                print(f"{command}: the outputs differ")
                return 1
            print(f"{command}: {len(written[0])} bytes, the same")
    return 0


sys.exit(main())
