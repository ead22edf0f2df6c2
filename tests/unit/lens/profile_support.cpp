#include "profile_support.h"

#include <limits>

namespace clicklens::testing {

TrafficModel::TrafficModel() {
  user_ = maker_.sparse("user", format::Scope::request, 50);
  maker_.desc.encoders.back().encoder =
      format::HashEncoder{format::HashAlgorithm::xxh3, format::KeyType::u64, 7, 50, 0, ""};
  ad_ = maker_.sparse("ad", format::Scope::candidate, 40);
  maker_.desc.features.back().max_length = 3;
  tags_ = maker_.sparse("tags", format::Scope::pair, 30, format::Pooling::mean, true);
  maker_.desc.encoders.back().encoder =
      format::HashEncoder{format::HashAlgorithm::xxh3, format::KeyType::string, 7, 30, 0, ""};
  age_ = maker_.dense("age", format::Scope::request, 2);
  for (format::FeatureDesc& feature : maker_.desc.features) feature.required = false;
  const std::uint32_t x = maker_.node(
      format::ConcatOp{}, {maker_.bag(user_, maker_.table(50, 6)), maker_.bag(ad_, maker_.table(40, 5)),
                           maker_.bag(tags_, maker_.table(30, 4)), maker_.node(format::DenseInputOp{age_}, {})});
  first_ = maker_.activation(format::ActivationKind::relu, maker_.linear(x, 17, 21));
  second_ = maker_.activation(format::ActivationKind::sigmoid, maker_.linear(first_, 21, 9));
  maker_.output("ctr", maker_.linear(second_, 9, 1));
  maker_.output("cvr", maker_.linear(first_, 21, 1));
  maker_.desc.layers = {{"first", first_}, {"second", second_}};
  model_ = maker_.open();
}

exec::Inputs TrafficModel::inputs() const {
  auto made = exec::Inputs::make({{"user", encode::ColumnKind::keys},
                                  {"ad", encode::ColumnKind::rows},
                                  {"tags", encode::ColumnKind::strings},
                                  {"age", encode::ColumnKind::floats}});
  EXPECT_TRUE(made.ok()) << made.status().message();
  return std::move(*made);
}

std::unique_ptr<exec::Session> TrafficModel::session(const lens::ProfileOptions& options, std::size_t tile_rows,
                                                     std::size_t strands) const {
  exec::SessionOptions made;
  made.tile_rows = tile_rows;
  made.strands = strands;
  made.observed = lens::Profile::wanted_values(*model_, options);
  made.gradients = options.has(format::profile_saliency);
  auto session = exec::Session::create(model_, inputs(), made);
  EXPECT_TRUE(session.ok()) << session.status().message();
  return session.ok() ? std::move(*session) : nullptr;
}

std::unique_ptr<lens::Profile> TrafficModel::profile(const lens::ProfileOptions& options) const {
  auto made = lens::Profile::create(model_, options);
  EXPECT_TRUE(made.ok()) << made.status().message();
  return made.ok() ? std::move(*made) : nullptr;
}

lens::ProfileOptions TrafficModel::everything() const {
  lens::ProfileOptions options;
  options.sections = format::profile_sections;
  options.count_every = 2;
  options.sample_rows = 50;
  for (std::size_t i = 0; i < model_->input_width(); ++i) options.means.push_back(0.01f * static_cast<float>(i));
  return options;
}

Traffic::Traffic(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  for (std::size_t r = 0; r < count; ++r) {
    Request& request = requests.emplace_back();
    request.key = random();
    request.has_user = random() % 7 != 0;
    request.user = random() % 300 + (std::uint64_t{1} << 40);
    for (float& x : request.age) x = random() % 11 == 0 ? std::numeric_limits<float>::quiet_NaN() : normal(random);
    for (std::size_t c = 1 + random() % 6; c > 0; --c) {
      auto& ads = request.ads.emplace_back();
      for (std::size_t k = random() % 6; k > 0; --k) ads.push_back(static_cast<std::uint32_t>(random() % 44));
      auto& tags = request.tags.emplace_back();
      for (std::size_t k = random() % 4; k > 0; --k)
        tags.emplace_back(random() % 9 == 0 ? "\xFF\xFE" : "tag" + std::to_string(random() % 100),
                          random() % 13 == 0 ? std::numeric_limits<float>::infinity() : 0.5f);
      request.labels.push_back(static_cast<std::uint8_t>(random() % 5 == 0));
    }
  }
}

TrafficBatch::TrafficBatch(const Traffic& traffic, std::size_t begin, std::size_t end) {
  for (std::size_t r = begin; r < end; ++r) {
    const Traffic::Request& request = traffic.requests[r];
    keys_.push_back(request.key);
    users_.push_back(request.user);
    if ((r - begin) % 8 == 0) user_set_.push_back(0);
    if (request.has_user) user_set_.back() = static_cast<std::uint8_t>(user_set_.back() | 1u << ((r - begin) % 8));
    ages_.insert(ages_.end(), request.age, request.age + 2);
    for (std::size_t c = 0; c < request.ads.size(); ++c) {
      ads_.insert(ads_.end(), request.ads[c].begin(), request.ads[c].end());
      ad_offsets_.push_back(static_cast<std::int32_t>(ads_.size()));
      for (const auto& [tag, weight] : request.tags[c]) {
        text_ += tag;
        text_offsets_.push_back(static_cast<std::int32_t>(text_.size()));
        weights_.push_back(weight);
      }
      tag_offsets_.push_back(static_cast<std::int32_t>(weights_.size()));
      labels_.push_back(request.labels[c]);
    }
    offsets_.push_back(static_cast<std::int64_t>(labels_.size()));
  }
  make_columns();
}

exec::Batch TrafficBatch::batch() const {
  exec::Batch batch;
  batch.candidates = labels_.size();
  batch.requests = keys_.size();
  batch.request_offsets = offsets_.data();
  batch.columns = columns_;
  return batch;
}

lens::NeuronRows TrafficBatch::rows(bool labelled) const {
  lens::NeuronRows rows;
  rows.request_keys = keys_.data();
  if (labelled) rows.labels = labels_.data();
  return rows;
}

void TrafficBatch::make_columns() {
  encode::Column user{0, encode::ColumnKind::keys, encode::ValueType::u64};
  user.values = users_.data();
  user.value_count = users_.size();
  user.validity = user_set_.data();
  encode::Column ad{1, encode::ColumnKind::rows, encode::ValueType::u32, 32};
  ad.values = ads_.data();
  ad.value_count = ads_.size();
  ad.row_offsets = ad_offsets_.data();
  encode::Column tags{2, encode::ColumnKind::strings, encode::ValueType::bytes, 32};
  tags.values = text_.data();
  tags.value_count = text_.size();
  tags.value_offsets = text_offsets_.data();
  tags.string_count = weights_.size();
  tags.row_offsets = tag_offsets_.data();
  tags.weights = weights_.data();
  encode::Column age{3, encode::ColumnKind::floats, encode::ValueType::f32};
  age.values = ages_.data();
  age.value_count = ages_.size();
  columns_ = {user, ad, tags, age};
}

std::vector<std::byte> saved(const lens::Profile& profile) {
  auto bytes = profile.save();
  EXPECT_TRUE(bytes.ok()) << bytes.status().message();
  return bytes.ok() ? *bytes : std::vector<std::byte>();
}

void add(lens::Profile& profile, exec::Session& session, const Traffic& traffic, std::size_t begin, std::size_t end,
         std::size_t step, bool labelled) {
  for (std::size_t at = begin; at < end; at += step) {
    const TrafficBatch batch(traffic, at, std::min(at + step, end));
    const base::Status status = profile.add(session, batch.batch(), batch.rows(labelled));
    ASSERT_TRUE(status.ok()) << status.message();
  }
}

}  // namespace clicklens::testing
