// Any bytes as a recording: its first byte chooses whether the rest follows a sound header, so that records are reached
// too. A status or records, never a crash; what is handed out runs or is refused with a status.
#include <clicklens/clicklens.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "format/recording.h"
#include "support/tiny_model.h"

namespace {

using clicklens::testing::TemporaryPath;

struct Host {
  TemporaryPath model_path{"fuzz.clens"}, path{"fuzz.clrec"};
  clens_model* model = nullptr;
  std::vector<std::byte> header;
  std::uint64_t checksum = 0;
  Host() {
    if (!clicklens::testing::write_model(clicklens::testing::tiny_model(), model_path.c_str()).ok()) std::abort();
    if (clens_model_open(model_path.c_str(), nullptr, &model) != CLENS_OK) std::abort();
    clicklens::format::RecordingInfo info;
    info.tasks = 1;
    info.inputs = {{"user", CLENS_COLUMN_KEYS}, {"ad", CLENS_COLUMN_KEYS}, {"match", CLENS_COLUMN_FLOATS}};
    header = clicklens::format::encode_recording(info);
    std::memcpy(&checksum, header.data() + offsetof(clicklens::format::RecordingHeader, checksum), sizeof checksum);
  }
};

void replay(const Host& host, clens_recording* recording) {
  clens_inputs* inputs = nullptr;
  clens_session* session = nullptr;
  if (clens_recording_inputs(recording, &inputs) == CLENS_OK)
    static_cast<void>(clens_session_create(host.model, inputs, nullptr, &session));
  clens_record record = CLENS_RECORD_INIT;
  while (clens_recording_next(recording, &record) == CLENS_OK) {
    if (session == nullptr) continue;
    std::vector<float> scores(record.candidates < 4096 ? record.candidates + 1 : 1);
    static_cast<void>(clens_session_run_flat(session, record.flat, record.flat_size, record.score_kind, scores.data(),
                                             scores.size()));
    clens_batch view = CLENS_BATCH_INIT;
    clens_column columns[8];
    static_cast<void>(clens_flat_read(session, record.flat, record.flat_size, &view, columns, 8));
  }
  clens_session_release(session);
  clens_inputs_release(inputs);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Host host;
  if (size == 0) return 0;
  std::vector<std::byte> file;
  const auto* bytes = reinterpret_cast<const std::byte*>(data + 1);
  if ((data[0] & 1) != 0) file = host.header;
  file.insert(file.end(), bytes, bytes + size - 1);
  // Bit 1: what follows the header becomes one record with sound checksums, so that its inside is what is tried.
  const std::size_t begin = host.header.size();
  if ((data[0] & 3) == 3 && file.size() >= begin + sizeof(clicklens::format::RecordHeader)) {
    file.resize(begin + (file.size() - begin) / 8 * 8);
    clicklens::format::seal_record(std::span(file).subspan(begin), host.checksum);
  }
  std::FILE* out = std::fopen(host.path.c_str(), "wb");
  if (out == nullptr || std::fwrite(file.data(), 1, file.size(), out) != file.size()) std::abort();
  std::fclose(out);
  clens_recording* recording = nullptr;
  if (clens_recording_open(host.path.c_str(), &recording) == CLENS_OK) replay(host, recording);
  clens_recording_release(recording);
  return 0;
}
