#include "lens/probe_file.h"

#include <cstring>

#include "base/file.h"
#include "base/output_file.h"
#include "format/front.h"
#include "format/writer.h"

namespace clicklens::lens {
namespace {

using base::Code;
using base::Status;

base::Result<std::vector<std::byte>> read_file(const char* path, const base::Limits& limits) {
  const auto file = base::File::open(path);
  if (!file.ok()) return file.status();
  const auto size = file->size();
  if (!size.ok()) return size.status();
  if (*size > limits.flatbuffer_bytes)
    return format::named(path, Status::error(Code::limit_exceeded, "%llu bytes are above the limit",
                                             static_cast<unsigned long long>(*size)));
  std::vector<std::byte> bytes(static_cast<std::size_t>(*size));
  CLENS_TRY(file->read_at(0, bytes));
  return bytes;
}

}  // namespace

Status save_probe(const Probe& probe, const char* path) {
  if (*path == '\0') return Status::error(Code::invalid_argument, "path: empty");
  const std::vector<std::byte> bytes = probe.pack();
  auto file = base::OutputFile::create(path);
  if (!file.ok()) return file.status();
  CLENS_TRY((*file)->write_at(0, bytes));
  return (*file)->commit(bytes.size());
}

base::Result<Probe> open_probe(const char* path, const exec::Model& model) {
  const auto bytes = read_file(path, model.limits());
  if (!bytes.ok()) return bytes.status();
  auto probe = Probe::parse(*bytes, model.desc(), model.limits());
  if (!probe.ok()) return format::named(path, probe.status());
  return probe;
}

Status attach_probe(const Probe& probe, const char* model_path, const char* out_path) {
  format::OpenOptions options;
  options.verify_segments = true;
  const auto model = format::ModelFile::open(model_path, options);
  if (!model.ok()) return model.status();
  format::ModelDesc desc = (*model)->desc();
  if (format::probed_model_id(desc) != probe.model())
    return format::named(model_path, Status::error(Code::bad_state, "probes: they were fitted to another model"));
  const std::vector<std::byte> bytes = probe.pack();
  desc.probes.resize(bytes.size());
  std::memcpy(desc.probes.data(), bytes.data(), bytes.size());
  return format::rewrite(**model, std::move(desc), out_path, options.limits);
}

base::Result<Probe> attached_probe(const exec::Model& model) {
  const std::vector<std::uint8_t>& bytes = model.desc().probes;
  const char* name = model.file().name().c_str();
  if (bytes.empty()) return format::named(name, Status::error(Code::not_found, "carries no probes"));
  auto probe = Probe::parse(std::as_bytes(std::span(bytes)), model.desc(), model.limits());
  if (!probe.ok()) return format::named(name, probe.status());
  return probe;
}

}  // namespace clicklens::lens
