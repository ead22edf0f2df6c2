// Profiles in C++11, as clicklens.hpp has the rest:
//
//   clicklens::Profile profile(model, &options);                    // from data:
//   session_options.observed = ... profile.values();
//   profile.add(session, batch, &rows);
//   clicklens::Profile seen(model, &options);                       // from a session made with options.profile:
//   seen.collect(session);
//   seen.merge(profile);
#ifndef CLICKLENS_PROFILE_HPP
#define CLICKLENS_PROFILE_HPP

#include <clicklens/clicklens.hpp>

namespace clicklens {

struct ReleaseProfile {
  void operator()(clens_profile* handle) const noexcept { clens_profile_release(handle); }
};

// What traffic looked like to a model: exact, mergeable.
class Profile {
 public:
  explicit Profile(const Model& model, const clens_profile_options* options = nullptr) {
    list_values(model, options);
    clens_profile* made = nullptr;
    check(clens_profile_create(model.get(), options, &made));
    handle_.reset(made);
  }
  // Takes over a handle.
  explicit Profile(clens_profile* made) noexcept : handle_(made) {}
  // Of what save() gave; to be read and merged.
  static Profile load(const std::vector<std::uint8_t>& bytes) {
    clens_profile* made = nullptr;
    check(clens_profile_load(nullptr, bytes.data(), bytes.size(), &made));
    return Profile(made);
  }
  // The reference that a model carries.
  static Profile of(const Model& model) {
    clens_profile* made = nullptr;
    check(clens_model_profile(model.get(), &made));
    return Profile(made);
  }

  clens_profile* get() const noexcept { return handle_.get(); }
  // What clens_session_options.observed must hold for add().
  const std::vector<std::size_t>& values() const noexcept { return values_; }

  void add(Session& session, const Batch& batch, const clens_rows* rows = nullptr) {
    const clens_batch view = session.view(batch);
    check(clens_profile_add(get(), session.get(), &view, rows));
  }
  void merge(const Profile& other) { check(clens_profile_merge(get(), other.get())); }
  // What the session saw since the last time; how many rows. While the session runs, too.
  std::uint64_t collect(const Session& session) {
    std::uint64_t rows = 0;
    check(clens_profile_collect(session.get(), get(), &rows));
    return rows;
  }
  // On a thread of its own, a few times a second: so runs of the session copy rows and no more. How many were added up.
  static std::uint64_t settle(const Session& session) {
    std::uint64_t rows = 0;
    check(clens_profile_settle(session.get(), &rows));
    return rows;
  }
  std::vector<std::uint8_t> save() const {
    std::size_t size = 0;
    check(clens_profile_size(get(), &size));
    std::vector<std::uint8_t> bytes(size);
    check(clens_profile_save(get(), bytes.data(), size));
    return bytes;
  }
  void attach(const std::string& model_path, const std::string& out_path) const {
    check(clens_profile_attach(get(), model_path.c_str(), out_path.c_str()));
  }

  clens_profile_info describe() const {
    clens_profile_info info = CLENS_PROFILE_INFO_INIT;
    check(clens_profile_describe(get(), &info));
    return info;
  }
  clens_profile_feature feature(std::size_t index) const {
    clens_profile_feature feature = CLENS_PROFILE_FEATURE_INIT;
    check(clens_profile_read_feature(get(), index, &feature));
    return feature;
  }
  std::vector<clens_neuron> columns(clens_profile_part part) const {
    const clens_profile_info info = describe();
    const std::size_t widths[] = {info.tasks, info.inputs, info.raw, info.groups, info.groups};
    std::vector<clens_neuron> read(widths[part]);
    if (!read.empty())
      check(clens_profile_columns(get(), static_cast<std::uint32_t>(part), read.data(), sizeof(clens_neuron),
                                  read.size()));
    return read;
  }
  Neurons neurons() const {
    clens_neurons* made = nullptr;
    check(clens_profile_neurons(get(), &made));
    return Neurons(made);
  }

 private:
  void list_values(const Model& model, const clens_profile_options* options) {
    std::size_t count = 0;
    const clens_status status = clens_profile_values(model.get(), options, nullptr, 0, &count);
    if (status != CLENS_E_BUFFER_TOO_SMALL) check(status);
    values_.resize(count);
    if (count > 0) check(clens_profile_values(model.get(), options, values_.data(), count, &count));
  }

  std::unique_ptr<clens_profile, ReleaseProfile> handle_;
  std::vector<std::size_t> values_;
};

}  // namespace clicklens

#endif  // CLICKLENS_PROFILE_HPP
