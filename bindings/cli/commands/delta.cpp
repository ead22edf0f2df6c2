// `delta`: made of two models, described, or applied to a base.
#include "commands/commands.h"
#include "engine/engine.h"

namespace clicklens::cli {
namespace {

Handle<clens_delta> open_delta(const std::string& path, clens_delta_info& info) {
  clens_delta* opened = nullptr;
  check(clens_delta_open(path.c_str(), nullptr, &opened));
  Handle<clens_delta> delta(opened);
  check(clens_delta_describe(delta.get(), &info));
  return delta;
}

}  // namespace

DeltaReport delta(const DeltaOptions& options) {
  DeltaReport report;
  if (!options.info.empty()) {
    report.delta = options.info;
    open_delta(options.info, report.info);
    return report;
  }
  report.base = options.models.front();
  const Model base(options.models.front());
  if (!options.apply.empty()) {
    report.what = DeltaReport::What::applied;
    report.delta = options.apply;
    report.out = options.out;
    const Handle<clens_delta> delta = open_delta(options.apply, report.info);
    check(clens_delta_write(delta.get(), base.get(), options.out.c_str()));
    return report;
  }
  report.what = DeltaReport::What::made;
  report.delta = options.out;
  const Model result(options.models.back());
  clens_delta_options made = CLENS_DELTA_OPTIONS_INIT;
  made.most_share = options.limit;
  check(clens_delta_make(base.get(), result.get(), options.out.c_str(), &made, &report.info));
  return report;
}

}  // namespace clicklens::cli
