// bench_delta [FOLDER]: what a delta of 1 % of a table's rows costs. First the time of bags over tables of several
// sizes with an overlay against the same without; then, for a table of 2 GiB (CLENS_BENCH_DELTA_MIB: another size), the
// size of the delta, how long it takes to make, to apply and to publish, and requests while it is applied and published
// again and again beside requests while nothing is. Models lie in FOLDER (the folder for temporary files): twice the
// table, and they are read whole once.
#include "format/delta.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <clicklens/delta.hpp>
#include <clicklens/slot.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <thread>

#include "bench/kernels/measure.h"
#include "bench/models/network.h"
#include "format/delta_make.h"
#include "format/writer.h"

namespace {

using namespace clicklens;
using bench::require;
using Clock = std::chrono::steady_clock;

constexpr double changed_share = 0.01;
constexpr std::uint32_t dim = 64;
constexpr std::size_t request_candidates = 200;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

bench::Shape shape_of(std::uint64_t mebibytes) {
  bench::Shape shape;
  shape.name = "delta";
  shape.dim = dim;
  shape.rows = static_cast<std::uint32_t>((mebibytes << 20) / (dim * sizeof(float)));
  shape.fields = {{false, "candidate", 1, 1}, {true, "request", 8, 0}};
  shape.tower = {256, 128};
  return shape;
}

// The same model but for some rows of its table and its last layers.
void write_revised(const exec::Model& model, const char* path) {
  const format::TableDesc& table = model.desc().tables[0];
  std::mt19937 random(7);
  const auto writer = require(format::Writer::begin(path, model.desc(), {}));
  std::vector<std::byte> row(table.row_stride);
  for (std::uint32_t i = 0; i < model.desc().segments.size(); ++i) {
    require(writer->segment(i));
    const std::span<const std::byte> bytes = model.file().segment(i);
    const bool is_table = i == table.segment;
    const std::size_t step = is_table ? table.row_stride : bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      const bool changes =
          is_table ? static_cast<double>(random()) < changed_share * 0x1p32 : i + 2 >= model.desc().segments.size();
      row.assign(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + step));
      if (changes) row[1] ^= std::byte{0x40};
      require(writer->append(row));
    }
  }
  require(writer->finish());
}

struct Versions {
  Versions(const std::string& folder, const bench::Shape& shape)
      : base_path(folder + "/bench-delta-a.clens"),
        whole_path(folder + "/bench-delta-b.clens"),
        delta_path(folder + "/bench-delta.clensd") {
    bench::write_model(shape, base_path.c_str());
    write_revised(*require(exec::Model::open(base_path.c_str(), {})), whole_path.c_str());
  }
  ~Versions() {
    for (const std::string& path : {base_path, whole_path, delta_path}) std::filesystem::remove(path);
  }
  std::string base_path, whole_path, delta_path;
};

// Median of the turns' ratios. Against the base, whose memory the overlay shares: another copy of a table is faster or
// slower by where its pages happen to lie, which the last figure shows.
void bags(const std::string& folder) {
  std::printf("bag time over an overlay of %.0f %% of the rows, against those of its base (dim %u, random ids)\n",
              100 * changed_share, dim);
  for (const std::uint64_t mebibytes : {1u, 16u, 256u}) {
    const bench::Shape shape = shape_of(mebibytes);
    const Versions versions(folder, shape);
    const auto base = require(exec::Model::open(versions.base_path.c_str(), {}));
    const auto whole = require(exec::Model::open(versions.whole_path.c_str(), {}));
    require(format::make_delta(base->file(), whole->file(), versions.delta_path.c_str(), 1.0));
    const auto delta = require(format::Delta::open(versions.delta_path.c_str(), {}));
    const auto applied = require(exec::Model::make(require(delta->apply(base->file(), 0)), {}));
    require(base->file().warm());
    require(whole->file().warm());
    exec::SessionOptions options;
    options.inputs_only = true;
    options.observed = {0};  // the bag
    const auto plain = bench::make_session(whole, shape, options), over = bench::make_session(applied, shape, options);
    const auto untouched = bench::make_session(base, shape, options);
    for (const std::uint32_t ids : {1u, 3u}) {
      bench::Shape sent = shape;
      sent.fields[0].ids = ids;
      const bench::RandomBatch batch(sent, 4096, 1, 3);
      std::vector<float> scores(4096);
      exec::Output output;
      output.values = scores.data();
      output.capacity = scores.size();
      const auto run = [&](exec::Session& session) {
        return bench::seconds_of([&] {
          for (int i = 0; i < 8; ++i) require(session.run(batch.batch(), output));
        });
      };
      std::vector<double> ratios, same;
      for (int turn = 0; turn < 60; ++turn) {
        const double a = run(*plain), b = run(*over), c = run(*untouched);
        ratios.push_back(b / c);
        same.push_back(a / c);
      }
      std::printf("  %4llu MiB, %u ids: x %.2f (p10 %.2f, p90 %.2f); another table without: x %.2f\n",
                  static_cast<unsigned long long>(mebibytes), ids, bench::quantile(ratios, 0.5),
                  bench::quantile(ratios, 0.1), bench::quantile(ratios, 0.9), bench::quantile(same, 0.5));
    }
  }
}

