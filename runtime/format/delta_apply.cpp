// Applying a delta: the result's segments over the base's.
#include <algorithm>
#include <map>
#include <utility>

#include "base/output_file.h"
#include "format/delta.h"
#include "format/held_model.h"
#include "format/segment_use.h"
#include "format/text.h"

namespace clicklens::format {

using base::Code;
using base::Status;

namespace {

// What comes of a delta.
class AppliedModel final : public HeldModel {
 public:
  AppliedModel(std::string name, const Front& front, std::vector<std::byte> flatbuffer, std::vector<HeldSegment> held)
      : HeldModel(std::move(held)), flatbuffer_(std::move(flatbuffer)) {
    name_ = std::move(name);
    desc_ = ModelDesc(front.desc);  // nothing else assigns copies, which takes 6 KB of code
    id_ = front.id;
    flatbuffer_end_ = header_bytes + front.header.flatbuffer_size;
    segments_offset_ = front.header.segments_offset;
    file_size_ = front.header.file_size;
  }

  [[nodiscard]] base::Result<FrontBytes> front() const override { return FrontBytes{segments_offset_, flatbuffer_}; }

 private:
  std::vector<std::byte> flatbuffer_;
};

// `verified`: the checksum of these very bytes was compared.
HeldSegment held(base::AlignedBlock bytes, bool verified) {
  const auto owner = std::make_shared<base::AlignedBlock>(std::move(bytes));
  return {{owner->data(), owner->size()}, owner, true, nullptr, std::make_shared<Verified>(verified)};
}

}  // namespace

class DeltaApplication {
 public:
  DeltaApplication(const Delta& delta, const ModelFile& base, std::uint64_t copied_below)
      : delta_(delta),
        base_(base),
        copied_below_(copied_below),
        memory_left_(base.file_size() + delta.file_size() + spare_memory) {}

  base::Result<std::vector<HeldSegment>> segments() {
    const std::vector<SegmentUse> uses = segment_uses(delta_.result());
    std::vector<HeldSegment> all;
    for (std::uint32_t i = 0; i < uses.size(); ++i) {
      auto made = segment(i, uses[i]);
      if (!made.ok())
        return Status::error(made.status().code(), "segments[%u] ('%s'): %s", i,
                             ShownName(segment_owner(delta_.result(), i)).text, made.status().message());
      all.push_back(std::move(*made));
    }
    return all;
  }

 private:
  base::Result<HeldSegment> segment(std::uint32_t index, const SegmentUse& use) {
    const SegmentChange& change = delta_.desc().segments[index];
    if (change.change == Change::replaced)
      // read_stretch compares the checksum, and Delta::check_change that it is the segment's
      return once(stretches_, change.bytes, size_of(index), true, [&] { return delta_.read_stretch(change.bytes); });
    if (change.base_segment >= base_.desc().segments.size())
      return Status::error(Code::bad_file, "base_segment: the base has no segment %u", change.base_segment);
    return change.change == Change::kept ? kept(index, change.base_segment, use) : overlaid(index, change, use);
  }

  base::Result<HeldSegment> kept(std::uint32_t index, std::uint32_t from, const SegmentUse& use) {
    const SegmentDesc &there = base_.desc().segments[from], &here = delta_.result().segments[index];
    if (there.size != here.size || there.xxh3 != here.xxh3)
      return Status::error(Code::bad_file, "base_segment: the base's segment %u is another one", from);
    // The base may have read it as something else; and nothing keeps bytes that lie in a caller's memory.
    std::shared_ptr<const Overlay> overlay = base_.overlay(from);
    std::shared_ptr<const void> owner = base_.keeper(from);
    if (owner != nullptr && (overlay == nullptr || use.takes(*overlay)))
      return HeldSegment{base_.segment(from), std::move(owner), true, std::move(overlay), base_.verified(from)};
    return once(copies_, from, here.size, false, [&] { return base_.copy_segment(from); });
  }

  // Bytes that several segments of the result have are there once.
  template <class Make>
  base::Result<HeldSegment> once(std::map<std::uint32_t, HeldSegment>& made, std::uint32_t key, std::uint64_t size,
                                 bool verified, Make make) {
    if (const auto found = made.find(key); found != made.end()) return found->second;
    CLENS_TRY(take(size));
    auto bytes = make();
    if (!bytes.ok()) return bytes.status();
    return made.emplace(key, held(std::move(*bytes), verified)).first->second;
  }

