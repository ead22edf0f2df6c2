#include "data/interrupt_cleanup.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

namespace clicklens::cli {
namespace {

// Written only while `armed` is 0: the handler may run between any two instructions.
std::array<char, 4096> watched{};
volatile std::sig_atomic_t armed = 0;

void on_signal(int signal) {
  if (armed != 0) unlink(watched.data());
  raise(signal);  // SA_RESETHAND: now the default, which ends the program
}

void handle(int signal) noexcept {
  struct sigaction now = {};
  if (sigaction(signal, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) return;
  struct sigaction wanted = {};
  wanted.sa_handler = on_signal;
  wanted.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&wanted.sa_mask);
  sigaction(signal, &wanted, nullptr);
}

}  // namespace

void remove_when_interrupted(const std::string& path) noexcept {
  armed = 0;
  if (path.size() >= watched.size()) return;
  std::memcpy(watched.data(), path.c_str(), path.size() + 1);
  armed = 1;
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGPIPE}) handle(signal);
}

void keep_when_interrupted() noexcept {
  armed = 0;
}

}  // namespace clicklens::cli
