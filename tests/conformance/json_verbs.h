// What each `do` of cases.json calls, for the C++ runner.
#ifndef CLICKLENS_CONFORMANCE_JSON_VERBS_H
#define CLICKLENS_CONFORMANCE_JSON_VERBS_H

#include "json_batch.h"

namespace conformance {

struct NotOffered {};  // the C++ header has no way to ask for it

struct Found {
  std::string bytes, expected;  // that are hashed
  std::string wrong;            // what else is not as expected
};

class Runner {
 public:
  Runner(const Json& all, std::string models) : all_(all), models_(std::move(models)) {}

  [[nodiscard]] Found run(const Json& c) const;

 private:
  [[nodiscard]] clicklens::Model open(const Json& c, const std::string& name) const;
  [[nodiscard]] const Json& given(const std::string& batch) const { return all_.at("batches").at(batch); }

  [[nodiscard]] Found score(const Json& c) const;
  [[nodiscard]] Found saliency(const Json& c) const;
  [[nodiscard]] Found means(const Json& c) const;
  [[nodiscard]] Found coverage(const Json& c) const;
  [[nodiscard]] Found attribution(const Json& c) const;
  [[nodiscard]] Found probe(const Json& c) const;
  [[nodiscard]] Found delta(const Json& c) const;
  [[nodiscard]] Found exit(const Json& c) const;
  [[nodiscard]] Found profile(const Json& c) const;
  [[nodiscard]] Found cache(const Json& c) const;
  [[nodiscard]] Found file(const Json& c) const;
  [[nodiscard]] Found self_test(const Json& c) const;
  [[nodiscard]] Found session(const Json& c) const;
  [[nodiscard]] Found enumeration(const Json& c) const;
  [[nodiscard]] Found status_name(const Json& c) const;

  const Json& all_;
  std::string models_;
};

}  // namespace conformance

#endif  // CLICKLENS_CONFORMANCE_JSON_VERBS_H
