// The fields of a roofline by the names they have in JSON, to be written and read alike.
#pragma once

#include <clicklens/clicklens.h>

namespace clicklens::cli {

// use(name, field); Roofline is clens_roofline, const or not.
template <class Roofline, class Use>
void for_each_field(Roofline& r, Use&& use) {
  use("flops", r.flops);
  use("l1", r.l1);
  use("l2", r.l2);
  use("l3", r.l3);
  use("memory", r.memory);
  use("l1_bytes", r.l1_bytes);
  use("l2_bytes", r.l2_bytes);
  use("l3_bytes", r.l3_bytes);
  use("near_table", r.near_table);
  use("far_table", r.far_table);
  use("near_row_ns", r.near_row_ns);
  use("far_row_ns", r.far_row_ns);
  use("near_latency_ns", r.near_latency_ns);
  use("far_latency_ns", r.far_latency_ns);
}

}  // namespace clicklens::cli