  // Before memory is asked for: a few bytes of a delta can name any of the base's segments, again and again.
  Status take(std::uint64_t bytes) {
    if (bytes > memory_left_)
      return Status::error(Code::limit_exceeded, "the result takes more memory than the base and the delta together");
    memory_left_ -= bytes;
    return {};
  }

  base::Result<HeldSegment> overlaid(std::uint32_t index, const SegmentChange& change, const SegmentUse& use) {
    if (use.kind == SegmentUse::Kind::rows && change.stride != use.stride)
      return Status::error(Code::bad_file, "stride: %u, its rows have %u bytes", change.stride, use.stride);
    std::shared_ptr<const void> owner = base_.keeper(change.base_segment);
    const std::shared_ptr<const Overlay> below = base_.overlay(change.base_segment);
    const std::uint64_t number_bytes = change.rows != no_index ? delta_.desc().stretches[change.rows].size : 0;
    const bool has_changes = number_bytes != 0 || (below != nullptr && !below->changed().empty());
    const bool is_whole = size_of(index) < copied_below_ || owner == nullptr ||
                          (below != nullptr && below->stride() != change.stride) ||
                          !use.takes_overlay(change.stride, has_changes);
    CLENS_TRY(take(is_whole ? size_of(index) : bytes_apart(index, change, below.get())));
    auto numbers = row_numbers(index, change);
    if (!numbers.ok()) return numbers.status();
    if (is_whole) return whole(index, change, *numbers);
    auto overlay = apart(
        change, {{}, owner, change.stride, size_of(index), std::move(*numbers), use.kind == SegmentUse::Kind::rows},
        below.get());
    if (overlay.ok()) return HeldSegment{{}, std::move(owner), true, std::move(*overlay), std::make_shared<Verified>()};
    if (overlay.status().code() != Code::unsupported) return overlay.status();
    CLENS_TRY(take(size_of(index)));  // the base lies where nothing else can
    numbers = row_numbers(index, change);
    return numbers.ok() ? whole(index, change, *numbers) : numbers.status();
  }

  // Over the base's segment, or over the one that it lies over itself: however many deltas were applied one after the
  // other, a row is looked up once.
  base::Result<std::shared_ptr<Overlay>> apart(const SegmentChange& change, Overlay::Parts parts,
                                               const Overlay* below) {
    if (below != nullptr) {
      const auto rows = delta_.read_stretch(change.bytes);
      if (!rows.ok()) return rows.status();
      return Overlay::make_over(*below, std::move(parts), {rows->data(), rows->size()});
    }
    parts.base = base_.segment(change.base_segment);
    auto overlay = Overlay::make(std::move(parts));
    if (overlay.ok()) CLENS_TRY(delta_.read_stretch(change.bytes, (*overlay)->room()));
    return overlay;
  }

  // What an overlay takes, at most.
  [[nodiscard]] std::uint64_t bytes_apart(std::uint32_t index, const SegmentChange& change,
                                          const Overlay* below) const noexcept {
    std::uint64_t bytes = size_of(index) / change.stride / RowMap::rows_per_block * sizeof(RowMap::Block);
    for (const std::uint32_t stretch : {change.bytes, change.rows})
      if (stretch != no_index) bytes += delta_.desc().stretches[stretch].size;
    return below == nullptr ? bytes : bytes + below->apart().size() + std::as_bytes(below->changed()).size();
  }

  // The same bytes, one behind the other.
  base::Result<HeldSegment> whole(std::uint32_t index, const SegmentChange& change, const base::AlignedBlock& numbers) {
    const std::uint64_t size = size_of(index), stride = change.stride;
    auto block = base::AlignedBlock::allocate(size, segment_alignment(size));
    if (!block.ok()) return block.status();
    auto rows = delta_.read_stretch(change.bytes);
    if (!rows.ok()) return rows.status();
    std::byte* to = block->data();
    CLENS_TRY(base_.each_piece(change.base_segment, [&](std::span<const std::byte> piece) {
      const std::size_t room = size - static_cast<std::size_t>(to - block->data());
      to = std::copy_n(piece.begin(), std::min(piece.size(), room), to);
      return Status();
    }));
    const auto changed = numbers_in(numbers);
    for (std::size_t k = 0; k < changed.size(); ++k)
      std::copy_n(rows->data() + k * stride, stride, block->data() + changed[k] * stride);
    const std::uint64_t appended = rows->size() - changed.size() * stride;
    std::copy_n(rows->data() + changed.size() * stride, appended, block->data() + (size - appended));
    return held(std::move(*block), false);
  }

