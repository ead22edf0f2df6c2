"""Strict readers of what `inspect --graph` writes: the grammars of Graphviz and Mermaid as far as a drawing needs them.
What the programs themselves might bend is refused: stray escapes, entities, unknown statements. Standard library only."""

import re
from dataclasses import dataclass, field


@dataclass
class Drawing:
    name: str = ""
    boxes: dict = field(default_factory=dict)  # id -> lines of the label
    scopes: dict = field(default_factory=dict)  # id -> "request", "candidate" or "pair"
    shapes: dict = field(default_factory=dict)  # id -> how the box is drawn
    layers: set = field(default_factory=set)  # ids drawn thick
    edges: list = field(default_factory=list)  # (from, to, label)

    def add_box(self, name, lines, shape, scope):
        if name in self.boxes:
            raise ValueError(f"two boxes are named {name}")
        self.boxes[name], self.shapes[name] = lines, shape
        if scope:
            self.scopes[name] = scope

    def check_ends(self):
        for begin, end, _ in self.edges:
            if begin not in self.boxes or end not in self.boxes:
                raise ValueError(f"an edge from {begin} to {end}, which are not both there")


TOKEN = re.compile(r"""\s*(?:(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<arrow>->)|(?P<word>[A-Za-z_][A-Za-z_0-9]*)"""
                   r"""|(?P<number>-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?))|(?P<mark>[{}\[\];=,]))""")
KEYWORDS = {"node", "edge", "graph", "digraph", "subgraph", "strict"}


def unescape_dot(text):
    """A label's lines: graphviz.org/doc/info/attrs.html#k:escString, and HTML's entities, of which we write &amp;."""
    def replace(match):
        if match[0] not in ("\\n", "\\\\", '\\"'):
            raise ValueError(f"escape {match[0]!r} in {text!r}")
        return {"\\n": "\n", "\\\\": "\\", '\\"': '"'}[match[0]]

    if re.search(r"&(?!amp;)", text):
        raise ValueError(f"an entity in {text!r}")
    return re.sub(r"\\.", replace, text).replace("&amp;", "&").split("\n")


class DotReader:
    """Recursive descent over graphviz.org/doc/info/lang.html."""

    def __init__(self, text):
        self.tokens, at = [], 0
        text = text.rstrip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                raise ValueError(f"no token at {text[at:at + 40]!r}")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        self.tokens.append(("end", ""))
        self.at, self.drawing = 0, Drawing()

    def peek(self):
        return self.tokens[self.at][1]

    def take(self, wanted=None):
        kind, text = self.tokens[self.at]
        if wanted is not None and text != wanted:
            raise ValueError(f"{text!r} instead of {wanted!r}")
        self.at += 1
        return kind, text

    def identifier(self):
        kind, text = self.take()
        if kind not in ("string", "word", "number") or text.lower() in KEYWORDS:
            raise ValueError(f"{text!r} is no ID")
        return text[1:-1] if kind == "string" else text

    def attributes(self):
        found = {}
        self.take("[")
        while self.peek() != "]":
            name = self.identifier()
            self.take("=")
            if name in found:
                raise ValueError(f"{name} twice")
            found[name] = self.identifier()
            if self.peek() in (",", ";"):
                self.take()
        self.take("]")
        return found

    def statement(self, scope):
        word = self.peek()
        if word == "subgraph":
            self.take()
            name = self.identifier()
            if scope or not name.startswith("cluster_"):
                raise ValueError(f"subgraph {name}")
            return self.body(name[len("cluster_"):])
        if word in ("node", "edge", "graph"):
            self.take()
            return self.attributes()
        name = self.identifier()
        if self.peek() == "=":
            self.take()
            return self.identifier()
        if self.peek() == "->":
            self.take()
            end = self.identifier()
            label = self.attributes() if self.peek() == "[" else {}
            return self.drawing.edges.append((name, end, label.get("label", "")))
        given = self.attributes()
        self.drawing.add_box(name, unescape_dot(given["label"]), given.get("shape", "box"), scope)
        if "penwidth" in given:
            self.drawing.layers.add(name)
        return None

    def body(self, scope=""):
        self.take("{")
        while self.peek() != "}":
            self.statement(scope)
            if self.peek() == ";":
                self.take()
        self.take("}")

    def read(self):
        self.take("digraph")
        self.drawing.name = unescape_dot(self.identifier())[0]
        self.body()
        if self.tokens[self.at][0] != "end":
            raise ValueError(f"{self.peek()!r} behind the graph")
        self.drawing.check_ends()
        return self.drawing


def read_dot(text):
    return DotReader(text).read()


# Within quotes: no quote, no markdown, no HTML but our line breaks, no directive, and '#' begins a code alone.
TEXT = r'"((?:[^"#<>&`%;\\{}|\n]|#[0-9]+;|<br/>)*)"'
BOXES = {"feature": re.compile(rf"(feature[0-9]+)\(\[{TEXT}\]\)"), "box": re.compile(rf"(node[0-9]+)\[{TEXT}\]"),
         "output": re.compile(rf"(output[0-9]+)\{{\{{{TEXT}\}}\}}")}
SUBGRAPH = re.compile(rf"  subgraph (request|candidate|pair)\[{TEXT}\]")
EDGE = re.compile(r'  ([a-z]+[0-9]+) -->(?:\|"(\[[0-9]+, [0-9]+\])"\|)? ([a-z]+[0-9]+)')
LAYER = re.compile(r"  class (node[0-9]+) layer")


def read_mermaid(text):
    """Line by line: mermaid.js.org/syntax/flowchart.html takes statements apart at line ends."""
    drawing, scope, seen = Drawing(), "", set()
    lines = text.split("\n")
    if lines[0] != "flowchart TB" or lines[-1] != "":
        raise ValueError(f"begins {lines[0]!r}, ends {lines[-1]!r}")
    for line in lines[1:-1]:
        boxes = [(shape, match) for shape, pattern in BOXES.items() if (match := pattern.fullmatch(line.strip(" ")))]
        if boxes:
            if len(line) - len(line.lstrip(" ")) != (4 if scope else 2):
                raise ValueError(f"indentation of {line!r}")
            shape, match = boxes[0]
            label = re.sub(r"#([0-9]+);", lambda code: chr(int(code[1])), match[2].replace("<br/>", "\n"))
            drawing.add_box(match[1], label.split("\n"), shape, scope)
        elif match := SUBGRAPH.fullmatch(line):
            if scope or match[1] in seen:
                raise ValueError(f"{line!r} within {scope or 'a second one'}")
            scope = match[1]
            seen.add(scope)
        elif line == "  end" and scope:
            scope = ""
        elif not scope and (match := EDGE.fullmatch(line)):
            drawing.edges.append((match[1], match[3], match[2] or ""))
        elif not scope and (match := LAYER.fullmatch(line)):
            drawing.layers.add(match[1])
        elif line != "  classDef layer stroke-width:3px":
            raise ValueError(f"no statement: {line!r}")
    if scope:
        raise ValueError(f"{scope} does not end")
    drawing.check_ends()
    if not drawing.layers <= set(drawing.boxes):
        raise ValueError("a class of what is not there")
    return drawing
