// What goes wrong with data or a model: one line for stderr, exit status 1.
#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

namespace clicklens::cli {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline std::string join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (std::string_view part : parts) text.append(part);
  return text;
}

}  // namespace clicklens::cli
