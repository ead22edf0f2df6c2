// What a run costs before it is run: work counted from the graph, and time predicted from a roofline.
//
// A linear of m rows through weights of k x n takes the longer of two times, its 2 m k n operations at the rate of
// fused multiply-adds and its weights once per block of rows from the cache that holds them all, and a share of the
// shorter one, since loads of the next weights only partly hide behind arithmetic. Rows of tables come at the speed of
// the roofline's random rows, between its two table sizes. cost.cpp has the constants, bench/NOTES.md how well they do.
#pragma once

#include "exec/model.h"
#include "lens/roofline.h"

namespace clicklens::lens {

struct CostOptions {
  double candidates = 1, requests = 1;
  double ids = 1;  // of an entry of a sparse feature
  const Roofline* roofline = nullptr;
};

struct Cost {
  double flops = 0;          // of linears and sums
  double request_flops = 0;  // of those, what is done once a request
  double weight_bytes = 0;   // of all linears' weights, once
  double ids = 0;            // table rows read
  double table_lines = 0;    // their cache lines of 64 bytes
  double table_bytes = 0;    // size of all tables read
  double elements = 0;       // of steps that go element by element
  // Microseconds; 0 without a roofline.
  double dense_us = 0, rows_us = 0, elements_us = 0, call_us = 0;
  [[nodiscard]] double us() const noexcept { return dense_us + rows_us + elements_us + call_us; }
};

Cost cost_of(const exec::Model& model, const CostOptions& options);

}  // namespace clicklens::lens
