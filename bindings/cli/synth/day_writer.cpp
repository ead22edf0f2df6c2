#include "synth/day_writer.h"

#include <array>
#include <charconv>

#include "data/atomic_file.h"
#include "data/gzip_writer.h"

namespace clicklens::cli {
namespace {

constexpr std::uint64_t ids_a_day = 1000000000;
constexpr std::size_t flush_at = std::size_t{1} << 18;

void append(std::string& text, std::uint64_t number) {
  std::array<char, 20> digits{};
  text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void append_cell(std::string& text, std::uint64_t number) {
  text += '\t';
  append(text, number);
}

std::string header(const DayFormat& format) {
  std::string text = "request_id\tlabel\tuser_id\tsegment\tinterest\ttopic\thour\tad_id\tcategory\tposition";
  if (format.noise) text += "\tnoise";
  if (format.memo) text += "\tmemo";
  return text += '\n';
}

void append_row(std::string& text, const World& world, const SynthRow& row, std::uint64_t day,
                const DayFormat& format) {
  const Person& person = world.people[row.user];
  append(text, day * ids_a_day + row.request);
  append_cell(text, row.label ? 1 : 0);
  append_cell(text, row.user);
  append_cell(text, person.segment);
  char separator = '\t';
  for (std::uint32_t interest : person.interests) {
    text += separator;
    append(text, interest);
    separator = '|';
  }
  append_cell(text, row.topic);
  append_cell(text, row.hour);
  append_cell(text, row.ad);
  append_cell(text, world.ads[row.ad].category);
  append_cell(text, row.position);
  if (format.noise) append_cell(text, row.noise);
  if (format.memo) append_cell(text, day * ids_a_day + row.memo);
  text += '\n';
}

template <class Sink>
std::uint64_t write_rows(const World& world, const Day& day, std::uint64_t number, const DayFormat& format, Sink& sink,
                         const std::function<void(std::uint64_t)>& rows_done) {
  std::string text = header(format);
  std::uint64_t clicks = 0;
  for (std::uint64_t i = 0; i < day.rows(); ++i) {
    const SynthRow row = day.row(i);
    clicks += row.label ? 1 : 0;
    append_row(text, world, row, number, format);
    if (text.size() < flush_at) continue;
    sink.write(text);
    text.clear();
    rows_done(i + 1);
  }
  sink.write(text);
  return clicks;
}

}  // namespace

std::uint64_t write_day(const World& world, const Day& day, std::uint64_t number, const DayFormat& format,
                        const std::string& path, const std::function<void(std::uint64_t)>& rows_done) {
  AtomicFile file(path);
  std::uint64_t clicks = 0;
  if (format.gzip) {
    GzipWriter gzip(file);
    clicks = write_rows(world, day, number, format, gzip, rows_done);
    gzip.finish();
  } else {
    clicks = write_rows(world, day, number, format, file, rows_done);
  }
  file.commit();
  return clicks;
}

}  // namespace clicklens::cli
