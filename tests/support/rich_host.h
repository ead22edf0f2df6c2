// A host of a model with everything a column may have: lists, strings, weights, nulls, slices.
#pragma once

#include "support/model_maker.h"
#include "support/tiny_host.h"

namespace clicklens::testing {

class RichHost {
 public:
  static constexpr std::size_t entries = 12, columns = 4;

  // Offsets of 32 or 64 bits. The arrays hold entries [begin, begin + count) of the same data.
  explicit RichHost(std::uint32_t offset_bits, std::size_t begin = 0, std::size_t count = entries);

  [[nodiscard]] clens_session* session() const { return session_.get(); }
  [[nodiscard]] clens_batch batch(std::size_t first, std::size_t count);
  [[nodiscard]] std::vector<float> run(std::size_t first, std::size_t count);

 private:
  struct Column {
    std::vector<std::int64_t> keys;
    std::string text;
    std::vector<std::int64_t> rows{0}, strings{0};
    std::vector<std::int32_t> narrow_rows, narrow_strings;
    std::vector<float> floats;
    std::vector<std::uint8_t> validity, value_validity;
  };
  void make_model();
  void make_data(std::size_t begin, std::size_t count);
  void describe();

  std::uint32_t offset_bits_;
  HandleOf<clens_session> session_;
  Column data_[columns];
  clens_column columns_[columns];
  std::int64_t request_offsets_[2] = {0, 0};
};

}  // namespace clicklens::testing
