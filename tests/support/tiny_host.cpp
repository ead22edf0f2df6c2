#include "support/tiny_host.h"

#include <algorithm>
#include <bit>

namespace clicklens::testing {

std::string last_error() {
  std::string text(clens_last_error(nullptr, 0) + 1, '\0');
  clens_last_error(text.data(), text.size());
  text.pop_back();
  return text;
}

std::string session_error(const clens_session* session) {
  std::string text(clens_session_error(session, nullptr, 0) + 1, '\0');
  clens_session_error(session, text.data(), text.size());
  text.pop_back();
  return text;
}

TinyHost::TinyHost(const std::vector<std::size_t>& requests) : path_("tiny.clens"), data_(tiny_model()) {
  const base::Status written = write_model(data_, path_.c_str());
  EXPECT_TRUE(written.ok()) << written.message();
  clens_model* model = nullptr;
  EXPECT_EQ(clens_model_open(path_.c_str(), nullptr, &model), CLENS_OK) << last_error();
  model_.reset(model);
  const char* names[] = {"ad", "colour", "match", "user"};
  const clens_column_kind kinds[] = {CLENS_COLUMN_KEYS, CLENS_COLUMN_STRINGS, CLENS_COLUMN_FLOATS, CLENS_COLUMN_KEYS};
  std::vector<clens_input_spec> specs(4, CLENS_INPUT_SPEC_INIT);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    specs[i].name = names[i];
    specs[i].kind = static_cast<std::uint32_t>(kinds[i]);
  }
  clens_inputs* inputs = nullptr;
  EXPECT_EQ(clens_inputs_create(specs.data(), specs.size(), &inputs), CLENS_OK) << last_error();
  inputs_.reset(inputs);
  fill(requests);
}

HandleOf<clens_session> TinyHost::session(const clens_session_options* options) const {
  clens_session* session = nullptr;
  EXPECT_EQ(clens_session_create(model(), inputs(), options, &session), CLENS_OK) << last_error();
  return HandleOf<clens_session>(session);
}

HandleOf<clens_session> TinyHost::seeing_session(std::uint32_t strands) const {
  static const std::size_t captures[] = {tiny::hidden_relu, tiny::user_bag};
  clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
  options.gradients = 1;
  options.captures = captures;
  options.capture_count = 2;
  options.strands = strands;
  options.tile_rows = 16;
  return session(&options);
}

clens_column& TinyHost::column(Input input) {
  return *std::find_if(columns_.begin(), columns_.end(), [&](const auto& column) { return column.input == input; });
}

void TinyHost::drop(Input input) {
  columns_.erase(std::find_if(columns_.begin(), columns_.end(), [&](const auto& c) { return c.input == input; }));
}

clens_batch TinyHost::batch() const {
  clens_batch batch = CLENS_BATCH_INIT;
  batch.candidates = ads.size();
  batch.requests = users.size();
  batch.request_offsets = offsets.data();
  batch.columns = columns_.data();
  batch.column_count = columns_.size();
  return batch;
}

std::vector<float> TinyHost::run(clens_session* session, clens_output_kind kind) const {
  std::vector<float> scores(candidates() + 1);
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = static_cast<std::uint32_t>(kind);
  output.values = scores.data();
  output.capacity = candidates();
  const clens_batch all = batch();
  EXPECT_EQ(clens_session_run(session, &all, &output), CLENS_OK) << last_error();
  scores.pop_back();
  return scores;
}

std::size_t TinyHost::request_of(std::size_t candidate) const {
  std::size_t request = 0;
  while (static_cast<std::size_t>(offsets[request + 1]) <= candidate) ++request;
  return request;
}

std::vector<double> TinyHost::pooled(std::size_t candidate) const {
  std::vector<double> x;
  const auto add_row = [&](std::uint32_t table, std::uint64_t row) {
    const auto floats = data_.floats(data_.desc.tables[table].segment);
    for (std::size_t d = 0; d < tiny::dim; ++d) x.push_back(double{floats[row * tiny::dim + d]});
  };
  add_row(0, users[request_of(candidate)]);
  add_row(1, ads[candidate]);
  x.push_back((double{matches[2 * candidate]} - 0.5) * 2);
  x.push_back(double{matches[2 * candidate + 1]});
  return x;
}

std::vector<double> TinyHost::hidden(std::size_t candidate) const {
  const std::vector<double> x = pooled(candidate);
  std::vector<double> h;
  for (std::size_t j = 0; j < tiny::hidden; ++j) {
    double sum = double{constant(1)[j]};
    for (std::size_t k = 0; k < x.size(); ++k) sum += double{constant(0)[j * x.size() + k]} * x[k];
    h.push_back(std::max(sum, 0.0));
  }
  return h;
}

double TinyHost::logit(std::size_t candidate) const {
  const std::vector<double> h = hidden(candidate);
  double sum = double{constant(3)[0]};
  for (std::size_t j = 0; j < h.size(); ++j) sum += double{constant(2)[j]} * h[j];
  return sum;
}

std::span<const float> TinyHost::constant(std::size_t index) const {
  return data_.floats(data_.desc.constants[index].segment);
}

void TinyHost::fill(const std::vector<std::size_t>& requests) {
  Random random(7);
  offsets = {0};
  for (const std::size_t size : requests) {
    offsets.push_back(offsets.back() + static_cast<std::int64_t>(size));
    users.push_back(random.below(tiny::user_rows));
  }
  for (std::int64_t c = 0; c < offsets.back(); ++c) {
    ads.push_back(static_cast<std::uint32_t>(random.below(tiny::ad_rows)));
    for (std::uint32_t d = 0; d < tiny::dense_width; ++d) matches.push_back(random.uniform());
  }
  add_column(user, CLENS_COLUMN_KEYS, CLENS_TYPE_U64, users.data(), users.size());
  add_column(match, CLENS_COLUMN_FLOATS, CLENS_TYPE_F32, matches.data(), matches.size());
  add_column(ad, CLENS_COLUMN_KEYS, CLENS_TYPE_U32, ads.data(), ads.size());
}

void TinyHost::add_column(Input input, clens_column_kind kind, clens_value_type type, const void* values,
                          std::size_t count) {
  clens_column column = CLENS_COLUMN_INIT;
  column.input = input;
  column.kind = static_cast<std::uint32_t>(kind);
  column.value_type = static_cast<std::uint32_t>(type);
  column.values = values;
  column.value_count = count;
  columns_.push_back(column);
}

std::vector<std::uint32_t> bits(const std::vector<float>& floats) {
  std::vector<std::uint32_t> words;
  for (const float x : floats) words.push_back(std::bit_cast<std::uint32_t>(x));
  return words;
}

}  // namespace clicklens::testing
