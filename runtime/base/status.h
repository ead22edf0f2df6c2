// Status and Result: how every layer below the C ABI reports failure.
// A Status carries its message inline: making one never allocates, so a failing run keeps the hot
// path's promise and an out-of-memory error can still say what it was about.
#pragma once

#include <cstdarg>
#include <cstdio>
#include <optional>
#include <utility>

namespace clicklens::base {

// Pinned in bands; the C ABI's clens_status has the same values (static_assert in capi/src).
enum class Code : int {
  ok = 0,
  // the caller's mistake
  invalid_argument = 100,
  bad_state = 101,
  buffer_too_small = 102,
  not_found = 103,
  stale = 104,
  // a bad file
  bad_file = 200,
  checksum_mismatch = 201,
  unknown_requirement = 202,
  limit_exceeded = 203,
  // bad data in a batch
  bad_batch = 300,
  bad_value = 301,
  // resources
  out_of_memory = 400,
  io_error = 401,
  // valid, but not offered
  unsupported = 500,
  unsupported_isa = 501,
  // our own fault
  internal = 900,
};

class [[nodiscard]] Status {
 public:
  Status() noexcept : code_(Code::ok) { text_[0] = '\0'; }

  // printf-style: the message names the file, feature, node, field or argument. Cut at capacity.
  [[gnu::format(printf, 2, 3)]] static Status error(Code code, const char* format, ...) noexcept {
    Status status;
    status.code_ = code;
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(status.text_, sizeof status.text_, format, arguments);
    va_end(arguments);
    return status;
  }

  [[nodiscard]] bool ok() const noexcept { return code_ == Code::ok; }
  [[nodiscard]] Code code() const noexcept { return code_; }
  [[nodiscard]] const char* message() const noexcept { return text_; }

 private:
  Code code_;
  char text_[380];
};

// A value, or the Status that says why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}                   // NOLINT: implicit by design
  Result(Status status) noexcept : status_(std::move(status)) {}  // NOLINT: implicit by design

  [[nodiscard]] bool ok() const noexcept { return value_.has_value(); }
  [[nodiscard]] const Status& status() const noexcept { return status_; }
  [[nodiscard]] T& operator*() noexcept { return *value_; }
  [[nodiscard]] const T& operator*() const noexcept { return *value_; }
  [[nodiscard]] T* operator->() noexcept { return &*value_; }
  [[nodiscard]] const T* operator->() const noexcept { return &*value_; }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace clicklens::base

// Leaves the enclosing function with the Status of `expression` when it is not ok.
#define CLENS_TRY(expression)                                                         \
  do {                                                                                \
    if (auto clens_status_ = (expression); !clens_status_.ok()) return clens_status_; \
  } while (false)
