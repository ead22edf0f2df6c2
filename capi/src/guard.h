// The boundary: every function of the C ABI that can fail runs its body in guard(), so nothing throws into a
// host, and the last failure of a thread keeps its message.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <system_error>

#include "base/fp_environment.h"
#include "base/status.h"
#include "clicklens/clicklens.h"
#include "message.h"

namespace clicklens::capi {

// Keeps the message of `status` for clens_last_error on this thread and gives its code. Allocates nothing.
clens_status report(const base::Status& status) noexcept;

// Runs `body`, which returns base::Status, in the canonical floating-point environment.
template <class Body>
base::Status contain(Body&& body) noexcept {
  const base::FpEnvironment environment;
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return base::Status::error(base::Code::out_of_memory, "out of memory");
  } catch (const std::length_error&) {  // a container longer than any can be
    return base::Status::error(base::Code::limit_exceeded, "more elements than fit into memory");
  } catch (const std::system_error& error) {  // a thread that the system would not start
    return base::Status::error(base::Code::out_of_memory, "refused by the system: %s", error.what());
  } catch (const std::exception& error) {
    return base::Status::error(base::Code::internal, "unexpected exception: %s", error.what());
  } catch (...) {
    return base::Status::error(base::Code::internal, "unexpected exception of unknown type");
  }
}

template <class Body>
clens_status guard(Body&& body) noexcept {
  const base::Status status = contain(body);
  return status.ok() ? CLENS_OK : report(status);
}

// For functions of a handle that keeps its own message too.
template <class Body>
clens_status guard(Message& message, Body&& body) noexcept {
  const base::Status status = contain(body);
  if (status.ok()) return CLENS_OK;
  message.keep(status);
  return report(status);
}

// A Status for a pointer argument that must not be NULL.
inline base::Status require(const void* pointer, const char* argument) noexcept {
  if (pointer != nullptr) return {};
  return base::Status::error(base::Code::invalid_argument, "%s: NULL", argument);
}

}  // namespace clicklens::capi
