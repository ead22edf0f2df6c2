#include "lens/cost.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "guard.h"
#include "handles.h"
#include "kernels/dispatch.h"
#include "lens/node_cost.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

constexpr std::uint64_t least_memory = 64 << 10, most_memory = std::uint64_t{64} << 30;
constexpr std::uint32_t most_sample_ms = 1000;
constexpr double second = 1e-3;  // of a millisecond

Status read_options(const clens_roofline_options* given, lens::RooflineOptions& options) noexcept {
  clens_roofline_options known = CLENS_ROOFLINE_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.reserved != 0) return Status::error(Code::invalid_argument, "options.reserved: must be 0");
  if (known.memory_bytes != 0 && (known.memory_bytes < least_memory || known.memory_bytes > most_memory))
    return Status::error(Code::invalid_argument, "options.memory_bytes: %llu; 0, or from 64 KiB to 64 GiB",
                         static_cast<unsigned long long>(known.memory_bytes));
  if (known.sample_ms > most_sample_ms)
    return Status::error(Code::invalid_argument, "options.sample_ms: %u; up to %u", known.sample_ms, most_sample_ms);
  options.memory_bytes = known.memory_bytes;
  if (known.sample_ms != 0) options.seconds = second * known.sample_ms;
  return {};
}

clens_roofline to_c(const lens::Roofline& from) noexcept {
  clens_roofline to = CLENS_ROOFLINE_INIT;
  to.flops = from.flops;
  to.l1 = from.l1, to.l2 = from.l2, to.l3 = from.l3, to.memory = from.memory;
  to.l1_bytes = from.l1_bytes, to.l2_bytes = from.l2_bytes, to.l3_bytes = from.l3_bytes;
  to.near_table = from.near.table_bytes, to.far_table = from.far.table_bytes;
  to.near_row_ns = from.near.nanoseconds, to.far_row_ns = from.far.nanoseconds;
  to.near_latency_ns = from.near.latency, to.far_latency_ns = from.far.latency;
  return to;
}

Status read_roofline(const clens_roofline* given, lens::Roofline& to) noexcept {
  clens_roofline from = CLENS_ROOFLINE_INIT;
  CLENS_TRY(read_sized(given, "options.roofline", from));
  const struct {
    const char* name;
    double value;
  } rates[] = {{"flops", from.flops},
               {"l1", from.l1},
               {"l2", from.l2},
               {"l3", from.l3},
               {"memory", from.memory},
               {"near_table", static_cast<double>(from.near_table)},
               {"far_table", static_cast<double>(from.far_table)},
               {"near_row_ns", from.near_row_ns},
               {"far_row_ns", from.far_row_ns}};
  for (const auto& rate : rates)
    if (!(std::isfinite(rate.value) && rate.value > 0))
      return Status::error(Code::invalid_argument, "options.roofline.%s: %g; must be above 0", rate.name, rate.value);
  to.flops = from.flops;
  to.l1 = from.l1, to.l2 = from.l2, to.l3 = from.l3, to.memory = from.memory;
  to.l1_bytes = from.l1_bytes, to.l2_bytes = from.l2_bytes, to.l3_bytes = from.l3_bytes;
  to.near = {from.near_table, from.near_row_ns, from.near_latency_ns};
  to.far = {from.far_table, from.far_row_ns, from.far_latency_ns};
  return {};
}

Status read_options(const clens_cost_options* given, lens::CostOptions& options, lens::Roofline& roofline) noexcept {
  clens_cost_options known = CLENS_COST_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (!(std::isfinite(known.ids) && known.ids >= 0))
    return Status::error(Code::invalid_argument, "options.ids: %g; must be finite and not negative", known.ids);
  options.candidates = known.candidates == 0 ? 1 : static_cast<double>(known.candidates);
  options.requests = known.requests == 0 ? options.candidates : static_cast<double>(known.requests);
  if (known.ids != 0) options.ids = known.ids;
  if (known.roofline == nullptr) return {};
  options.roofline = &roofline;
  return read_roofline(known.roofline, roofline);
}

clens_cost to_c(const lens::Cost& from) noexcept {
  clens_cost to = CLENS_COST_INIT;
  to.flops = from.flops;
  to.request_flops = from.request_flops;
  to.weight_bytes = from.weight_bytes;
  to.ids = from.ids;
  to.line_bytes = 64 * from.table_lines;
  to.table_bytes = from.table_bytes;
  to.elements = from.elements;
  to.us = from.us();
  to.dense_us = from.dense_us;
  to.rows_us = from.rows_us;
  to.elements_us = from.elements_us;
  to.call_us = from.call_us;
  return to;
}

void write_costs(const std::vector<lens::NodeCost>& costs, clens_node_cost* out, std::size_t stride) noexcept {
  auto* to = reinterpret_cast<unsigned char*>(out);
  for (const lens::NodeCost& from : costs) {
    const clens_node_cost known{static_cast<std::uint32_t>(from.run),
                                0,
                                from.flops,
                                from.request_flops,
                                from.weight_bytes,
                                from.ids,
                                from.line_bytes,
                                from.elements,
                                from.value_bytes,
                                from.bytes()};
    std::memcpy(to, &known, std::min(stride, sizeof known));
    to += stride;
  }
}

}  // namespace
}  // namespace clicklens::capi

using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;

clens_status clens_roofline_measure(const clens_roofline_options* options, clens_roofline* out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(out, "out"));
    clicklens::lens::RooflineOptions known;
    CLENS_TRY(clicklens::capi::read_options(options, known));
    CLENS_TRY(clicklens::capi::check_struct_size<clens_roofline>(out->struct_size, "out"));  // before the work
    const auto table = clicklens::kernels::active_table();
    if (!table.ok()) return table.status();
    const auto found = clicklens::lens::measure_roofline(**table, known);
    if (!found.ok()) return found.status();
    return clicklens::capi::write_sized(clicklens::capi::to_c(*found), "out", out);
  });
}

clens_status clens_model_cost(const clens_model* model, const clens_cost_options* options, clens_cost* out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    clicklens::lens::CostOptions known;
    clicklens::lens::Roofline roofline;
    CLENS_TRY(clicklens::capi::read_options(options, known, roofline));
    const clicklens::lens::Cost cost = clicklens::lens::cost_of(*model->model, known);
    return clicklens::capi::write_sized(clicklens::capi::to_c(cost), "out", out);
  });
}

clens_status clens_model_node_costs(const clens_model* model, const clens_cost_options* options, clens_node_cost* costs,
                                    size_t stride, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(costs, "costs"));
    CLENS_TRY(clicklens::capi::check_stride<clens_node_cost>(stride, "stride"));
    const std::size_t nodes = model->model->desc().nodes.size();
    if (capacity < nodes)
      return Status::error(clicklens::base::Code::buffer_too_small, "costs: %zu, capacity %zu", nodes, capacity);
    clicklens::lens::CostOptions known;
    clicklens::lens::Roofline roofline;
    CLENS_TRY(clicklens::capi::read_options(options, known, roofline));
    clicklens::capi::write_costs(clicklens::lens::node_costs(*model->model, known), costs, stride);
    return {};
  });
}
