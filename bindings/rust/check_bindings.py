#!/usr/bin/env python3
"""check_bindings.py: clicklens-sys/src/bindings.rs declares what clicklens.h declares, and init.rs what its _INIT
macros say: every function, struct field, enum value and constant, by name, type and order. Where this bindgen.sh's
bindgen is on the PATH, the file must also be its very output.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SYS = HERE / "clicklens-sys"
HEADER = SYS / "include" / "clicklens" / "clicklens.h"
TYPES = {"char": "c_char", "float": "f32", "double": "f64", "size_t": "usize", "void": "c_void", "int8_t": "i8",
         "uint8_t": "u8", "int32_t": "i32", "uint32_t": "u32", "int64_t": "i64", "uint64_t": "u64"}
C_NAME = re.compile(r"(.*?)(\w+)((?:\[\w+\])*)$")


def c_declarations(text):
    """The header's declarations without comments and directives, each on one line."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)
    text = re.sub(r"^\s*#(?:.*\\\n)*.*$", "", text, flags=re.MULTILINE)
    return re.sub(r"\s+", " ", text.replace('extern "C" {', ""))


def rust_type(c_type):
    """`const clens_model *` as `*const clens_model`; `T *const *` as `*const *mut T`."""
    base, *stars = re.split(r"\s*\*\s*", c_type.replace("struct ", "").strip())
    words = base.split()
    kind = " ".join(word for word in words if word != "const")
    kind = TYPES.get(kind, kind)
    constant = "const" in words
    for star in stars:
        kind = f"*{'const' if constant else 'mut'} {kind}"
        constant = star.strip() == "const"
    return kind


def member(text, argument=False):
    """(name, type) of a field or an argument; arrays are arrays in structs alone."""
    before, name, sizes = C_NAME.match(text.strip()).groups()
    kind = rust_type(before)
    for size in reversed(re.findall(r"\[(\w+)\]", sizes)):
        kind = f"*mut {kind}" if argument else f"[{kind}; {size}]"
    return name, kind


def function_type(result, arguments):
    taken = ", ".join(kind for _, kind in arguments)
    return f"fn({taken})" + ("" if result == "c_void" else f" -> {result}")


def arguments_of(text):
    return [] if text.strip() == "void" else [member(part, True) for part in text.split(",")]


def fields(body):
    """Fields in order; `a, *b` share a type."""
    found = []
    for declaration in filter(str.strip, body.split(";")):
        pointer = re.match(r"\s*(.+?)\(\*(\w+)\)\((.*)\)\s*$", declaration)
        if pointer:
            result, name, taken = pointer.groups()
            found.append((name, f"Option<{function_type(rust_type(result), arguments_of(taken))}>"))
            continue
        first, *more = declaration.split(",")
        base = re.match(r"\s*((?:const |struct )*\w+)", first)[1]
        found += [member(part) for part in [first, *(f"{base} {part}" for part in more)]]
    return found


def of_header(raw):
    text, found = c_declarations(raw), {}
    for name, value in re.findall(r"^#define (CLENS_\w+) (\d+)u?\b", raw, re.MULTILINE):
        found[f"const {name}"] = f"u32 = {value}"
    for name, body in re.findall(r"typedef enum (\w+) \{(.*?)\}", text):
        for constant, value in re.findall(r"(\w+) = (\w+)", body):
            found[f"const {constant}"] = f"{name} = {value}"
    for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\} \w+;", text):
        found[f"struct {name}"] = str(fields(body))
    for result, name, taken in re.findall(r"CLENS_API ([^;(]*?)\s*\b(clens_\w+)\(([^;]*)\);", text):
        found[f"fn {name}"] = function_type(rust_type(result), arguments_of(taken))
    for name, taken in re.findall(r"typedef void \(\*(\w+)\)\((.*?)\);", text):
        found[f"type {name}"] = f"Option<{function_type('c_void', arguments_of(taken))}>"
    return found


def plain(rust):
    """A Rust type without paths and names of arguments."""
    rust = re.sub(r"\s+", " ", re.sub(r"::(?:core|std)(?:::\w+)*::(\w+)", r"\1", rust)).strip()
    rust = re.sub(r'unsafe extern "C" fn', "fn", rust)
    return re.sub(r",\s*([)>])", r"\1", re.sub(r"([<(])\s+", r"\1", re.sub(r"\b\w+: ", "", rust)))


