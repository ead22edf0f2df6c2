#include "exec/placement.h"

#include <algorithm>
#include <queue>

#include "base/stable_order.h"
#include "exec/row_memory.h"
#include "ops/pieces.h"

namespace clicklens::exec {
namespace {

using ops::Level;
using ops::Place;

constexpr std::uint32_t unplaced = 0xFFFFFFFFu;
constexpr std::size_t row_alignment = 16;  // floats: rows start on cache lines

// Matrices, one per level, that share their columns among one concat's inputs.
struct Group {
  std::uint32_t columns[ops::level_count] = {};
  std::uint32_t first = unplaced, last = 0;  // nodes between which the row matrix holds something
  std::size_t offset[ops::level_count] = {};

  [[nodiscard]] std::size_t ld(Level level) const noexcept {
    const std::size_t count = columns[static_cast<int>(level)];
    return (count + row_alignment - 1) / row_alignment * row_alignment;
  }
};

class Placer {
 public:
  explicit Placer(const PlacementRequest& request)
      : request_(request), model_(*request.model), group_of_(model_.graph().values.size(), unplaced) {
    placement_.places.resize(group_of_.size());
    gathered_.resize(model_.desc().nodes.size());
    deaths_ = deaths();
  }

  base::Result<Placement> run(base::ArenaLayout& layout) {
    const auto nodes = static_cast<std::uint32_t>(model_.desc().nodes.size());
    for (std::uint32_t node = nodes; node-- > 0;)
      if (request_.needed[node] && model_.op(node).is_view()) CLENS_TRY(gather(node, new_group()));
    for (std::uint32_t node = 0; node < nodes; ++node)
      if (request_.needed[node] && !is_planned_away(node)) CLENS_TRY(put(output_of(node), unplaced));
    reserve(layout);
    for (std::uint32_t node = 0; node < nodes; ++node) {
      if (!request_.needed[node]) continue;
      if (model_.op(node).is_view())
        CLENS_TRY(join_inputs(node));
      else if (!model_.op(node).picks().empty())
        CLENS_TRY(pick_columns(node));
      else
        fix_offsets(output_of(node));
    }
    placement_.last_read = std::move(deaths_);
    return std::move(placement_);
  }

 private:
  [[nodiscard]] std::uint32_t output_of(std::uint32_t node) const { return model_.desc().nodes[node].outputs[0]; }
  [[nodiscard]] bool is_planned_away(std::uint32_t node) const { return model_.op(node).is_planned_away(); }
  std::uint32_t new_group() {
    groups_.emplace_back();
    return static_cast<std::uint32_t>(groups_.size() - 1);
  }

  // The inputs of a view, and of views inside it, become neighbours in `group`. Once: the second time all of
  // them have their place, and views that hold others twice would be walked 2^depth times.
  base::Status gather(std::uint32_t node, std::uint32_t group) {
    if (gathered_[node]) return {};
    gathered_[node] = true;
    for (const std::uint32_t input : model_.desc().nodes[node].inputs) {
      const std::uint32_t producer = model_.graph().values[input].producer;
      if (!model_.op(producer).picks().empty()) continue;  // lies where the picked columns do
      CLENS_TRY(model_.op(producer).is_view() ? gather(producer, group) : put(input, group));
    }
    return {};
  }

  // Gives `value` columns in `group` (a group of its own where there is none), unless it has some.
  base::Status put(std::uint32_t value, std::uint32_t group) {
    if (group_of_[value] != unplaced || request_.elided[value]) return {};
    if (group == unplaced) group = new_group();
    group_of_[value] = group;
    Group& home = groups_[group];
    for (const graph::Run& run : model_.graph().values[value].runs) {
      const Level level = level_of(run.scope);
      std::uint32_t& used = home.columns[static_cast<int>(level)];
      // offset counts columns until the group's memory is known
      CLENS_TRY(add_place(placement_.places[value], {run.begin, run.count, level, used, 0}));
      used += run.count;
    }
    home.first = std::min(home.first, birth(value));
    home.last = std::max(home.last, deaths_[value]);
    return {};
  }

  base::Status add_place(std::vector<Place>& to, const Place& place) {
    if (++places_ > most_places)
      return base::Status::error(base::Code::limit_exceeded, "session: columns would lie in more than %zu places",
                                 most_places);
    to.push_back(place);
    return {};
  }

