// A progress bar on stderr, for work longer than half a second at a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

namespace clicklens::cli {

class Progress {
 public:
  // While one lives, bars that are made on its thread are not shown: their work is part of a whole with a bar of its
  // own.
  class Silence {
   public:
    Silence() { ++silences; }
    ~Silence() { --silences; }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
  };
  explicit Progress(std::uint64_t total);
  explicit Progress(std::span<const std::string> files);  // total: bytes of the files
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` of the part at hand; parts behind us are added by finish_part.
  void update(std::uint64_t done);
  void finish_part(std::uint64_t size) { before_ += size; }

 private:
  using Clock = std::chrono::steady_clock;
  static thread_local int silences;
  bool enabled_, shown_ = false;
  std::uint64_t total_, before_ = 0;
  Clock::time_point next_;
};

}  // namespace clicklens::cli
