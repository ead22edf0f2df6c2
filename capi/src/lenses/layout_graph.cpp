// As layout.cpp, of nodes.
#include <cstddef>

#include "clicklens/clicklens.h"
#include "lens/drawing.h"
#include "lens/node_cost.h"
#include "released.h"

namespace clicklens::capi {
namespace {

static_assert(static_cast<int>(lens::NodeRun::step) == CLENS_NODE_STEP);
static_assert(static_cast<int>(lens::NodeRun::fused) == CLENS_NODE_FUSED);
static_assert(static_cast<int>(lens::NodeRun::view) == CLENS_NODE_VIEW);
static_assert(static_cast<int>(lens::NodeRun::never) == CLENS_NODE_NEVER);
static_assert(static_cast<int>(lens::DrawingFormat::dot) == CLENS_GRAPH_DOT);
static_assert(static_cast<int>(lens::DrawingFormat::mermaid) == CLENS_GRAPH_MERMAID);

// Since 0.1. A later version appends; it never moves a line of this list.
#define CLENS_AT(type, field, offset) static_assert(offsetof(type, field) == (offset))
CLENS_AT(clens_value_info, fields, 40);
CLENS_AT(clens_value_info, request_columns, 48);
CLENS_AT(clens_value_info, candidate_columns, 56);
CLENS_AT(clens_value_info, pair_columns, 64);
CLENS_AT(clens_value_info, node, 72);
CLENS_AT(clens_node_info, struct_size, 0);
CLENS_AT(clens_node_info, name, 8);
CLENS_AT(clens_node_info, op, 16);
CLENS_AT(clens_node_info, output, 24);
CLENS_AT(clens_node_info, inputs, 32);
CLENS_AT(clens_node_info, feature, 40);
CLENS_AT(clens_node_info, table, 48);
CLENS_AT(clens_node_info, parameters, 56);
CLENS_AT(clens_node_info, parameter_bytes, 64);
static_assert(first_size<clens_node_info> == 72);
CLENS_AT(clens_node_cost, run, 0);
CLENS_AT(clens_node_cost, reserved, 4);
CLENS_AT(clens_node_cost, flops, 8);
CLENS_AT(clens_node_cost, request_flops, 16);
CLENS_AT(clens_node_cost, weight_bytes, 24);
CLENS_AT(clens_node_cost, ids, 32);
CLENS_AT(clens_node_cost, line_bytes, 40);
CLENS_AT(clens_node_cost, elements, 48);
CLENS_AT(clens_node_cost, value_bytes, 56);
CLENS_AT(clens_node_cost, bytes, 64);
static_assert(first_size<clens_node_cost> == 72);
#undef CLENS_AT

}  // namespace
}  // namespace clicklens::capi
