// A model with features of every kind, and traffic for it that a test can split at will.
#pragma once

#include <string>

#include "lens/profile.h"
#include "support/random_batch.h"

namespace clicklens::testing {

// user (request, hashed keys), ad (candidate, rows), tags (pair, weighted strings), age (dense), two layers, two tasks.
class TrafficModel {
 public:
  TrafficModel();

  [[nodiscard]] std::shared_ptr<const exec::Model> model() const { return model_; }
  [[nodiscard]] exec::Inputs inputs() const;
  [[nodiscard]] std::unique_ptr<exec::Session> session(const lens::ProfileOptions& options, std::size_t tile_rows = 0,
                                                       std::size_t strands = 1) const;
  [[nodiscard]] std::unique_ptr<lens::Profile> profile(const lens::ProfileOptions& options) const;
  // All sections.
  [[nodiscard]] lens::ProfileOptions everything() const;

 private:
  ModelMaker maker_;
  std::uint32_t user_ = 0, ad_ = 0, tags_ = 0, age_ = 0, first_ = 0, second_ = 0;
  std::shared_ptr<exec::Model> model_;
};

// Requests of 1 to 6 candidates; everything a feature can bring: nulls, unknown ids, long bags, NaN, bad UTF-8.
struct Traffic {
  struct Request {
    std::uint64_t key;
    bool has_user;
    std::uint64_t user;
    float age[2];
    std::vector<std::vector<std::uint32_t>> ads;                   // by candidate
    std::vector<std::vector<std::pair<std::string, float>>> tags;  // by candidate
    std::vector<std::uint8_t> labels;
  };
  std::vector<Request> requests;

  Traffic(std::size_t count, std::uint32_t seed);
};

// Requests [begin, end) as a batch.
class TrafficBatch {
 public:
  TrafficBatch(const Traffic& traffic, std::size_t begin, std::size_t end);
  TrafficBatch(const TrafficBatch&) = delete;
  TrafficBatch& operator=(const TrafficBatch&) = delete;

  [[nodiscard]] exec::Batch batch() const;
  [[nodiscard]] lens::NeuronRows rows(bool labelled) const;
  [[nodiscard]] std::size_t size() const { return labels_.size(); }

 private:
  void make_columns();

  std::vector<std::uint64_t> keys_, users_;
  std::vector<std::uint8_t> user_set_, labels_;
  std::vector<float> ages_, weights_;
  std::vector<std::uint32_t> ads_;
  std::vector<std::int32_t> ad_offsets_ = {0}, tag_offsets_ = {0}, text_offsets_ = {0};
  std::string text_;
  std::vector<std::int64_t> offsets_ = {0};
  std::vector<encode::Column> columns_;
};

std::vector<std::byte> saved(const lens::Profile& profile);

// Requests [begin, end) in batches of `step`.
void add(lens::Profile& profile, exec::Session& session, const Traffic& traffic, std::size_t begin, std::size_t end,
         std::size_t step, bool labelled = true);

}  // namespace clicklens::testing
