#include "commands/one_row.h"

#include "error.h"

namespace clicklens::cli {

std::pair<std::string, std::uint64_t> use_row(
    const Model& model, const std::vector<std::string>& files, ReadOptions read, std::uint64_t row,
    const std::function<void(const BlockReader&, const Block&, std::size_t)>& use) {
  read.keep_text = true;
  read.block_rows = 1;  // of its request alone
  std::uint64_t rows = 0;
  for (const std::string& path : files) {
    BlockReader reader(path, model.features(), read);
    const std::uint64_t before = rows;
    while (const Block* block = reader.next()) {
      rows = before + block->first_row + block->rows;
      if (rows < row) continue;
      use(reader, *block, static_cast<std::size_t>(row - before - block->first_row) - 1);
      return {path, row - before};
    }
  }
  throw Error(join({files.back(), ": no row ", std::to_string(row), ", the data have ", std::to_string(rows)}));
}

void add_features(const Model& model, const BlockReader& reader, std::size_t row,
                  std::vector<ExplainReport::Feature>& features) {
  for (std::size_t f = 0; f < model.features().size(); ++f) {
    const FeatureSpec& feature = model.features()[f];
    const ColumnData* data = reader.data(f);
    auto texts = data == nullptr ? std::vector<std::string>() : data->texts(reader.entry(f, row));
    features.push_back({feature.name, feature.group, 0, std::move(texts), {}});
  }
}

void add_ids(const Model& model, const std::vector<double>& values, std::vector<ExplainReport::Feature>& features) {
  std::size_t at = 0;
  for (std::size_t f = 0; f < features.size(); ++f) {
    if (model.features()[f].kind == CLENS_COLUMN_FLOATS) continue;
    for (const std::string& text : features[f].texts) features[f].ids.push_back({text, values.at(at++)});
  }
}

}  // namespace clicklens::cli
