// Versions of a model that share their tables, requests, and what each version must answer to each of them.
#pragma once

#include <clicklens/clicklens.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/models/shape.h"

namespace clicklens::bench {

// Files in a folder of their own, removed at the end.
class Versions {
 public:
  Versions(const Shape& shape, std::size_t count);
  Versions(const Versions&) = delete;
  Versions& operator=(const Versions&) = delete;
  ~Versions();

  [[nodiscard]] std::size_t count() const { return paths_.size(); }
  [[nodiscard]] const std::string& path(std::size_t version) const { return paths_[version]; }
  // The file's over a model that is open: tables are taken from it.
  [[nodiscard]] Model open(std::size_t version, const Model* base) const;

 private:
  std::string folder_;
  std::vector<std::string> paths_;
};

// One user each, with candidates.
class Requests {
 public:
  Requests(const Shape& shape, const Versions& versions, std::size_t requests, std::size_t candidates);

  [[nodiscard]] std::size_t count() const { return batches_.size(); }
  [[nodiscard]] std::size_t candidates() const { return candidates_; }
  [[nodiscard]] const Inputs& inputs() const { return inputs_; }
  [[nodiscard]] const Batch& batch(std::size_t request) const { return batches_[request]; }
  // To the bit what that version gives: all of a request's scores, no other version's.
  [[nodiscard]] bool are_of(std::size_t version, std::size_t request, const std::vector<float>& scores) const;

 private:
  void expect(const Versions& versions);

  Inputs inputs_;
  std::size_t candidates_;
  std::vector<std::vector<std::uint32_t>> ids_;
  std::vector<std::vector<float>> numbers_;
  std::vector<std::vector<std::int64_t>> offsets_;
  std::vector<Batch> batches_;
  std::vector<std::vector<std::vector<float>>> expected_;  // by version, by request
};

}  // namespace clicklens::bench
