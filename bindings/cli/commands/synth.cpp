#include <filesystem>

#include "commands/commands.h"
#include "error.h"
#include "print/progress.h"
#include "synth/day_writer.h"

namespace clicklens::cli {
namespace {

std::string file_name(std::uint64_t day, bool gzip) {
  return join({day < 10 ? "day=0" : "day=", std::to_string(day), gzip ? ".tsv.gz" : ".tsv"});
}

}  // namespace

SynthReport synthesise(const SynthOptions& options) {
  std::error_code failed;
  std::filesystem::create_directories(options.out, failed);
  if (failed) throw Error(join({options.out, ": cannot create: ", failed.message()}));
  const World world(options.seed);
  const DayFormat format{options.noise, options.memo, options.gzip};
  Progress progress(options.days * options.rows);
  SynthReport report;
  for (std::uint64_t number = 1; number <= options.days; ++number) {
    const bool drifted = options.drift_day != 0 && number >= options.drift_day;
    const Day day(world, number, options.rows, drifted);
    const std::string path = (std::filesystem::path(options.out) / file_name(number, options.gzip)).string();
    const std::uint64_t clicks =
        write_day(world, day, number, format, path, [&](std::uint64_t rows) { progress.update(rows); });
    report.days.push_back(SynthReport::Day{path, options.rows, clicks, drifted});
    progress.finish_part(options.rows);
  }
  return report;
}

}  // namespace clicklens::cli
