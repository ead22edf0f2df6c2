"""The functions declared CLENS_API in the public headers, as text."""
import pathlib
import re
import subprocess

HEADERS = ("clicklens.h", "experimental.h")


def declarations(root):
    """{name: declaration without the macro and the semicolon}"""
    include = pathlib.Path(root) / "capi/include"
    found = {}
    for header in HEADERS:
        path = include / "clicklens" / header
        if not path.exists():
            continue
        command = ["cc", "-E", "-P", "-DCLENS_API=CLENS_API_MARK", f"-I{include}", "-x", "c", str(path)]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for match in re.finditer(r"CLENS_API_MARK\s+([^;{]+);", text):
            declaration = re.sub(r"\s+", " ", match[1]).strip()
            found[re.search(r"\b(clens_\w+)\s*\(", declaration)[1]] = declaration
    return found
