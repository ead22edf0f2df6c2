// Which sanitizer this was built with: one that replaces malloc or counts faults of its own changes what a
// test may expect.
#pragma once

#if defined(__has_feature)
#define CLENS_HAS_FEATURE(name) __has_feature(name)
#else
#define CLENS_HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_THREAD__) || CLENS_HAS_FEATURE(thread_sanitizer)
#define CLENS_UNDER_TSAN 1  // defines operator new itself
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(CLENS_UNDER_TSAN) || CLENS_HAS_FEATURE(address_sanitizer) || \
    CLENS_HAS_FEATURE(undefined_behavior_sanitizer)
#define CLENS_UNDER_SANITIZER 1
#endif

namespace clicklens::testing {

#if defined(CLENS_UNDER_SANITIZER)
inline constexpr bool under_sanitizer = true;
#else
inline constexpr bool under_sanitizer = false;
#endif
#if defined(CLENS_UNDER_TSAN)
inline constexpr bool under_tsan = true;
#else
inline constexpr bool under_tsan = false;
#endif

}  // namespace clicklens::testing
