// Models of random weights made from shapes, opened from a file that is gone when they are; and batches for them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/models/shape.h"
#include "exec/inputs.h"
#include "exec/model.h"
#include "exec/session.h"

namespace clicklens::bench {

[[noreturn]] void fail(const base::Status& status);
inline void require(const base::Status& status) {
  if (!status.ok()) fail(status);
}
template <class T>
T require(base::Result<T> result) {
  if (!result.ok()) fail(result.status());
  return std::move(*result);
}

// A shape of bench/models/, by the name of its file.
Shape load_shape(const std::string& name);

// Features f0, f1, ... in the order of the shape's lines; random weights, always the same. Versions differ in their
// towers; tables are the same.
void write_model(const Shape& shape, const char* path, std::uint32_t version = 0);
std::shared_ptr<const exec::Model> make_model(const Shape& shape);
exec::Inputs make_inputs(const Shape& shape);
std::unique_ptr<exec::Session> make_session(const std::shared_ptr<const exec::Model>& model, const Shape& shape,
                                            const exec::SessionOptions& options);

// Random ids and numbers; requests 0: each candidate is its own. Candidates are spread evenly.
class RandomBatch {
 public:
  RandomBatch(const Shape& shape, std::size_t candidates, std::size_t requests, std::uint32_t seed);
  RandomBatch(const RandomBatch&) = delete;
  RandomBatch& operator=(const RandomBatch&) = delete;
  [[nodiscard]] const exec::Batch& batch() const { return batch_; }

 private:
  std::vector<std::vector<std::uint32_t>> ids_;
  std::vector<std::vector<float>> numbers_;
  std::vector<std::vector<std::int64_t>> offsets_;
  std::vector<encode::Column> columns_;
  exec::Batch batch_;
};

}  // namespace clicklens::bench
