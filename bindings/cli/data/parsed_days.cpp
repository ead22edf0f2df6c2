#include "data/parsed_days.h"

namespace clicklens::cli {

std::shared_ptr<const ParsedDay> ParsedDays::get(const std::string& key, const Parse& parse) {
  std::promise<std::shared_ptr<const ParsedDay>> promise;
  std::shared_future<std::shared_ptr<const ParsedDay>> day;
  bool is_first = false;
  {
    const std::lock_guard lock(mutex_);
    const auto [place, is_new] = days_.try_emplace(key);
    if (is_new) place->second = promise.get_future().share();
    day = place->second;
    is_first = is_new;
  }
  if (is_first) {
    try {
      promise.set_value(parse());
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  }
  return day.get();
}

bool ParsedDays::claim(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes > left_) return false;
  left_ -= bytes;
  return true;
}

void ParsedDays::give_back(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  left_ += bytes;
}

}  // namespace clicklens::cli
