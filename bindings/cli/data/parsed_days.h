// Files of text in memory, for commands that read the same days many times: each is parsed once, by whoever asks first.
#pragma once

#include <clicklens/clicklens.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "data/column_data.h"

namespace clicklens::cli {

// Everything that a BlockReader hands out, of all rows of a file.
struct ParsedDay {
  std::vector<ColumnData> data;  // as `columns`
  std::vector<clens_column> columns;
  std::vector<std::uint8_t> per_request;      // of a column: whether it has entries by request
  std::vector<std::int64_t> request_offsets;  // one more than requests
  std::vector<std::uint64_t> request_keys;
  std::vector<std::uint8_t> labels;
  std::vector<std::uint64_t> groups, clusters, controls;
  std::vector<std::string> texts;
  std::size_t longest_request = 0;  // rows
};

// Any thread may ask.
class ParsedDays {
 public:
  // `bytes`: of all days together; what finds no room is read from its file by everybody.
  explicit ParsedDays(std::size_t bytes) : left_(bytes) {}

  using Parse = std::function<std::shared_ptr<const ParsedDay>()>;
  // `key` names the file and all that its reading depends on. Null: there is no room. Throws what `parse` threw.
  std::shared_ptr<const ParsedDay> get(const std::string& key, const Parse& parse);
  // Room for a day that is being parsed; false: there is none.
  bool claim(std::size_t bytes);
  void give_back(std::size_t bytes);

 private:
  std::mutex mutex_;  // of what follows
  std::size_t left_;
  std::map<std::string, std::shared_future<std::shared_ptr<const ParsedDay>>> days_;
};

}  // namespace clicklens::cli
