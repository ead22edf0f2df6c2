// score MODEL: what score.c does, with owners and exceptions.
#include <clicklens/clicklens.hpp>
#include <cstdio>
#include <exception>

#include "made_up.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: score MODEL\n");
    return 2;
  }
  try {
    const clicklens::Model model(argv[1]);
    clicklens::Session session(model, clicklens::Inputs::of(model));
    const MadeUp request(model, 5);
    const std::vector<float> scores = session.run(request.batch());
    const std::size_t tasks = model.describe().outputs;
    for (std::size_t ad = 0; ad < request.batch().candidates(); ++ad)
      std::printf("ad %zu: %.6f\n", ad, static_cast<double>(scores[ad * tasks]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
