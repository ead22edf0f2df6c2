// `record`: days through a model into recordings, with the labels apart, as they come to a serving host.
#include <optional>

#include "commands/commands.h"
#include "data/atomic_file.h"
#include "engine/engine.h"
#include "error.h"
#include "print/progress.h"

namespace clicklens::cli {
namespace {

// Labels and keys by request and candidate. Keys are written as numbers: read back, they are the same keys.
class LabelWriter {
 public:
  explicit LabelWriter(const std::string& path) : file_(path) {}

  void write(const BlockReader& reader, const Block& block, const std::vector<std::uint64_t>& keys) {
    if (header_.empty()) {
      const std::string cluster = reader.cluster_column();
      // the request's own key is there already
      clusters_ = !cluster.empty() && cluster != reader.request_column();
      header_ = join({"request_key,candidate,label", clusters_ ? "," : "", clusters_ ? cluster : std::string(),
                      block.groups.empty() ? "" : ",", block.groups.empty() ? std::string() : group_});
      file_.write(header_ + "\n");
    }
    text_.clear();
    for (std::size_t r = 0; r < keys.size(); ++r)
      for (auto c = static_cast<std::size_t>(block.request_offsets[r]);
           c < static_cast<std::size_t>(block.request_offsets[r + 1]); ++c) {
        text_ += std::to_string(keys[r]) + ',' +
                 std::to_string(c - static_cast<std::size_t>(block.request_offsets[r])) + ',';
        text_ += block.labels[c] != 0 ? '1' : '0';
        if (clusters_) text_ += ',' + std::to_string(block.clusters[c]);
        if (!block.groups.empty()) text_ += ',' + std::to_string(block.groups[c]);
        text_ += '\n';
      }
    file_.write(text_);
  }
  void name_group(const std::string& column) { group_ = column; }
  void commit() { file_.commit(); }

 private:
  AtomicFile file_;
  std::string header_, text_, group_;
  bool clusters_ = false;
};

Handle<clens_recorder> make_recorder(const RecordOptions& options, const Model& model) {
  const Handle<clens_inputs> inputs = make_inputs(model, false);
  clens_recorder_options made = CLENS_RECORDER_OPTIONS_INIT;
  made.sample_rate = options.sample_rate;
  made.file_bytes = options.file_bytes;
  made.files = options.files;
  made.ring_bytes = std::uint64_t{128} << 20;  // emptied after every block: nothing is dropped
  clens_recorder* recorder = nullptr;
  check(clens_recorder_create(model.get(), inputs.get(), options.out.c_str(), &made, &recorder));
  return Handle<clens_recorder>(recorder);
}

}  // namespace

RecordReport record(const RecordOptions& given) {
  RecordOptions options = given;
  options.read.labels = !options.labels_out.empty();
  options.read.block_rows = 256;  // neighbouring requests share a record: enough of them, and damage costs few
  const Model model = open_for(options.model, options.data);
  Session session(model, {.threads = options.threads});
  const Handle<clens_recorder> recorder = make_recorder(options, model);
  std::optional<LabelWriter> labels;
  if (options.read.labels) labels.emplace(options.labels_out).name_group(options.read.group_column);
  Progress progress(options.data);
  RecordReport report;
  report.out = options.out;
  std::vector<float> logits;
  std::vector<std::uint64_t> keys;
  clens_counts counts = {0, 0, 0, 0, 0};
  for (const std::string& path : options.data) {
    BlockReader reader(path, model.features(), options.read, model.get());
    while (const Block* block = reader.next()) {
      keys = block->request_keys;
      for (std::size_t r = 0; keys.size() + 1 < block->request_offsets.size(); ++r) keys.push_back(report.rows + r);
      clens_batch batch = block->batch();
      batch.request_keys = keys.data();
      session.run(batch, CLENS_OUTPUT_LOGIT, logits, counts);
      clens_output output = CLENS_OUTPUT_INIT;
      output.kind = CLENS_OUTPUT_LOGIT;
      output.values = logits.data();
      output.capacity = logits.size();
      session.check(clens_recorder_record(recorder.get(), session.get(), &batch, options.scores ? &output : nullptr));
      check(clens_recorder_flush(recorder.get()));
      if (labels) labels->write(reader, *block, keys);
      if (labels) report.labelled += block->rows;
      report.rows += block->rows;
      progress.update(reader.position());
    }
    progress.finish_part(file_size(path));
  }
  if (labels) labels->commit();
  check(clens_recorder_describe(recorder.get(), &report.stats));
  if (const std::uint64_t dropped = report.stats.dropped + report.stats.dropped_large; dropped > 0)
    throw Error(join({options.out, ": ", std::to_string(dropped), " requests too large to record"}));
  return report;
}

}  // namespace clicklens::cli
