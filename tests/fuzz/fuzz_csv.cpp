// Any bytes as a file of clicks: plain or gzip, with every option of the command line's reader. An Error that names the
// file, or blocks that a session runs; as many rows and clicks whatever the size of blocks.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "data/block_reader.h"
#include "engine/engine.h"
#include "error.h"
#include "support/files.h"

namespace {

using namespace clicklens::cli;

struct Host {
  clicklens::testing::TemporaryPath plain{"day.csv"}, tabs{"day.tsv"}, packed{"day.csv.gz"}, unknown{"day"};
  Model model{std::string(CLENS_SOURCE_DIR "/tests/conformance/models/mixed.clens")};
  Session session{model, {}};
};

struct Read {
  bool failed = false;
  std::uint64_t rows = 0, clicks = 0;
};

void require(bool holds) {
  if (!holds) std::abort();
}

void check_block(const Block& block, const Host& host, std::vector<float>& scores) {
  require(block.rows > 0 && !block.request_offsets.empty() && block.request_offsets.front() == 0);
  require(static_cast<std::size_t>(block.request_offsets.back()) == block.rows);
  require(block.labels.empty() || block.labels.size() == block.rows);
  require(block.texts.empty() || block.texts.size() == block.rows);
  scores.assign(block.rows * host.session.tasks(), 0.0f);
  clens_output output = CLENS_OUTPUT_INIT;
  output.values = scores.data();
  output.capacity = scores.size();
  const clens_batch batch = block.batch();
  require(clens_session_run(host.session.get(), &batch, &output) == CLENS_OK);
}

Read read(const std::string& path, const ReadOptions& options, const Host& host) {
  Read read;
  std::vector<float> scores;
  try {
    BlockReader reader(path, host.model.features(), options, host.model.get());
    while (const Block* block = reader.next()) {
      require(block->first_row == read.rows || !options.only_column.empty());
      check_block(*block, host, scores);
      read.rows += block->rows;
      for (const std::uint8_t label : block->labels) read.clicks += label;
    }
  } catch (const Error& error) {
    require(std::string_view(error.what()).find(path) != std::string_view::npos);
    read.failed = true;
  }
  return read;
}

ReadOptions options_of(std::uint8_t choice) {
  ReadOptions options;
  options.labels = (choice & 1) != 0;
  options.optional_labels = (choice & 2) != 0;
  options.single_rows = (choice & 4) != 0;
  options.keep_text = (choice & 8) != 0;
  if ((choice & 16) != 0) options.group_column = options.cluster_column = "user";
  if ((choice & 32) != 0) options.text_column = options.control_column = "position";
  if ((choice & 64) != 0) {
    options.only_column = "ad";
    options.only_value = "1";
  }
  if ((choice & 128) != 0) options.request_column = "user";
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Host host;
  if (size < 2) return 0;
  const std::string paths[] = {host.plain.str(), host.tabs.str(), host.packed.str(), host.unknown.str()};
  const std::string& path = paths[data[0] % 4];
  std::FILE* out = std::fopen(path.c_str(), "wb");
  if (out == nullptr || std::fwrite(data + 2, 1, size - 2, out) != size - 2) std::abort();
  std::fclose(out);
  ReadOptions options = options_of(data[1]);
  const Read whole = read(path, options, host);
  options.block_rows = 1 + data[0] / 4 % 8;
  const Read cut = read(path, options, host);
  require(whole.failed == cut.failed && (whole.failed || (whole.rows == cut.rows && whole.clicks == cut.clicks)));
  return 0;
}
