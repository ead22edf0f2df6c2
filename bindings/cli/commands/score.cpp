#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>

#include "commands/commands.h"
#include "data/atomic_file.h"
#include "engine/engine.h"
#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

// Scores as text: a line a row, tasks separated by tabs; or the elements of a JSON array.
class ScoreWriter {
 public:
  ScoreWriter(const std::string& out, bool json) : json_(json && out == "-") {
    if (out != "-") file_.emplace(out);
  }

  void write(const std::vector<float>& scores, std::size_t tasks) {
    text_.clear();
    for (std::size_t row = 0; row < scores.size() / tasks; ++row) {
      if (json_ && any_) text_ += ',';
      if (json_ && tasks > 1) text_ += '[';
      for (std::size_t t = 0; t < tasks; ++t) {
        if (t > 0) text_ += json_ ? ',' : '\t';
        append(scores[row * tasks + t]);
      }
      if (json_ && tasks > 1) text_ += ']';
      if (!json_) text_ += '\n';
      any_ = true;
    }
    put(text_);
  }

  void put(const std::string& text) {
    if (file_) {
      file_->write(text);
    } else if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
      throw Error("standard output: cannot write");
    }
  }

  void commit() {
    if (file_) file_->commit();
  }

 private:
  void append(float score) {
    if (json_ && !(score - score == 0.0f)) {
      text_ += "null";
      return;
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), score).ptr;
    text_.append(digits.data(), end);
  }

  bool json_, any_ = false;
  std::optional<AtomicFile> file_;
  std::string text_;
};

}  // namespace

ScoreReport score(const ScoreOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const Model model = open_for(options.model, options.data);
  Session::Options made;
  made.threads = options.threads;
  made.precision = options.precision;
  for (const std::string& name : options.full_precision) made.full_precision.push_back(model.value(name));
  Session session(model, made);
  ScoreWriter writer(options.out, options.json);
  Progress progress(options.data);
  ScoreReport report;
  report.out = options.out;
  std::vector<float> scores;
  if (options.json && options.out == "-") writer.put("{\"scores\":[");
  for (const std::string& path : options.data) {
    BlockReader reader(path, model.features(), options.read, model.get());
    const std::uint64_t before = report.rows;
    while (const Block* block = reader.next()) {
      session.run(block->batch(), CLENS_OUTPUT_PROBABILITY, scores, report.counts);
      writer.write(scores, session.tasks());
      report.rows += block->rows;
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
    report.files.push_back(ScoreReport::File{path, report.rows - before});
  }
  if (options.json && options.out == "-") writer.put("]}\n");
  writer.commit();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace clicklens::cli
