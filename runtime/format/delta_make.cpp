#include "format/delta_make.h"

#include <utility>

#include "base/file.h"
#include "format/container.h"
#include "format/delta_diff.h"
#include "format/front.h"
#include "format/segment_stream.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

class Maker {
 public:
  Maker(const ModelFile& base, const ModelFile& result) : base_(base), result_(result) {}

  Status compare();
  Status count_keys();
  Status write(const char* path);
  [[nodiscard]] const DeltaDesc& delta() const noexcept { return delta_; }

 private:
  std::uint32_t add_stretch(std::uint64_t size) {
    delta_.stretches.push_back({0, size, 0});
    return static_cast<std::uint32_t>(delta_.stretches.size() - 1);
  }
  void plan(std::uint32_t index, SegmentDiff diff);

  Status write_stretches(base::OutputFile& file);
  Status write_segment(base::OutputFile& file, std::uint32_t index);
  // `produce(append)` gives a stretch's bytes.
  template <class Produce>
  Status write_stretch(base::OutputFile& file, std::uint32_t index, Produce produce);

  const ModelFile &base_, &result_;
  DeltaDesc delta_;
  std::vector<SegmentDiff> diffs_;  // by segment
  std::vector<std::byte> flatbuffer_;
  SegmentStream stream_;
};

Status Maker::compare() {
  auto front = result_.front();
  if (!front.ok()) return front.status();
  flatbuffer_ = std::move(front->flatbuffer);
  delta_.base = base_.id();
  delta_.result = result_.id();
  delta_.result_bytes = add_stretch(flatbuffer_.size());
  delta_.result_segments_offset = front->segments_offset;
  const std::vector<SegmentUse> uses = segment_uses(result_.desc());
  for (std::uint32_t i = 0; i < uses.size(); ++i) {
    auto diff = diff_segment(base_, result_, i, uses[i]);
    if (!diff.ok()) return diff.status();
    plan(i, std::move(*diff));
  }
  return {};
}

void Maker::plan(std::uint32_t index, SegmentDiff diff) {
  const std::uint64_t size = result_.desc().segments[index].size;
  SegmentChange& change = diff.change;
  if (change.change == Change::replaced) change.bytes = add_stretch(size);
  if (change.change == Change::overlaid) {
    if (!diff.changed.empty()) change.rows = add_stretch(diff.changed.size() * sizeof(std::uint32_t));
    change.bytes = add_stretch(diff.changed.size() * change.stride + (size - diff.appended_at));
  }
  delta_.segments.push_back(change);
  diffs_.push_back(std::move(diff));
}

Status Maker::count_keys() {
  for (const EncoderDesc& encoder : result_.desc().encoders) {
    const auto* vocabulary = std::get_if<VocabularyEncoder>(&encoder.encoder);
    if (vocabulary == nullptr) continue;
    const std::uint32_t from = counterpart(base_.desc(), result_.desc(), vocabulary->slot_segment);
    if (from == no_index || delta_.segments[vocabulary->slot_segment].change == Change::kept) continue;
    const auto keys = diff_keys(base_, result_, from, vocabulary->slot_segment);
    if (!keys.ok()) return keys.status();
    delta_.keys_added += keys->added;
    delta_.keys_removed += keys->removed;
    delta_.keys_moved += keys->moved;
  }
  return {};
}

Status Maker::write(const char* path) {
  auto header = place_segments(pack_delta(delta_).size(), delta_.stretches);
  if (!header.ok()) return header.status();
  header->kind = ContainerKind::delta;
  auto file = base::OutputFile::create(path);
  if (!file.ok()) return file.status();
  CLENS_TRY(write_stretches(**file));
  const std::vector<std::byte> flatbuffer = pack_delta(delta_);
  if (flatbuffer.size() != header->flatbuffer_size)
    return Status::error(Code::internal, "FlatBuffer: %zu bytes, %llu were set aside", flatbuffer.size(),
                         static_cast<unsigned long long>(header->flatbuffer_size));
  header->checksum = container_checksum(*header, flatbuffer);
  CLENS_TRY((*file)->write_at(0, encode_header(*header)));
  CLENS_TRY((*file)->write_at(header_bytes, flatbuffer));
  return (*file)->commit(header->file_size);
}

