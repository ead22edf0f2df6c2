#include "absent.h"

#include "guard.h"

namespace clicklens::capi {

clens_status absent(const char* function) noexcept {
  return report(base::Status::error(base::Code::unsupported, "%s: this library was built without lenses", function));
}

}  // namespace clicklens::capi
