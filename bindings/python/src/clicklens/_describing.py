"""What a model is asked about itself: its operators, what they cost, its graph as text to be drawn."""

from __future__ import annotations

from dataclasses import asdict

from . import _info
from ._arguments import number, whole
from ._library import Error, Status, check, choice, ffi, lib, struct

_FORMATS = {"dot": lib.CLENS_GRAPH_DOT, "mermaid": lib.CLENS_GRAPH_MERMAID}
_RUNS = {lib.CLENS_NODE_STEP: "step", lib.CLENS_NODE_FUSED: "fused", lib.CLENS_NODE_VIEW: "view",
         lib.CLENS_NODE_NEVER: "never"}
_FIGURES = ("flops", "request_flops", "elements", "ids", "weight_bytes", "line_bytes", "value_bytes", "bytes")


class Describing:
    """The part of `Model` that describes it; its handle, info and lists are the model's."""

    def describe(self, candidates: int = 100, ids: float = 1) -> dict:
        """All that is known of the model without running it, as plain dicts and lists, ready for `json.dumps`.

        "operators" has, in the order they run: "name", "op", "output" and "inputs" (values), "feature" and "table"
        (None: reads none), "shape" [fields, width], "scope", "columns" (by scope), "parameters" (numbers; what
        operators share counts for each), "parameter_bytes", "run" ("step", "fused": within the one before, "view": its
        inputs' memory, "never": no output needs it), and what it costs: "alone", of one candidate, and "shared", of a
        request of `candidates` in all. Costs are "flops" (of linears and sums of columns), "request_flops" (of those,
        done once a request), "elements" (of steps that go element by element), "ids" (table rows read), and bytes
        touched, each counted once: "weight_bytes", "line_bytes" (cache lines of table rows), "value_bytes" (read and
        written), "bytes" in all. "alone" and "shared" of the whole are their sums.

        candidates: of the request that "shared" is of, from 1; ids: of an entry of a sparse feature, above 0.
        """
        candidates = whole(candidates, "candidates", 1, 2**40)
        operators = self._operators()
        costs = {"alone": self._costs(1, ids), "shared": self._costs(candidates, ids)}
        for i, operator in enumerate(operators):
            operator["run"] = _RUNS[costs["alone"][i].run]
            for kind, rows in costs.items():
                operator[kind] = {figure: getattr(rows[i], figure) for figure in _FIGURES}
        total = {kind: {figure: sum(o[kind][figure] for o in operators) for figure in _FIGURES} for kind in costs}
        total["shared"]["candidates"] = candidates
        return {**asdict(self.info), "groups": list(self.groups), "outputs": [output.name for output in self.outputs],
                "features": [asdict(feature) for feature in self.features],
                "tables": [asdict(table) for table in self.tables], "layers": [asdict(layer) for layer in self.layers],
                "operators": operators, **total, "metadata": dict(self.metadata)}

    def graph(self, format: str = "dot") -> str:
        """The graph as text to be drawn, by Graphviz ("dot") or as a "mermaid" flowchart: features and operators
        grouped by scope, edges with the shapes [fields, width] of what passes, layers and outputs marked. Mermaid itself
        draws up to 500 edges unless its host sets maxEdges."""
        wanted, size = choice(_FORMATS, format, "format"), ffi.new("size_t *")
        check(lib.clens_model_graph(self.handle, wanted, ffi.NULL, 0, size))
        buffer = ffi.new("char[]", size[0] + 1)
        check(lib.clens_model_graph(self.handle, wanted, buffer, size[0] + 1, size))
        return ffi.buffer(buffer, size[0])[:].decode("utf-8")

    def _operators(self) -> list[dict]:
        values, features, tables = _info.shaped_values(self.handle, len(self.values)), self.features, self.tables
        made = []
        for node in _info.nodes(self.handle):
            value = values[node.pop("output")]
            feature, table = node.pop("feature"), node.pop("table")
            made.append({"name": node.pop("name"), "op": node.pop("op"), "output": value.pop("name"),
                         "inputs": [self.values[i].name for i in node.pop("inputs")],
                         "feature": None if feature is None else features[feature].name,
                         "table": None if table is None else tables[table].name, **value, **node})
        return made

    def _costs(self, candidates: int, ids: float):
        options = struct("clens_cost_options")
        options.candidates, options.requests = candidates, 1
        options.ids = number(ids, "ids")
        if options.ids == 0:
            raise Error(Status.INVALID_ARGUMENT, "ids: 0; must be above 0")
        count = _info.describe(self.handle).nodes
        costs = ffi.new("clens_node_cost[]", max(count, 1))
        check(lib.clens_model_node_costs(self.handle, options, costs, ffi.sizeof("clens_node_cost"), count))
        return costs