Status Maker::write_stretches(base::OutputFile& file) {
  CLENS_TRY(write_stretch(file, delta_.result_bytes, [&](auto append) { return append(flatbuffer_); }));
  for (std::uint32_t i = 0; i < diffs_.size(); ++i) CLENS_TRY(write_segment(file, i));
  return {};
}

Status Maker::write_segment(base::OutputFile& file, std::uint32_t index) {
  const SegmentChange& change = delta_.segments[index];
  if (change.change == Change::kept) return {};
  if (change.change == Change::replaced)
    return write_stretch(file, change.bytes, [&](auto append) { return result_.each_piece(index, append); });
  const std::span<const std::uint32_t> changed = diffs_[index].changed;
  if (!changed.empty())
    CLENS_TRY(write_stretch(file, change.rows, [&](auto append) { return append(std::as_bytes(changed)); }));
  const auto rows = SegmentRows::of(result_, index, change.stride);
  if (!rows.ok()) return rows.status();
  return write_stretch(file, change.bytes, [&](auto append) -> Status {
    for (const std::uint32_t row : changed) CLENS_TRY(append({(*rows)[row], change.stride}));
    for (std::uint64_t row = diffs_[index].appended_at / change.stride; row < rows->count(); ++row)
      CLENS_TRY(append({(*rows)[row], change.stride}));
    return {};
  });
}

template <class Produce>
Status Maker::write_stretch(base::OutputFile& file, std::uint32_t index, Produce produce) {
  SegmentDesc& stretch = delta_.stretches[index];
  stream_.begin(stretch.offset);
  CLENS_TRY(produce([&](std::span<const std::byte> bytes) { return stream_.append(file, bytes); }));
  stretch.xxh3 = stream_.digest();
  return stream_.flush(file);
}

}  // namespace

DeltaFigures figures_of(const DeltaDesc& delta, const ModelDesc& result) {
  DeltaFigures figures;
  figures.keys_added = delta.keys_added;
  figures.keys_removed = delta.keys_removed;
  figures.keys_moved = delta.keys_moved;
  std::vector<bool> is_table(result.segments.size());
  for (const TableDesc& table : result.tables) is_table[table.segment] = true;
  for (std::size_t i = 0; i < delta.segments.size(); ++i) {
    const SegmentChange& change = delta.segments[i];
    figures.whole += result.segments[i].size;
    figures.kept += change.change == Change::kept ? 1 : 0;
    figures.replaced += change.change == Change::replaced ? 1 : 0;
    figures.overlaid += change.change == Change::overlaid ? 1 : 0;
    const auto bytes_of = [&](std::uint32_t stretch) {
      return stretch == no_index ? 0 : delta.stretches[stretch].size;
    };
    figures.carried += bytes_of(change.bytes) + bytes_of(change.rows);
    if (change.change != Change::overlaid || !is_table[i]) continue;
    const std::uint64_t changed = bytes_of(change.rows) / sizeof(std::uint32_t);
    figures.changed_rows += changed;
    figures.appended_rows += bytes_of(change.bytes) / change.stride - changed;
  }
  return figures;
}

Status make_delta(const ModelFile& base, const ModelFile& result, const char* path, double most_share) {
  if (path == nullptr || *path == '\0') return Status::error(Code::invalid_argument, "path: empty");
  CLENS_TRY(base.verify_segments());  // damage would come out with a checksum that holds
  CLENS_TRY(result.verify_segments());
  Maker maker(base, result);
  CLENS_TRY(maker.compare());
  const double share = figures_of(maker.delta(), result.desc()).share();
  if (share > most_share)
    return Status::error(Code::limit_exceeded,
                         "%s: %.1f %% of the model's bytes changed, the limit is %.1f %%: write a new base instead",
                         base::ShownPath(path).text, 100.0 * share, 100.0 * most_share);
  CLENS_TRY(maker.count_keys());  // sorts all of them where slots doubled
  return maker.write(path);
}

}  // namespace clicklens::format