  // Checked: every row of the result is the base's or among those that the delta brings.
  base::Result<base::AlignedBlock> row_numbers(std::uint32_t index, const SegmentChange& change) {
    base::AlignedBlock numbers;
    if (change.rows != no_index) {
      auto read = delta_.read_stretch(change.rows);
      if (!read.ok()) return read.status();
      numbers = std::move(*read);
    }
    const std::uint64_t rows = size_of(index) / change.stride;
    const std::uint64_t covered = std::min(rows, base_.desc().segments[change.base_segment].size / change.stride);
    const auto changed = numbers_in(numbers);
    for (std::size_t k = 0; k < changed.size(); ++k)
      if (changed[k] >= covered || (k > 0 && changed[k] <= changed[k - 1]))
        return Status::error(Code::bad_file, "rows[%zu]: %u is not above the one before, or not a row of the base", k,
                             changed[k]);
    if (delta_.desc().stretches[change.bytes].size / change.stride != changed.size() + (rows - covered))
      return Status::error(Code::bad_file, "bytes: not of the rows that changed and were appended");
    if (rows > most_rows) return Status::error(Code::limit_exceeded, "rows: above 2^32 - 2");
    return numbers;
  }

  static std::span<const std::uint32_t> numbers_in(const base::AlignedBlock& block) noexcept {
    return {reinterpret_cast<const std::uint32_t*>(block.data()), block.size() / sizeof(std::uint32_t)};
  }
  [[nodiscard]] std::uint64_t size_of(std::uint32_t index) const noexcept {
    return delta_.result().segments[index].size;
  }
  static constexpr std::uint64_t most_rows = 0xFFFFFFFEu;
  // A sound delta may name a segment of the base twice, of tables that had one memory and have it no longer.
  static constexpr std::uint64_t spare_memory = std::uint64_t{64} << 20;

  const Delta& delta_;
  const ModelFile& base_;
  std::uint64_t copied_below_, memory_left_;
  std::map<std::uint32_t, HeldSegment> copies_;     // by segment of the base
  std::map<std::uint32_t, HeldSegment> stretches_;  // by stretch
};

base::Result<std::unique_ptr<ModelFile>> Delta::apply(const ModelFile& base, std::uint64_t copied_below) const {
  if (base.id() != desc_.base)
    return named(name_.c_str(), Status::error(Code::stale, "made for a base of model id %016llx%016llx, not for '%s'",
                                              static_cast<unsigned long long>(desc_.base.high),
                                              static_cast<unsigned long long>(desc_.base.low),
                                              base::ShownPath(base.name().c_str()).text));
  auto segments = DeltaApplication(*this, base, copied_below).segments();
  if (!segments.ok()) return named(name_.c_str(), segments.status());
  return std::unique_ptr<ModelFile>(std::make_unique<AppliedModel>(name_, result_, flatbuffer_, std::move(*segments)));
}

Status write_whole(const ModelFile& model, const char* path) {
  if (path == nullptr || *path == '\0') return Status::error(Code::invalid_argument, "path: empty");
  const auto front = model.front();
  if (!front.ok()) return front.status();
  ContainerHeader header;
  header.flatbuffer_size = front->flatbuffer.size();
  header.segments_offset = front->segments_offset;
  header.file_size = model.file_size();
  header.checksum = container_checksum(header, front->flatbuffer);
  auto file = base::OutputFile::create(path);
  if (!file.ok()) return file.status();
  CLENS_TRY((*file)->write_at(0, encode_header(header)));
  CLENS_TRY((*file)->write_at(header_bytes, front->flatbuffer));
  for (std::uint32_t i = 0; i < model.desc().segments.size(); ++i) {
    std::uint64_t at = model.desc().segments[i].offset;
    CLENS_TRY(model.each_piece(i, [&](std::span<const std::byte> piece) {
      const Status status = (*file)->write_at(at, piece);
      at += piece.size();
      return status;
    }));
  }
  return (*file)->commit(header.file_size);
}

}  // namespace clicklens::format
