// Every allocation that a call makes fails once: it is OUT_OF_MEMORY, gives nothing out, leaks nothing, and works when
// it is tried again.
#pragma once

#include <clicklens/clicklens.h>

#include <cstdint>
#include <functional>

// Leaves the enclosing function with the status of a call that is not CLENS_OK.
#define CLENS_OR_RETURN(call)                                                              \
  do {                                                                                     \
    if (const clens_status or_return_ = (call); or_return_ != CLENS_OK) return or_return_; \
  } while (false)

namespace clicklens::testing {

// `call` returns a status and undoes what it made. `least`: allocations it is known to make. `counts_blocks`: no block
// may be left, not even one of libc's.
void fail_each(const char* name, std::int64_t least, const std::function<clens_status()>& call,
               bool counts_blocks = true);

// A handle of the C API's that is released at the end.
template <class T, void (*release)(T*)>
class Held {
 public:
  Held() = default;
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { release(at_); }
  T** out() { return &at_; }
  T* get() const { return at_; }

 private:
  T* at_ = nullptr;
};
using HeldModel = Held<clens_model, clens_model_release>;
using HeldInputs = Held<clens_inputs, clens_inputs_release>;
using HeldSession = Held<clens_session, clens_session_release>;

}  // namespace clicklens::testing
