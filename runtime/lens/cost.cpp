#include "lens/cost.h"

#include <algorithm>
#include <cmath>

#include "exec/fusion.h"

namespace clicklens::lens {
namespace {

// Fitted once to the shapes of bench/models, not to a machine (bench/NOTES.md).
constexpr double efficiency = 0.94;     // of the rate of fused multiply-adds that a register tile keeps
constexpr double streaming = 0.75;      // of the speed of reading in order, for weights in a dozen streams
constexpr double one_row_factor = 0.7;  // of one row's time: about half of what relu gives is zero and skipped
constexpr double exposed = 0.15;        // of the shorter of two overlapping times
constexpr double tile_rows = 8;         // rows that one pass over the weights in the near cache serves
constexpr double entry_ns = 1;          // to read one entry's bounds
constexpr double id_ns = 2.5;           // and one of its ids
constexpr double call_ns = 300;         // checks of a batch
constexpr double column_ns = 35;        // and of each of its columns, with what it takes to begin reading it

double weights_of(const ops::DenseWork& work) {
  return static_cast<double>(work.columns) * static_cast<double>(work.outputs);
}

// Bytes per second from the smallest cache that holds `bytes`.
double read_speed(const Roofline& r, double bytes) {
  const CacheSizes sizes = cache_sizes(r);
  if (bytes <= static_cast<double>(sizes.l1)) return r.l1;
  if (bytes <= static_cast<double>(sizes.l2)) return r.l2;
  return bytes <= static_cast<double>(sizes.l3) ? r.l3 : r.memory;
}

double dense_seconds(const ops::DenseWork& work, double all_weights, const Roofline& r) {
  const double weights = weights_of(work);
  const double arithmetic = 2 * work.rows * weights / (efficiency * r.flops);
  const double loads = 4 * weights * std::max(1.0, work.rows / tile_rows) / (streaming * read_speed(r, all_weights));
  const double time = std::max(arithmetic, loads) + exposed * std::min(arithmetic, loads);
  return work.rows == 1 ? one_row_factor * time : time;
}

// Nanoseconds of a row, between the two tables by the logarithm of their sizes.
double row_nanoseconds(const Roofline& r, double table_bytes) {
  const double near = static_cast<double>(r.near.table_bytes), far = static_cast<double>(r.far.table_bytes);
  const double share = far > near ? std::log(std::max(table_bytes, 1.0) / near) / std::log(far / near) : 0;
  return r.near.nanoseconds + std::clamp(share, 0.0, 1.0) * (r.far.nanoseconds - r.near.nanoseconds);
}

void predict(Cost& cost, const ops::Work& work, std::size_t columns, const Roofline& r) {
  for (const ops::DenseWork& dense : work.dense) cost.dense_us += 1e6 * dense_seconds(dense, cost.weight_bytes, r);
  const double row = row_nanoseconds(r, cost.table_bytes);
  cost.rows_us = 1e-3 * (row * cost.table_lines + id_ns * cost.ids + entry_ns * work.entries);
  cost.elements_us = 1e6 * 8 * work.elements / r.l2;
  cost.call_us = 1e-3 * (call_ns + column_ns * static_cast<double>(columns));
}

}  // namespace

Cost cost_of(const exec::Model& model, const CostOptions& options) {
  ops::Work work;
  work.candidates = options.candidates;
  work.requests = options.requests;
  work.ids = options.ids;
  const exec::Fusion fusion = exec::fuse(model, {});
  for (std::uint32_t node = 0; node < model.desc().nodes.size(); ++node) {
    if (!fusion.needed[node] || fusion.fused[node]) continue;
    model.op(node).count(model.graph().values[model.desc().nodes[node].outputs[0]], work);
  }
  Cost cost;
  for (const ops::DenseWork& dense : work.dense) {
    const double weights = weights_of(dense);
    cost.flops += 2 * dense.rows * weights;
    cost.weight_bytes += 4 * weights;
    if (dense.shared) cost.request_flops += 2 * dense.rows * weights;
  }
  for (const ops::RowWork& rows : work.rows) {
    cost.ids += rows.ids;
    cost.table_lines += rows.ids * static_cast<double>(rows.lines);
    cost.table_bytes += static_cast<double>(rows.table_bytes);
  }
  cost.elements = work.elements;
  if (options.roofline != nullptr) predict(cost, work, model.desc().features.size(), *options.roofline);
  return cost;
}

}  // namespace clicklens::lens
