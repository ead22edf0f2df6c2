// A version of a slot: checked, warmed, a session a seat.
#include <utility>

#include "guard.h"
#include "sized.h"
#include "slot.h"

namespace clicklens::capi {
namespace {

using base::Code;
using base::Status;

constexpr std::uint32_t known_flags =
    CLENS_PUBLISH_SKIP_VERIFY | CLENS_PUBLISH_SKIP_SELF_TEST | CLENS_PUBLISH_SKIP_WARM;

Status check_model(const clens_publication& given) {
  const exec::Model& model = *given.model->model;
  if ((given.flags & CLENS_PUBLISH_SKIP_VERIFY) == 0)
    CLENS_TRY(model.file().verify_segments(format::ModelFile::Verify::unverified));
  if ((given.flags & CLENS_PUBLISH_SKIP_WARM) == 0) CLENS_TRY(model.file().warm());
  if ((given.flags & CLENS_PUBLISH_SKIP_SELF_TEST) != 0 || model.desc().self_test.batch.empty()) return {};
  return run_self_test(given.model->model);
}

// That no run through the slot will find the cache unreadable or of another model.
Status check_cache(const clens_publication& given, const exec::Session& session) {
  if (given.cache == nullptr) return {};
  if (!session.plan().caches)
    return Status::error(Code::invalid_argument,
                         "publication.cache: publication.session.cache is 0, so none can read it");
  if (given.cache->cache->model().file().id() == given.model->model->file().id()) return {};
  return Status::error(Code::stale, "publication.cache: was filled by another model");
}

}  // namespace

base::Result<SlotVersions> make_version(const clens_publication& given, const exec::Inputs& inputs, std::size_t seats) {
  CLENS_TRY(require(given.model, "publication.model"));
  if ((given.flags & ~known_flags) != 0)
    return Status::error(Code::invalid_argument, "publication.flags: unknown flags 0x%x", given.flags & ~known_flags);
  if (given.reserved != 0) return Status::error(Code::invalid_argument, "publication.reserved: must be 0");
  CLENS_TRY(check_model(given));
  SlotVersions made(1);
  SlotVersion& version = made.front();
  version.sessions.reserve(seats);
  for (std::size_t i = 0; i < seats; ++i) {
    auto session = create_session(given.model->model, inputs, given.session);
    if (!session.ok()) return session.status();
    version.sessions.push_back(std::move(*session));
  }
  CLENS_TRY(check_cache(given, *version.sessions.front()->session));
  clens_model_retain(given.model);
  version.model.reset(given.model);
  return made;
}

}  // namespace clicklens::capi
