#include <fmt/format.h>

#include "print/format.h"
#include "print/json.h"
#include "print/print.h"
#include "print/roofline_fields.h"

namespace clicklens::cli {

void print_text(const RooflineReport& report) {
  const clens_roofline& r = report.roofline;
  const auto gib = [](std::uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); };
  say("one core, {}: {:.0f} GFLOP/s\n", report.isa, r.flops * 1e-9);
  say("read in order: L1 {:.0f}, L2 {:.0f}, L3 {:.0f}, memory {:.0f} GB/s\n", r.l1 * 1e-9, r.l2 * 1e-9, r.l3 * 1e-9,
      r.memory * 1e-9);
  say("rows of 64 bytes at random, of {:.0f} MiB: {:.1f} ns each, {:.0f} ns one after another\n", gib(r.near_table),
      r.near_row_ns, r.near_latency_ns);
  say("                            of {:.0f} MiB: {:.1f} ns each, {:.0f} ns one after another\n", gib(r.far_table),
      r.far_row_ns, r.far_latency_ns);
}

void print_json(const RooflineReport& report) {
  Json json = {{"isa", report.isa}};
  for_each_field(report.roofline, [&](const char* name, const auto& value) { json[name] = value; });
  put(json);
}

void print_text(const InspectReport::Cost& found) {
  const clens_cost& c = found.cost;
  say("\ncost of {} candidate{} of {}, {} id{} a feature\n", found.candidates, found.candidates == 1 ? "" : "s",
      found.requests == 0 ? "as many requests"
                          : fmt::format("{} request{}", found.requests, found.requests == 1 ? "" : "s"),
      found.ids, found.ids == 1 ? "" : "s");
  say("  linears: {:.3f} MFLOP, {:.3f} of them for requests; weights {:.2f} MiB\n", c.flops * 1e-6,
      c.request_flops * 1e-6, c.weight_bytes / (1 << 20));
  say("  tables: {:.0f} rows, {:.1f} KiB of cache lines, of {:.1f} MiB\n", c.ids, c.line_bytes / (1 << 10),
      c.table_bytes / (1 << 20));
  if (!found.timed) return;
  say("  foretold: {:.1f} us: linears {:.1f}, rows {:.1f}, others {:.1f}, the call {:.1f}\n", c.us, c.dense_us,
      c.rows_us, c.elements_us, c.call_us);
}

Json to_json(const InspectReport::Cost& found) {
  const clens_cost& c = found.cost;
  Json json = {{"candidates", found.candidates},
               {"requests", found.requests},
               {"ids_per_feature", found.ids},
               {"flops", c.flops},
               {"request_flops", c.request_flops},
               {"weight_bytes", c.weight_bytes},
               {"ids", c.ids},
               {"line_bytes", c.line_bytes},
               {"table_bytes", c.table_bytes},
               {"elements", c.elements}};
  if (!found.timed) return json;
  json["us"] = c.us;
  json["dense_us"] = c.dense_us;
  json["rows_us"] = c.rows_us;
  json["elements_us"] = c.elements_us;
  json["call_us"] = c.call_us;
  return json;
}

}  // namespace clicklens::cli