def of_bindings(raw):
    text, found = re.sub(r"#!?\[doc = .*\]", "", raw), {}
    for name, kind, value in re.findall(r"pub const (\w+): (\w+) = (\d+);", text):
        found[f"const {name}"] = f"{kind} = {value}"
    for name, body in re.findall(r"pub struct (clens_\w+) \{(.*?)\n\}", text, re.DOTALL):
        if "_unused" not in body and "_address" not in body:  # handles
            split = re.findall(r"pub (\w+): (.*?),\s*(?=pub |$)", body, re.DOTALL)
            found[f"struct {name}"] = str([(re.sub("_$", "", field), re.sub(r"(\d)usize\]", r"\1]", plain(kind))) for field, kind in split])
    for name, taken, result in re.findall(r"pub fn (clens_\w+)\((.*?)\)\s*(?:-> (.*?))?;", text, re.DOTALL):
        found[f"fn {name}"] = plain(f"fn({taken})" + (f" -> {result}" if result else ""))
    for name, kind in re.findall(r"pub type (clens_\w+) = (::core::option::Option.*?);", text, re.DOTALL):
        found[f"type {name}"] = plain(kind)
    return found


def inits(raw, init):
    """Structs with an _INIT macro: those of the header, those of init.rs; with what they set beside their size."""
    of_c, joined = {}, raw.replace("\\\n", " ")
    order = {name: [field for field, _ in fields(body)]
             for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\} \w+;", c_declarations(raw))}
    for name, values in re.findall(r"#define CLENS_\w+_INIT\s+\{sizeof\((\w+)\),(.*)\}", joined):
        flat = re.sub(r"\{[^{}]*\}", "0", values)  # inner structs and arrays: zeros
        given = zip(order[name][1:], (value.strip() for value in flat.split(",")))
        of_c[name] = {field: value for field, value in given if value not in ("0", "0.0f", "NULL")}
    of_rust = {}
    body = re.search(r"^init! \{\n(.*?)^\}", init, re.MULTILINE | re.DOTALL)[1]
    for name, values in re.findall(r"^    (\w+)(?: \{ (.*) \})?$", body, re.MULTILINE):
        set_ = dict(part.split(": ", 1) for part in values.split(", ")) if values else {}
        of_rust[name] = {field: re.sub(r"size_of::<(\w+)>\(\)", r"sizeof(\1)", value) for field, value in set_.items()}
    zeros = {"CLENS_ACCESS_MAP", "CLENS_OUTPUT_PROBABILITY"}  # named in the header, and 0
    return {name: {f: v for f, v in given.items() if v not in zeros} for name, given in of_c.items()}, of_rust


def differences(wanted, found):
    for name in sorted(wanted.keys() | found.keys()):
        c, rust = wanted.get(name, "absent"), found.get(name, "absent")
        # bindgen loses `const` before a struct that is declared by its use in a field.
        if c != rust and (not name.startswith("struct ") or c.replace("*const", "*mut") != rust.replace("*const", "*mut")):
            yield f"{name}: the header has {c}, Rust {rust}"


def regenerated():
    """What is wrong with the committed file, if the same bindgen is here to say."""
    wanted = re.search(r"bindgen-cli\s*#?\s*--version (\S+)", (HERE / "bindgen.sh").read_text())[1]
    program = shutil.which("bindgen")
    if not program or subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split()[-1] != wanted:
        print(f"bindgen {wanted} is not here: declarations alone were compared")
        return []
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "bindings.rs"
        subprocess.run(["sh", str(HERE / "bindgen.sh"), str(copy)], check=True)
        same = copy.read_bytes() == (SYS / "src" / "bindings.rs").read_bytes()
    return [] if same else ["bindings.rs is not what bindgen.sh makes today"]


def main():
    header, rust = HEADER.read_text(), (SYS / "src" / "bindings.rs").read_text()
    wanted, found = of_header(header), of_bindings(rust)
    wrong = list(differences(wanted, found))
    wrong += differences(*inits(header, (SYS / "src" / "init.rs").read_text()))
    wrong += regenerated()
    counts = {kind: sum(name.startswith(kind + " ") for name in wanted) for kind in ("fn", "struct", "const", "type")}
    print("\n".join(wrong + [f"{len(wrong)} differences; {counts}"]))
    return 1 if wrong or counts["fn"] < 100 or counts["struct"] < 50 or counts["const"] < 150 else 0


if __name__ == "__main__":
    sys.exit(main())
