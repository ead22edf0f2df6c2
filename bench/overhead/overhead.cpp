// overhead MODEL ROWS SECONDS by clicklens.hpp, as README.md has it.
#include <algorithm>
#include <chrono>
#include <clicklens/clicklens.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

// The columns of one feature, which the batch views.
struct Column {
  std::vector<std::int64_t> ids;
  std::vector<float> numbers;
};

Column column_of(std::uint64_t number, const clens_feature_info& feature, std::uint64_t rows) {
  Column made;
  const std::uint64_t entries = feature.scope == CLENS_SCOPE_REQUEST ? 1 : rows;
  for (std::uint64_t e = 0; e < entries; ++e) {
    if (feature.dense == 0) made.ids.push_back(static_cast<std::int64_t>((e * 7919 + number * 104729) % feature.rows));
    for (std::uint64_t j = 0; feature.dense != 0 && j < feature.width; ++j)
      made.numbers.push_back(static_cast<float>((e * 31 + number * 17 + j) % 64) / 64.0f);
  }
  return made;
}

template <class Request>
double measured(double seconds, const Request& request) {
  std::size_t warm = 0;
  const auto start = Clock::now();
  while (since(start) < seconds * 1e8 || warm == 0) {
    request();
    ++warm;
  }
  const auto k = std::max<std::size_t>(1, static_cast<std::size_t>(2e5 / (since(start) / static_cast<double>(warm))));
  std::vector<double> blocks;
  const auto begin = Clock::now();
  do {
    const auto block = Clock::now();
    for (std::size_t i = 0; i < k; ++i) request();
    blocks.push_back(since(block) / static_cast<double>(k));
  } while (since(begin) < seconds * 1e9);
  std::nth_element(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(blocks.size() / 2), blocks.end());
  return blocks[blocks.size() / 2];
}

int run(const char* path, std::size_t rows, double seconds) {
  const clicklens::Model model(path);
  const clens_model_info info = model.describe();
  std::vector<Column> columns;
  for (std::size_t i = 0; i < info.features; ++i) columns.push_back(column_of(i, model.feature(i), rows));
  clicklens::Batch batch(rows);
  batch.one_request();
  for (std::uint32_t i = 0; i < columns.size(); ++i) {
    if (model.feature(i).dense != 0)
      batch.floats(i, columns[i].numbers);
    else
      batch.keys(i, columns[i].ids);
  }
  clicklens::Session session(model, clicklens::Inputs::of(model));
  std::vector<float> scores(rows * info.outputs);
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores.data();
  output.capacity = scores.size();
  const double ns = measured(seconds, [&] { session.run(batch, output); });
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto* bytes = reinterpret_cast<const unsigned char*>(scores.data());
  for (std::size_t i = 0; i < scores.size() * sizeof(float); ++i) hash = (hash ^ bytes[i]) * 0x100000001b3u;
  std::printf("%.1f %016llx\n", ns, static_cast<unsigned long long>(hash));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw std::invalid_argument("usage: overhead MODEL ROWS SECONDS");
    return run(argv[1], std::stoul(argv[2]), std::stod(argv[3]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "overhead: %s\n", error.what());
    return 1;
  }
}
