// Sessions, and slots of them, where there are neither probes nor profiles.
#include "session_lenses.h"
#include "slot.h"

namespace clicklens::capi {
namespace {

base::Status refused(const char* option) noexcept {
  return base::Status::error(base::Code::unsupported, "options.%s: this library was built without lenses", option);
}

}  // namespace

base::Status read_lenses(const clens_session_options& given, const exec::Model&, exec::SessionOptions&) {
  if (given.probe != nullptr) return refused("probe");
  return given.profile != nullptr ? refused("profile") : base::Status();
}

base::Result<std::unique_ptr<SessionWatch>> make_watch(const clens_session_options&,
                                                       const std::shared_ptr<const exec::Model>&, exec::Session&) {
  return std::unique_ptr<SessionWatch>();
}

base::Result<SlotProfile> collect_version(SlotVersion&) {
  return SlotProfile();
}

}  // namespace clicklens::capi
