// What is wrong with a model, in C++11, as clicklens.hpp has the rest:
//
//   clicklens::Diagnosis diagnosis(model);
//   session_options.observed = ... diagnosis.values();  session_options.gradients = 1;
//   diagnosis.add(session, batch, rows, CLENS_DAY_TRAIN, "day=01");
//   for (std::size_t i = 0, n = diagnosis.judge(); i < n; ++i) diagnosis.finding(i).text;
#ifndef CLICKLENS_DIAGNOSE_HPP
#define CLICKLENS_DIAGNOSE_HPP

#include <clicklens/clicklens.hpp>

namespace clicklens {

struct ReleaseDiagnosis {
  void operator()(clens_diagnosis* handle) const noexcept { clens_diagnosis_release(handle); }
};

// One thread at a time.
class Diagnosis {
 public:
  explicit Diagnosis(const Model& model, const clens_diagnosis_options* options = nullptr) {
    std::size_t count = 0;
    const clens_status status = clens_diagnosis_values(model.get(), nullptr, 0, &count);
    if (status != CLENS_E_BUFFER_TOO_SMALL) check(status);
    values_.resize(count);
    check(clens_diagnosis_values(model.get(), values_.data(), values_.size(), &count));
    clens_diagnosis* made = nullptr;
    check(clens_diagnosis_create(model.get(), options, &made));
    handle_.reset(made);
  }
  clens_diagnosis* get() const noexcept { return handle_.get(); }
  // What clens_session_options.observed must hold for add().
  const std::vector<std::size_t>& values() const noexcept { return values_; }

  void add(Session& session, const Batch& batch, const clens_rows& rows, clens_day_part part, const std::string& day) {
    const clens_batch view = session.view(batch);
    check(clens_diagnosis_add(get(), session.get(), &view, &rows, static_cast<std::uint32_t>(part), day.c_str()));
  }
  void name_group(std::uint64_t key, const std::string& name) {
    check(clens_diagnosis_name_group(get(), key, name.c_str()));
  }
  // How many findings there are.
  std::size_t judge() {
    std::size_t count = 0;
    check(clens_diagnosis_judge(get(), &count));
    return count;
  }
  // Its strings live until the next judge().
  clens_finding finding(std::size_t index) const {
    clens_finding finding = CLENS_FINDING_INIT;
    check(clens_diagnosis_finding(get(), index, &finding));
    return finding;
  }
  clens_evidence evidence(std::size_t finding, std::size_t index) const {
    clens_evidence evidence = CLENS_EVIDENCE_INIT;
    check(clens_diagnosis_evidence(get(), finding, index, &evidence));
    return evidence;
  }

 private:
  std::vector<std::size_t> values_;
  std::unique_ptr<clens_diagnosis, ReleaseDiagnosis> handle_;
};

}  // namespace clicklens

#endif  // CLICKLENS_DIAGNOSE_HPP
