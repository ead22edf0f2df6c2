#include "exec/early_exit.h"

#include <algorithm>
#include <cstring>

namespace clicklens::exec {
namespace {

using ops::Place;

// Neighbours in memory are moved together.
std::vector<Place> joined(std::vector<Place> places) {
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.offset < b.offset; });
  std::vector<Place> all;
  for (const Place& place : places) {
    if (!all.empty() && all.back().ld == place.ld &&
        all.back().offset + sizeof(float) * all.back().count == place.offset)
      all.back().count += place.count;
    else
      all.push_back(place);
  }
  return all;
}

}  // namespace

std::vector<Place> places_across(const PlacementRequest& request, const Placement& placement, std::uint32_t at) {
  const Model& model = *request.model;
  std::vector<Place> across;
  for (std::uint32_t node = 0; node < model.desc().nodes.size(); ++node) {
    if (!request.needed[node] || model.op(node).is_planned_away()) continue;
    const std::uint32_t value = model.desc().nodes[node].outputs[0];
    const bool is_input = model.op(node).feature() != format::no_index;
    const std::uint32_t written = is_input ? 0 : request.written_by[value] + 1;
    if (written > at || placement.last_read[value] + 1 <= at) continue;
    for (const Place& place : placement.places[value])
      if (place.level == ops::Level::row) across.push_back(place);
  }
  return joined(std::move(across));
}

std::size_t drop_rows(const ops::StepContext& context, const Place& logit, float bound,
                      const std::vector<Place>& places, std::uint32_t* request_of_row, std::uint32_t* candidate_of_row,
                      std::uint32_t* row_of) noexcept {
  const float* logits = context.at(logit);
  std::size_t kept = 0;
  for (std::size_t row = 0; row < context.rows; ++row)
    if (!(logits[row * logit.ld] < bound)) row_of[kept++] = static_cast<std::uint32_t>(row);
  if (kept == context.rows) return kept;
  for (std::uint32_t* map : {request_of_row, candidate_of_row})
    for (std::size_t i = 0; map != nullptr && i < kept; ++i) map[i] = map[row_of[i]];
  for (const Place& place : places) {
    float* matrix = context.at(place);
    for (std::size_t i = 0; i < kept; ++i)
      if (row_of[i] != i)
        std::memcpy(matrix + i * place.ld, matrix + row_of[i] * place.ld, sizeof(float) * place.count);
  }
  return kept;
}

}  // namespace clicklens::exec