// One request; ids differ from one to the next.
class Request {
 public:
  explicit Request(std::uint32_t rows) : ids_(request_candidates * many), rows_(rows) {
    std::mt19937 random(5);
    for (std::uint32_t& id : ids_) id = static_cast<std::uint32_t>(random() % rows_);
    for (clens_column& column : columns_) {
      column = CLENS_COLUMN_INIT;
      column.values = numbers_;
    }
    columns_[0].input = 0;
    columns_[0].kind = CLENS_COLUMN_ROWS;
    columns_[0].value_type = CLENS_TYPE_U32;
    columns_[0].value_count = request_candidates;
    columns_[1].input = 1;
    columns_[1].kind = CLENS_COLUMN_FLOATS;
    columns_[1].value_type = CLENS_TYPE_F32;
    columns_[1].value_count = 8;
  }
  void run(clens_session* session, std::size_t number, std::vector<float>& scores) {
    columns_[0].values = ids_.data() + number % many * request_candidates;
    clens_batch batch = CLENS_BATCH_INIT;
    const std::int64_t offsets[] = {0, request_candidates};
    batch.candidates = request_candidates;
    batch.requests = 1;
    batch.request_offsets = offsets;
    batch.columns = columns_;
    batch.column_count = 2;
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores.data();
    output.capacity = scores.size();
    check(clens_session_run(session, &batch, &output));
  }

 private:
  static constexpr std::size_t many = 997;
  std::vector<std::uint32_t> ids_;
  std::uint32_t rows_;
  float numbers_[8] = {1, -1, 0.5f, 2, 0, 0.25f, -0.5f, 1};
  clens_column columns_[2];
};

// Times of requests, in microseconds, for as long as `during` takes.
template <class During>
std::vector<double> serve(Slot& slot, std::uint32_t rows, During during) {
  std::atomic<bool> done{false};
  std::vector<double> times;
  std::thread serving([&] {
    Request request(rows);
    std::vector<float> scores(request_candidates);
    for (std::size_t n = 0; !done; ++n) {
      const auto start = Clock::now();
      {
        const Seat seat = slot.enter(0);
        request.run(seat.session(), n, scores);
      }
      times.push_back(1000 * milliseconds_since(start));
    }
  });
  during();
  done = true;
  serving.join();
  return times;
}

void large(const std::string& folder) {
  const char* const size = std::getenv("CLENS_BENCH_DELTA_MIB");
  const bench::Shape shape = shape_of(size != nullptr ? std::strtoull(size, nullptr, 10) : 2047);
  const Versions versions(folder, shape);
  const Model base(versions.base_path), whole(versions.whole_path);
  auto start = Clock::now();
  const clens_delta_info info = Delta::make(base, whole, versions.delta_path);
  std::printf("%.2f GiB of %u rows, %llu changed: a delta of %.1f MiB (%.2f %%), made in %.0f ms\n",
              static_cast<double>(info.result_size) / 0x1p30, shape.rows,
              static_cast<unsigned long long>(info.changed_rows), static_cast<double>(info.file_size) / 0x1p20,
              100.0 * static_cast<double>(info.file_size) / static_cast<double>(info.result_size),
              milliseconds_since(start));
  check(clens_model_warm(base.get()));
  check(clens_model_warm(whole.get()));
  const Inputs inputs({{"f0", CLENS_COLUMN_ROWS}, {"f1", CLENS_COLUMN_FLOATS}});

  std::vector<double> applying;
  for (int i = 0; i < 5; ++i) {
    start = Clock::now();
    const Delta delta(versions.delta_path);
    const Model applied = delta.apply(base);
    applying.push_back(milliseconds_since(start));
    if (i > 0) continue;
    const Session a(applied, inputs), b(whole, inputs);
    Request request(shape.rows);
    std::vector<float> found(request_candidates), wanted(request_candidates);
    std::size_t equal = 0;
    for (std::size_t n = 0; n < 997; ++n) {
      request.run(a.get(), n, found);
      request.run(b.get(), n, wanted);
      equal += std::memcmp(found.data(), wanted.data(), found.size() * sizeof(float)) == 0 ? 1 : 0;
    }
    std::printf("requests with the bits of the whole model: %zu of 997\n", equal);
  }
  std::printf("opened and applied in %.1f ms (median of 5)\n", bench::quantile(applying, 0.5));

  Slot slot(inputs, 1);
  slot.publish(base);
  const auto tell = [](const char* what, std::vector<double> times) {
    std::printf("%s: %zu requests of %zu candidates, p50 %.1f us, p99 %.1f us, p99.9 %.1f us\n", what, times.size(),
                request_candidates, bench::quantile(times, 0.5), bench::quantile(times, 0.99),
                bench::quantile(times, 0.999));
  };
  const auto pause = [](int seconds) { std::this_thread::sleep_for(std::chrono::seconds(seconds)); };
  tell("nothing published", serve(slot, shape.rows, [&] { pause(8); }));
  std::vector<double> publishing;
  const auto swap = [&](std::uint32_t flags) {
    const auto until = Clock::now() + std::chrono::seconds(8);
    publishing.clear();
    while (Clock::now() < until) {
      const auto begin = Clock::now();
      const Delta delta(versions.delta_path);
      slot.publish(delta.apply(base), nullptr, flags);
      publishing.push_back(milliseconds_since(begin));
    }
  };
  tell("applied and published without end, unverified",
       serve(slot, shape.rows, [&] { swap(CLENS_PUBLISH_SKIP_VERIFY); }));
  std::printf("  %zu times, %.1f ms each (median)\n", publishing.size(), bench::quantile(publishing, 0.5));
  tell("applied and published without end, verified", serve(slot, shape.rows, [&] { swap(0); }));
  std::printf("  %zu times, %.1f ms each (median)\n", publishing.size(), bench::quantile(publishing, 0.5));
  tell("nothing published, over the delta", serve(slot, shape.rows, [&] { pause(8); }));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : std::filesystem::temp_directory_path().string();
  try {
    bags(folder);
    large(folder);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
