// Profiles: made, added to, merged, saved, attached.
#include "profile.h"

#include <algorithm>
#include <cstring>

#include "batch.h"
#include "guard.h"
#include "lens/profile_file.h"
#include "neurons.h"
#include "sized.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

Status hand_out(base::Result<std::unique_ptr<lens::Profile>> made, clens_profile** out) {
  if (!made.ok()) return made.status();
  *out = std::make_unique<clens_profile>(clens_profile{std::move(*made)}).release();
  return {};
}

Status require_profile(const clens_session& session) {
  return session.watch != nullptr ? Status()
                                  : Status::error(Code::bad_state, "session: was created without options.profile");
}

}  // namespace

lens::Collector& collector_of(const clens_session& session) noexcept {
  return static_cast<ProfileWatch&>(*session.watch).collector();
}

Status read_profile_options(const clens_profile_options* given, lens::ProfileOptions& options,
                            CollectorOptions& of_session) {
  clens_profile_options known = CLENS_PROFILE_OPTIONS_INIT;
  CLENS_TRY(read_sized(given, "options", known));
  if (known.values != nullptr && known.value_count == 0)
    return Status::error(Code::invalid_argument, "options.value_count: 0, with values");
  CLENS_TRY(read_values(known.values, known.value_count, "options.values", options.values));
  if (known.task >= format::no_index) return Status::error(Code::invalid_argument, "options.task: %zu", known.task);
  options.task = static_cast<std::uint32_t>(known.task);
  if (known.mean_count != 0) {
    CLENS_TRY(require(known.means, "options.means"));
    options.means.assign(known.means, known.means + known.mean_count);
  }
  if (known.sections != 0) options.sections = known.sections;
  if (known.every != 0) options.every = known.every;
  if (known.count_every != 0) options.count_every = known.count_every;
  if (known.sample_rows != 0) options.sample_rows = known.sample_rows;
  if (known.buckets != 0) options.buckets = known.buckets;
  if (known.most_rows != 0) of_session.most_rows = known.most_rows;
  if (known.waiting_rows != 0) of_session.waiting_rows = known.waiting_rows;
  return {};
}

}  // namespace clicklens::capi

using clicklens::base::Code;
using clicklens::base::Status;
using clicklens::capi::guard;
using clicklens::capi::require;
using clicklens::lens::Profile;

clens_status clens_profile_create(const clens_model* model, const clens_profile_options* options, clens_profile** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    clicklens::lens::ProfileOptions known;
    clicklens::capi::CollectorOptions of_session;
    CLENS_TRY(clicklens::capi::read_profile_options(options, known, of_session));
    return clicklens::capi::hand_out(Profile::create(model->model, known), out);
  });
}

void clens_profile_release(clens_profile* profile) {
  delete profile;
}

clens_status clens_profile_values(const clens_model* model, const clens_profile_options* options, size_t* values,
                                  size_t capacity, size_t* count) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(count, "count"));
    clicklens::lens::ProfileOptions known;
    clicklens::capi::CollectorOptions of_session;
    CLENS_TRY(clicklens::capi::read_profile_options(options, known, of_session));
    const auto wanted = Profile::wanted_values(*model->model, known);
    *count = wanted.size();
    if (capacity < wanted.size())
      return Status::error(Code::buffer_too_small, "capacity: %zu, there are %zu values", capacity, wanted.size());
    if (!wanted.empty()) CLENS_TRY(require(values, "values"));
    std::copy(wanted.begin(), wanted.end(), values);
    return {};
  });
}

clens_status clens_profile_add(clens_profile* profile, clens_session* session, const clens_batch* batch,
                               const clens_rows* rows) {
  if (session == nullptr) return clicklens::capi::report(require(session, "session"));
  return guard(session->message, [&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    clicklens::exec::Batch known;
    CLENS_TRY(clicklens::capi::read_batch(*session, batch, known));
    clicklens::lens::NeuronRows about;
    CLENS_TRY(clicklens::capi::read_rows(rows, batch, about));
    return profile->profile->add(*session->session, known, about);
  });
}

clens_status clens_profile_merge(clens_profile* profile, const clens_profile* other) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(require(other, "other"));
    return profile->profile->merge(*other->profile);
  });
}

clens_status clens_profile_size(const clens_profile* profile, size_t* size) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(require(size, "size"));
    const auto bytes = profile->profile->save();
    if (!bytes.ok()) return bytes.status();
    *size = bytes->size();
    return {};
  });
}

clens_status clens_profile_save(const clens_profile* profile, void* buffer, size_t capacity) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(require(buffer, "buffer"));
    const auto bytes = profile->profile->save();
    if (!bytes.ok()) return bytes.status();
    if (capacity < bytes->size())
      return Status::error(Code::buffer_too_small, "capacity: %zu, there are %zu bytes", capacity, bytes->size());
    std::memcpy(buffer, bytes->data(), bytes->size());
    return {};
  });
}

clens_status clens_profile_load(const clens_model* model, const void* bytes, size_t size, clens_profile** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(bytes, "bytes"));
    CLENS_TRY(require(out, "out"));
    return clicklens::capi::hand_out(
        Profile::load(model == nullptr ? nullptr : model->model, {static_cast<const std::byte*>(bytes), size}), out);
  });
}

clens_status clens_profile_collect(clens_session* session, clens_profile* profile, uint64_t* rows) {
  return guard([&]() -> Status {
    CLENS_TRY(require(session, "session"));
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(clicklens::capi::require_profile(*session));
    const auto came = clicklens::capi::collector_of(*session).collect(*profile->profile);
    if (!came.ok()) return came.status();
    if (rows != nullptr) *rows = *came;
    return {};
  });
}

clens_status clens_profile_settle(clens_session* session, uint64_t* rows) {
  return guard([&]() -> Status {
    CLENS_TRY(require(session, "session"));
    CLENS_TRY(clicklens::capi::require_profile(*session));
    const std::uint64_t settled = clicklens::capi::collector_of(*session).settle();
    if (rows != nullptr) *rows = settled;
    return {};
  });
}

clens_status clens_profile_attach(const clens_profile* profile, const char* model_path, const char* out_path) {
  return guard([&]() -> Status {
    CLENS_TRY(require(profile, "profile"));
    CLENS_TRY(require(model_path, "model_path"));
    CLENS_TRY(require(out_path, "out_path"));
    return clicklens::lens::attach_profile(*profile->profile, model_path, out_path);
  });
}

clens_status clens_model_profile(const clens_model* model, clens_profile** out) {
  return guard([&]() -> Status {
    CLENS_TRY(require(model, "model"));
    CLENS_TRY(require(out, "out"));
    return clicklens::capi::hand_out(clicklens::lens::attached_profile(model->model), out);
  });
}
