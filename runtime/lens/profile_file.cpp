#include "lens/profile_file.h"

#include <cstring>

#include "format/front.h"
#include "format/probe_desc.h"
#include "format/writer.h"

namespace clicklens::lens {

using base::Code;
using base::Status;

Status attach_profile(const Profile& profile, const char* model_path, const char* out_path) {
  format::OpenOptions options;
  options.verify_segments = true;
  const auto model = format::ModelFile::open(model_path, options);
  if (!model.ok()) return model.status();
  format::ModelDesc desc = (*model)->desc();
  if (format::probed_model_id(desc) != profile.model_id())
    return format::named(model_path, Status::error(Code::bad_state, "profile: of another model"));
  const auto bytes = profile.save();
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() > options.limits.flatbuffer_bytes)
    return Status::error(Code::limit_exceeded, "profile: %zu bytes are more than a model's description may have (%llu)",
                         bytes->size(), static_cast<unsigned long long>(options.limits.flatbuffer_bytes));
  desc.profile.resize(bytes->size());
  std::memcpy(desc.profile.data(), bytes->data(), bytes->size());
  return format::rewrite(**model, std::move(desc), out_path, options.limits);
}

base::Result<std::unique_ptr<Profile>> attached_profile(std::shared_ptr<const exec::Model> model) {
  const std::vector<std::uint8_t>& bytes = model->desc().profile;
  const std::string name = model->file().name();
  if (bytes.empty()) return format::named(name.c_str(), Status::error(Code::not_found, "carries no profile"));
  auto profile = Profile::load(std::move(model), std::as_bytes(std::span(bytes)));
  if (!profile.ok()) return format::named(name.c_str(), profile.status());
  return profile;
}

}  // namespace clicklens::lens
