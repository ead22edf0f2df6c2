// Embedding bags of 3 ids: rows of float against the loop one would write first, and rows of every other type against
// those of float, turn by turn. Tables have as many rows as float ones of so many MiB would: what a model's tables
// become when they are narrowed.
#include <cstdlib>
#include <cstring>

#include "bench/kernels/measure.h"

namespace clicklens::bench {
namespace {

using kernels::BagJob;
using kernels::Element;
using kernels::Pool;
using kernels::Table;

constexpr std::size_t per_bag = 3, rows = 64, features = 24, batches = 32;

struct Layout {
  const char* name;
  Element type;
  std::size_t dim, stride;
};

// One table per feature; many batches of ids, so that no batch finds its rows cached by the last.
class Lookups {
 public:
  Lookups(const Layout& layout, std::size_t float_bytes)
      : layout_(layout),
        table_rows_(float_bytes / features / (layout.dim * sizeof(float))),
        memory_(features * table_rows_ * layout.stride + 64),
        ids_(batches * features * rows * per_bag),
        out_(rows * features * layout.dim) {
    Random random(5);
    auto* bytes = reinterpret_cast<unsigned char*>(memory_.floats());
    for (std::size_t row = 0; row < features * table_rows_; ++row) {  // each page is touched; numbers stay ordinary
      const float affine[] = {0.01f * random.weight(), random.weight()};
      std::memcpy(bytes + row * layout.stride, affine, sizeof affine);
    }
    for (auto& id : ids_) id = random.next() % static_cast<std::uint32_t>(table_rows_);
    for (std::uint32_t b = 0; b <= rows; ++b) offsets_.push_back(b * per_bag);
  }

  std::vector<BagJob> jobs(std::size_t batch) {
    std::vector<BagJob> all(features);
    for (std::size_t f = 0; f < features; ++f) {
      BagJob& job = all[f];
      job.table = reinterpret_cast<const char*>(memory_.floats()) + f * table_rows_ * layout_.stride;
      job.row_stride = layout_.stride;
      job.type = layout_.type;
      job.dim = static_cast<std::uint32_t>(layout_.dim);
      job.ids = ids_.data() + (batch % batches * features + f) * rows * per_bag;
      job.offsets = offsets_.data();
      job.bags = rows;
      job.out = out_.data() + f * layout_.dim;
      job.ld_out = features * layout_.dim;
    }
    return all;
  }

 private:
  Layout layout_;
  std::size_t table_rows_;
  Pages memory_;
  std::vector<std::uint32_t> ids_, offsets_;
  std::vector<float> out_;
};

void plain_loop(const std::vector<BagJob>& jobs) {
  for (const BagJob& job : jobs) {
    for (std::size_t b = 0; b < job.bags; ++b) {
      float* const out = job.out + b * job.ld_out;
      for (std::size_t c = 0; c < job.dim; ++c) out[c] = 0;
      for (std::uint32_t i = job.offsets[b]; i < job.offsets[b + 1]; ++i) {
        const float* const row = static_cast<const float*>(job.table) + job.ids[i] * job.dim;
        for (std::size_t c = 0; c < job.dim; ++c) out[c] += row[c];
      }
    }
  }
}

// `ours` and `theirs` do one batch; the counter is the time of theirs over that of ours, or the reverse.
template <class Ours, class Theirs>
void in_turns(benchmark::State& state, const char* counter, bool ours_first, Ours&& ours, Theirs&& theirs) {
  constexpr double count = features * rows * per_bag;
  std::vector<double> times, ratios;
  std::size_t batch = 0;
  for ([[maybe_unused]] auto _ : state) {
    double mine = 0, other = 0;
    for (int turn = 0; turn < 4; ++turn) {
      mine += ours(batch++);
      other += theirs(batch++);
      benchmark::ClobberMemory();
    }
    state.SetIterationTime(mine);
    times.push_back(mine / 4 / count);
    ratios.push_back(ours_first ? mine / other : other / mine);
  }
  state.counters["ns_per_id"] = quantile(times, 0.5) * 1e9;
  state.counters[counter] = quantile(ratios, 0.5);
}

void bags(benchmark::State& state, const Table* table) {
  Lookups lookups({"f32", Element::f32, 16, 64}, static_cast<std::size_t>(state.range(0)) << 20);
  in_turns(
      state, "plain_over_ours", false,
      [&](std::size_t batch) {
        const auto jobs = lookups.jobs(batch);
        return seconds_of([&] { table->bags({jobs.data(), jobs.size()}); });
      },
      [&](std::size_t batch) {
        const auto jobs = lookups.jobs(batch);
        return seconds_of([&] { plain_loop(jobs); });
      });
}

void narrow_bags(benchmark::State& state, const Table* table, const Layout& layout) {
  const std::size_t bytes = static_cast<std::size_t>(state.range(0)) << 20;
  Lookups narrow(layout, bytes), floats({"f32", Element::f32, layout.dim, layout.dim * sizeof(float)}, bytes);
  const auto time = [&](Lookups& lookups, std::size_t batch) {
    const auto jobs = lookups.jobs(batch);
    return seconds_of([&] { table->bags({jobs.data(), jobs.size()}); });
  };
  in_turns(
      state, "over_f32", true, [&](std::size_t batch) { return time(narrow, batch); },
      [&](std::size_t batch) { return time(floats, batch); });
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->Arg(6)->Arg(146);
  if (std::getenv("CLENS_BENCH_LARGE") != nullptr) bench->Arg(2048);
  bench->UseManualTime()->Unit(benchmark::kMicrosecond)->MinTime(0.2);
}

// Strides that writers choose, and the ones they pass over: rows end to end (tight) or in whole lines.
constexpr Layout layouts[] = {
    {"f16", Element::f16, 16, 32},
    {"bf16", Element::bf16, 16, 32},
    {"int8", Element::i8_row, 16, 32},
    {"int8_tight", Element::i8_row, 16, 24},
    {"int4", Element::i4_row, 16, 16},
    {"f16", Element::f16, 64, 128},
    {"bf16", Element::bf16, 64, 128},
    {"int8", Element::i8_row, 64, 72},
    {"int8_lines", Element::i8_row, 64, 128},
    {"int4", Element::i4_row, 64, 64},
    {"int4_tight", Element::i4_row, 64, 40},
};

const bool bags_registered = [] {
  for (const Table* table : tables()) {
    sizes(benchmark::RegisterBenchmark((std::string("bags_MiB/") + table->name).c_str(), bags, table));
    for (const Layout& layout : layouts) {
      const std::string name =
          std::string("bags_") + layout.name + "_dim" + std::to_string(layout.dim) + "_MiB/" + table->name;
      sizes(benchmark::RegisterBenchmark(name.c_str(), narrow_bags, table, layout));
    }
  }
  return true;
}();

}  // namespace
}  // namespace clicklens::bench
