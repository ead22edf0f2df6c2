#include "format/writer.h"

#include <algorithm>
#include <utility>

#include "base/output_file.h"
#include "format/container.h"
#include "format/front.h"
#include "format/model_file.h"
#include "format/requirements.h"
#include "format/segment_stream.h"
#include "format/verify.h"

namespace clicklens::format {
namespace {

using base::Code;
using base::Status;

class StreamWriter final : public Writer {
 public:
  StreamWriter(std::string path, ModelDesc desc) : path_(std::move(path)), desc_(std::move(desc)) {}

  // Lays the file out and verifies the description as the loader would, before anything is written.
  Status plan(const base::Limits& limits);
  Status create();

  Status segment(std::uint32_t index) override;
  Status append(std::span<const std::byte> bytes) override;
  Status finish() override;

 private:
  [[nodiscard]] Status fail(Code code, const char* what) const noexcept {
    return named(path_.c_str(), Status::error(code, "segments[%zu]: %s", started_ == 0 ? 0 : started_ - 1, what));
  }
  // The segment started last; only where one was.
  [[nodiscard]] SegmentDesc& current() noexcept { return desc_.segments[started_ - 1]; }

  Status end_segment() noexcept;
  // A write that failed ends the writer.
  Status kept(Status status) noexcept {
    if (!status.ok()) over_ = true;
    return status;
  }
  Status write_front();

  std::string path_;
  ModelDesc desc_;
  ContainerHeader header_;
  std::unique_ptr<base::OutputFile> file_;
  SegmentStream stream_;
  std::size_t started_ = 0;  // segments
  bool over_ = false;        // finished, or a write failed
};

Status StreamWriter::plan(const base::Limits& limits) {
  // A round trip checks what only the reader does, texts and enum values.
  const auto parsed = parse_model(pack_model(desc_), limits);
  if (!parsed.ok()) return parsed.status();
  complete_requirements(desc_);
  CLENS_TRY(verify_description(desc_, limits));
  CLENS_TRY(verify_complete(desc_));
  const std::size_t size = pack_model(desc_).size();
  if (size > limits.flatbuffer_bytes)
    return Status::error(Code::limit_exceeded, "FlatBuffer: %zu bytes are above the limit", size);
  auto header = place_segments(size, desc_.segments);
  if (!header.ok()) return header.status();
  header_ = *header;
  return verify_placement(desc_.segments, header_);
}

Status StreamWriter::create() {
  auto file = base::OutputFile::create(path_.c_str());
  if (!file.ok()) return file.status();
  file_ = std::move(*file);
  return {};
}

Status StreamWriter::segment(std::uint32_t index) {
  if (over_) return fail(Code::bad_state, "the writer has finished or failed");
  CLENS_TRY(end_segment());
  if (index != started_ || index >= desc_.segments.size())
    return named(path_.c_str(), Status::error(Code::bad_state, "segments[%u]: not the next one, %zu of %zu", index,
                                              started_, desc_.segments.size()));
  ++started_;
  stream_.begin(current().offset);
  return {};
}

Status StreamWriter::append(std::span<const std::byte> bytes) {
  if (over_ || started_ == 0) return fail(Code::bad_state, "no segment was started");
  if (bytes.size() > current().size - stream_.appended()) return fail(Code::invalid_argument, "longer than described");
  return kept(stream_.append(*file_, bytes));
}

Status StreamWriter::finish() {
  if (over_) return fail(Code::bad_state, "the writer has finished or failed");
  CLENS_TRY(end_segment());
  if (started_ != desc_.segments.size())
    return named(path_.c_str(), Status::error(Code::bad_state, "segments[%zu]: never written", started_));
  over_ = true;
  CLENS_TRY(write_front());
  return file_->commit(header_.file_size);
}

Status StreamWriter::end_segment() noexcept {
  if (started_ == 0) return {};
  if (stream_.appended() != current().size) return fail(Code::bad_state, "shorter than described");
  current().xxh3 = stream_.digest();
  return kept(stream_.flush(*file_));
}

Status StreamWriter::write_front() {
  const std::vector<std::byte> flatbuffer = pack_model(desc_);
  if (flatbuffer.size() != header_.flatbuffer_size)
    return named(path_.c_str(),
                 Status::error(Code::internal, "FlatBuffer: %zu bytes, %llu were set aside", flatbuffer.size(),
                               static_cast<unsigned long long>(header_.flatbuffer_size)));
  header_.checksum = container_checksum(header_, flatbuffer);
  CLENS_TRY(file_->write_at(0, encode_header(header_)));
  return file_->write_at(header_bytes, flatbuffer);
}

}  // namespace

base::Result<std::unique_ptr<Writer>> Writer::begin(const char* path, ModelDesc desc, const base::Limits& limits) {
  if (path == nullptr || *path == '\0') return Status::error(Code::invalid_argument, "path: empty");
  auto writer = std::make_unique<StreamWriter>(path, std::move(desc));
  CLENS_TRY(named(path, writer->plan(limits)));
  CLENS_TRY(writer->create());
  return std::unique_ptr<Writer>(std::move(writer));
}

Status rewrite(const ModelFile& model, ModelDesc desc, const char* path, const base::Limits& limits) {
  const auto writer = Writer::begin(path, std::move(desc), limits);
  if (!writer.ok()) return writer.status();
  for (std::uint32_t i = 0; i < model.desc().segments.size(); ++i) {
    CLENS_TRY((*writer)->segment(i));
    CLENS_TRY(model.each_piece(i, [&](std::span<const std::byte> bytes) { return (*writer)->append(bytes); }));
  }
  return (*writer)->finish();
}

}  // namespace clicklens::format
