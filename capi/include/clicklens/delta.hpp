// Deltas in C++11, as clicklens.hpp has the rest:
//
//   clicklens::Delta::make(clicklens::Model("a.clens"), clicklens::Model("b.clens"), "a-b.clensd");
//
//   clicklens::Delta delta("a-b.clensd");
//   slot.publish(delta.apply(base));                        // a loader's thread
#ifndef CLICKLENS_DELTA_HPP
#define CLICKLENS_DELTA_HPP

#include <clicklens/clicklens.hpp>

namespace clicklens {

struct ReleaseDelta {
  void operator()(clens_delta* handle) const noexcept { clens_delta_release(handle); }
};

class Delta {
 public:
  explicit Delta(const std::string& path, const clens_limits* limits = nullptr) {
    clens_delta* opened = nullptr;
    check(clens_delta_open(path.c_str(), limits, &opened));
    handle_.reset(opened);
  }
  clens_delta* get() const noexcept { return handle_.get(); }

  clens_delta_info describe() const {
    clens_delta_info info = CLENS_DELTA_INFO_INIT;
    check(clens_delta_describe(get(), &info));
    return info;
  }
  // Throws STALE where `base` is not what the delta was made for.
  Model apply(const Model& base, std::uint64_t copied_below = 0) const {
    clens_apply_options options = CLENS_APPLY_OPTIONS_INIT;
    options.copied_below = copied_below;
    clens_model* made = nullptr;
    check(clens_delta_apply(get(), base.get(), &options, &made));
    return Model::take(made);
  }
  void write(const Model& base, const std::string& path) const {
    check(clens_delta_write(get(), base.get(), path.c_str()));
  }

  // most_share 0: a tenth.
  static clens_delta_info make(const Model& base, const Model& result, const std::string& path, double most_share = 0) {
    clens_delta_options options = CLENS_DELTA_OPTIONS_INIT;
    options.most_share = most_share;
    clens_delta_info info = CLENS_DELTA_INFO_INIT;
    check(clens_delta_make(base.get(), result.get(), path.c_str(), &options, &info));
    return info;
  }

 private:
  std::unique_ptr<clens_delta, ReleaseDelta> handle_;
};

}  // namespace clicklens

#endif  // CLICKLENS_DELTA_HPP
