// Sessions of the tiny host with probes, as a probe's handle would give them, and with early exit.
#pragma once

#include "../../capi/src/handles.h"
#include "support/tiny_host.h"

namespace clicklens::testing {

inline constexpr std::size_t tiny_probes = 2;

// A probe of the hidden layer, by which about half of the candidates stop, and one of the user's bag.
exec::SessionOptions probing_options(bool exits);

HandleOf<clens_session> session_with(const TinyHost& host, const exec::SessionOptions& options);

}  // namespace clicklens::testing
