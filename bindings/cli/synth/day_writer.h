// A synthetic day as a TSV file, complete or absent.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "synth/day.h"

namespace clicklens::cli {

struct DayFormat {
  bool noise = true, memo = true;  // whether the columns are there; the others do not change
  bool gzip = false;
};

// Returns the number of clicks. Request and memo ids begin with the day: they are its own. `rows_done` is
// told from time to time how many rows there are.
std::uint64_t write_day(
    const World& world, const Day& day, std::uint64_t number, const DayFormat& format, const std::string& path,
    const std::function<void(std::uint64_t)>& rows_done = [](std::uint64_t) {});

}  // namespace clicklens::cli