  // Bags of a level are read before anything else runs.
  [[nodiscard]] std::uint32_t birth(std::uint32_t value) const {
    const bool is_input = model_.op(model_.graph().values[value].producer).feature() != format::no_index;
    return is_input ? 0 : request_.written_by[value];
  }
  // By value: the last node that reads it, itself or through views. An input is written at the start or at
  // its own node, whichever is later.
  [[nodiscard]] std::vector<std::uint32_t> deaths() const {
    const auto nodes = static_cast<std::uint32_t>(model_.desc().nodes.size());
    std::vector<std::uint32_t> last(group_of_.size());
    for (std::uint32_t producer = nodes; producer-- > 0;) {
      const std::uint32_t value = output_of(producer);
      last[value] = request_.lasting[value] ? nodes : request_.written_by[value];
      for (const std::uint32_t node : model_.graph().values[value].consumers)
        if (request_.needed[node])
          last[value] = std::max(last[value], is_planned_away(node) ? last[output_of(node)] : node);
    }
    return last;
  }

  [[nodiscard]] Level level_of(graph::Scope scope) const noexcept {
    if (scope == graph::Scope::request) return Level::request;
    return request_.cache && scope == graph::Scope::candidate ? Level::candidate : Level::row;
  }
  void reserve(base::ArenaLayout& layout);
  void fix_offsets(std::uint32_t value);
  base::Status join_inputs(std::uint32_t node);
  base::Status pick_columns(std::uint32_t node);
  base::Status append(std::vector<Place>& joined, const Place& place);

  const PlacementRequest& request_;
  const Model& model_;
  std::vector<std::uint32_t> group_of_;
  std::vector<std::uint32_t> deaths_;
  std::vector<bool> gathered_;  // by node
  std::vector<Group> groups_;
  std::size_t places_ = 0;  // of all values
  Placement placement_;
};

// Request matrices last as long as a batch of requests, candidate matrices as a tile; row matrices share memory, in
// the order of their birth.
void Placer::reserve(base::ArenaLayout& layout) {
  const auto bytes_of = [&](const Group& group, Level level) {
    return sizeof(float) * group.ld(level) * request_.tile_rows;
  };
  std::vector<Group*> births;
  for (Group& group : groups_) {
    for (const Level level : {Level::request, Level::candidate})
      group.offset[static_cast<int>(level)] = layout.reserve(bytes_of(group, level));
    if (group.columns[1] > 0) births.push_back(&group);
  }
  const auto born_earlier = [](const Group* a, const Group* b) { return a->first < b->first; };
  base::stable_sort(births, born_earlier);
  const auto dies_later = [](const Group* a, const Group* b) { return a->last > b->last; };
  std::priority_queue<Group*, std::vector<Group*>, decltype(dies_later)> alive(dies_later);
  RowMemory memory;
  for (Group* group : births) {
    for (; !alive.empty() && alive.top()->last < group->first; alive.pop())
      memory.give(alive.top()->offset[1], bytes_of(*alive.top(), Level::row));
    group->offset[1] = memory.take(bytes_of(*group, Level::row));
    alive.push(group);
  }
  const std::size_t base = layout.reserve(memory.extent());
  for (Group& group : groups_) group.offset[1] += base;
}

void Placer::fix_offsets(std::uint32_t value) {
  if (group_of_[value] == unplaced) return;
  const Group& group = groups_[group_of_[value]];
  for (Place& place : placement_.places[value]) {
    place.offset = group.offset[static_cast<int>(place.level)] + sizeof(float) * place.offset;
    place.ld = group.ld(place.level);
  }
}

// A view's places are its inputs', shifted; neighbours in memory become one.
base::Status Placer::join_inputs(std::uint32_t node) {
  std::vector<Place>& joined = placement_.places[output_of(node)];
  std::uint32_t column = 0;
  for (const std::uint32_t input : model_.desc().nodes[node].inputs) {
    for (Place place : placement_.places[input]) {
      place.column += column;
      CLENS_TRY(append(joined, place));
    }
    column += model_.graph().values[input].columns();
  }
  return {};
}

base::Status Placer::pick_columns(std::uint32_t node) {
  std::vector<Place>& picked = placement_.places[output_of(node)];
  const std::vector<Place>& from = placement_.places[model_.desc().nodes[node].inputs[0]];
  std::uint32_t column = 0;
  for (const ops::ColumnRun& run : model_.op(node).picks()) {
    for (std::uint32_t at = run.begin; at < run.begin + run.count;) {
      const std::uint32_t end = std::min(run.begin + run.count, ops::stretch_end(from, at));
      Place place = ops::slice(ops::place_of(from, at), at, end - at);
      place.column = column;
      CLENS_TRY(append(picked, place));
      column += end - at;
      at = end;
    }
  }
  return {};
}

base::Status Placer::append(std::vector<Place>& joined, const Place& place) {
  const bool neighbour = !joined.empty() && joined.back().level == place.level && joined.back().ld == place.ld &&
                         joined.back().offset + sizeof(float) * joined.back().count == place.offset;
  if (!neighbour) return add_place(joined, place);
  joined.back().count += place.count;
  return {};
}

}  // namespace

base::Result<Placement> place_values(const PlacementRequest& request, base::ArenaLayout& layout) {
  return Placer(request).run(layout);
}

}  // namespace clicklens::exec
