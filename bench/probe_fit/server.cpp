// Fits one probe each time compare.py asks: rows from a file, "LAMBDA TOLERANCE" from standard input; answers with the
// thread's milliseconds (means and sds included), objective, largest gradient component and passes.
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>

#include "kernels/dispatch.h"
#include "lens/probe_fit.h"

namespace {

using namespace clicklens;

double milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

std::vector<char> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int serve(const std::string& name, std::size_t width) {
  const std::vector<char> x = read(name + ".f32"), labels = read(name + ".u8");
  const auto table = kernels::active_table();
  if (!table.ok() || x.size() != labels.size() * width * sizeof(float)) return 2;
  lens::ProbeData data({width}, std::uint64_t{1} << 34);
  const auto* values = reinterpret_cast<const float*>(x.data());
  lens::RowInfo info;
  info.labels = reinterpret_cast<const std::uint8_t*>(labels.data());
  if (!data.append({&values, 1}, labels.size(), info).ok()) return 2;
  lens::ProbeTask task;
  task.labels = data.labels();
  std::cout.precision(17);
  for (double lambda = 0, tolerance = 0; std::cin >> lambda >> tolerance;) {
    const double start = milliseconds();
    lens::ProbeFitter fitter(**table, data, 0);
    const lens::Minimum minimum = fitter.fit(task, lambda, tolerance);
    const double end = milliseconds();
    std::cout << end - start << ' ' << minimum.objective << ' ' << minimum.gradient << ' ' << minimum.passes
              << std::endl;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return serve(argv[1], std::stoul(argv[2]));
}
