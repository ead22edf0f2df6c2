#include "format/held_model.h"

#include "base/pages.h"
#include "format/front.h"

namespace clicklens::format {

base::Status HeldModel::warm() const {
  for (const HeldSegment& held : held_)
    CLENS_TRY(named(name_.c_str(), held.overlay != nullptr ? held.overlay->warm() : base::warm_pages(held.bytes)));
  return {};
}

}  // namespace clicklens::format
