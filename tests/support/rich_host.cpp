#include "support/rich_host.h"

namespace clicklens::testing {

namespace {

// The same data for every host: entry i has i % 4 tags, so that lists are empty, short and long.
std::size_t tag_count(std::size_t entry) {
  return entry % 4;
}

bool is_null(std::size_t entry) {
  return entry % 5 == 4;
}

void set_bit(std::vector<std::uint8_t>& bitmap, std::size_t index, bool value) {
  if (bitmap.size() <= index / 8) bitmap.push_back(0);
  if (value) bitmap[index / 8] = static_cast<std::uint8_t>(bitmap[index / 8] | (1u << (index % 8)));
}

std::vector<std::int32_t> narrow(const std::vector<std::int64_t>& offsets) {
  return {offsets.begin(), offsets.end()};
}

// Of a recurrent unit over the feature's ids, of which no entry has more than three.
std::uint32_t last_state(ModelMaker& maker, std::uint32_t feature, std::uint32_t rows) {
  constexpr std::uint32_t length = 3, dim = 4, size = 3;
  maker.desc.features[feature].max_length = length;
  const std::uint32_t ids = maker.node(format::SequenceOp{feature, maker.table(rows, dim), format::Align::last}, {});
  const std::uint32_t mask = maker.node(format::SequenceMaskOp{feature, format::Align::last}, {});
  const std::uint32_t input = maker.constant({3 * size, dim}, maker.draw(std::size_t{3} * size * dim));
  const std::uint32_t hidden = maker.constant({3 * size, size}, maker.draw(std::size_t{3} * size * size));
  const std::uint32_t states = maker.node(format::GruOp{input, hidden}, {ids, mask});
  return maker.node(format::SelectOp{{6, 7, 8}}, {states});
}

}  // namespace

RichHost::RichHost(std::uint32_t offset_bits, std::size_t begin, std::size_t count) : offset_bits_(offset_bits) {
  make_model();
  make_data(begin, count);
  describe();
}

void RichHost::make_model() {
  using format::Scope;
  ModelMaker maker(3);
  const auto hashed = [&](const char* name, format::KeyType type, bool weighted) {
    const std::uint32_t feature = maker.sparse(name, Scope::candidate, 64, format::Pooling::sum, weighted);
    format::HashEncoder encoder;
    encoder.key_type = type;
    encoder.modulus = 64;
    maker.desc.encoders.back().encoder = encoder;
    return maker.bag(feature, maker.table(64, 4));
  };
  const std::uint32_t tags = hashed("tags", format::KeyType::u64, true);
  const std::uint32_t words = hashed("words", format::KeyType::string, false);
  const std::uint32_t title = hashed("title", format::KeyType::string, false);
  const std::uint32_t price = maker.node(format::DenseInputOp{maker.dense("price", Scope::candidate, 2)}, {});
  const std::uint32_t all = maker.node(format::ConcatOp{}, {tags, words, title, price, last_state(maker, 0, 64)});
  maker.output("click", maker.linear(all, 17, 1));
  const TemporaryPath path("rich.clens");
  const base::Status written = maker.write(path.str());
  ASSERT_TRUE(written.ok()) << written.message();

  clens_model* model = nullptr;
  ASSERT_EQ(clens_model_open(path.c_str(), nullptr, &model), CLENS_OK) << last_error();
  const HandleOf<clens_model> model_owner(model);
  const clens_input_spec specs[columns] = {{sizeof(clens_input_spec), "tags", CLENS_COLUMN_KEYS},
                                           {sizeof(clens_input_spec), "words", CLENS_COLUMN_STRINGS},
                                           {sizeof(clens_input_spec), "title", CLENS_COLUMN_STRINGS},
                                           {sizeof(clens_input_spec), "price", CLENS_COLUMN_FLOATS}};
  clens_inputs* inputs = nullptr;
  ASSERT_EQ(clens_inputs_create(specs, columns, &inputs), CLENS_OK) << last_error();
  const HandleOf<clens_inputs> inputs_owner(inputs);
  clens_session* session = nullptr;
  ASSERT_EQ(clens_session_create(model, inputs, nullptr, &session), CLENS_OK) << last_error();
  session_.reset(session);
}

void RichHost::make_data(std::size_t begin, std::size_t count) {
  Column& tags = data_[0];
  Column& words = data_[1];
  Column& title = data_[2];
  Column& price = data_[3];
  for (std::size_t i = begin; i < begin + count; ++i) {
    for (std::size_t k = 0; k < tag_count(i); ++k) {
      const std::size_t id = 10 * i + k;
      set_bit(tags.value_validity, tags.keys.size(), id % 3 != 0);
      tags.keys.push_back(static_cast<std::int64_t>(id));
      tags.floats.push_back(0.25f * static_cast<float>(id % 7));
      words.text += std::string(id % 4, 'a') + std::to_string(id);
      words.strings.push_back(static_cast<std::int64_t>(words.text.size()));
    }
    tags.rows.push_back(static_cast<std::int64_t>(tags.keys.size()));
    words.rows.push_back(static_cast<std::int64_t>(words.strings.size() - 1));
    title.text += "title " + std::to_string(i * i);
    title.strings.push_back(static_cast<std::int64_t>(title.text.size()));
    for (std::size_t d = 0; d < 2; ++d) {
      set_bit(price.value_validity, price.floats.size(), (2 * i + d) % 3 != 1);
      price.floats.push_back(static_cast<float>(i) - 3.5f * static_cast<float>(d));
    }
    for (Column& column : data_) set_bit(column.validity, i - begin, !is_null(i));
  }
}

void RichHost::describe() {
  for (std::size_t i = 0; i < columns; ++i) {
    Column& data = data_[i];
    data.narrow_rows = narrow(data.rows);
    data.narrow_strings = narrow(data.strings);
    const bool wide = offset_bits_ == 64;
    clens_column column = CLENS_COLUMN_INIT;
    column.input = static_cast<std::uint32_t>(i);
    column.kind = i == 0 ? CLENS_COLUMN_KEYS : i == 3 ? CLENS_COLUMN_FLOATS : CLENS_COLUMN_STRINGS;
    column.value_type = i == 0 ? CLENS_TYPE_I64 : i == 3 ? CLENS_TYPE_F32 : CLENS_TYPE_BYTES;
    column.offset_bits = i == 3 ? 0 : offset_bits_;
    column.values = i == 0   ? static_cast<const void*>(data.keys.data())
                    : i == 3 ? static_cast<const void*>(data.floats.data())
                             : data.text.data();
    column.value_count = i == 0 ? data.keys.size() : i == 3 ? data.floats.size() : data.text.size();
    if (i == 1 || i == 2) {
      column.value_offsets =
          wide ? static_cast<const void*>(data.strings.data()) : static_cast<const void*>(data.narrow_strings.data());
      column.string_count = data.strings.size() - 1;
    }
    if (i < 2)
      column.row_offsets =
          wide ? static_cast<const void*>(data.rows.data()) : static_cast<const void*>(data.narrow_rows.data());
    if (i == 0) column.weights = data.floats.data();
    column.validity = data.validity.data();
    if (i == 0 || i == 3) column.value_validity = data.value_validity.data();
    columns_[i] = column;
  }
}

clens_batch RichHost::batch(std::size_t first, std::size_t count) {
  request_offsets_[1] = static_cast<std::int64_t>(count);
  for (clens_column& column : columns_) column.first = first;
  clens_batch batch = CLENS_BATCH_INIT;
  batch.candidates = count;
  batch.requests = 1;
  batch.request_offsets = request_offsets_;
  batch.columns = columns_;
  batch.column_count = columns;
  return batch;
}

std::vector<float> RichHost::run(std::size_t first, std::size_t count) {
  std::vector<float> scores(count + 1);
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = CLENS_OUTPUT_LOGIT;
  output.values = scores.data();
  output.capacity = count;
  const clens_batch all = batch(first, count);
  EXPECT_EQ(clens_session_run(session(), &all, &output), CLENS_OK) << last_error();
  scores.pop_back();
  return scores;
}

}  // namespace clicklens::testing
