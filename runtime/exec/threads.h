// Helper threads of a session: started when it is made, asleep between runs. They do not survive fork:
// run() in a child process is BAD_STATE.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "base/status.h"

namespace clicklens::exec {

using Task = void (*)(void* context, std::size_t i);

class HelperThreads {
 public:
  explicit HelperThreads(std::size_t helpers);
  ~HelperThreads();
  HelperThreads(const HelperThreads&) = delete;
  HelperThreads& operator=(const HelperThreads&) = delete;

  // task(context, i) for i < n, one of them on this thread; n is at most helpers + 1.
  base::Status run(Task task, void* context, std::size_t n);

 private:
  void work(std::size_t index);
  void stop() noexcept;

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  Task task_ = nullptr;
  void* context_ = nullptr;
  std::size_t count_ = 0;       // tasks of the run at hand
  std::size_t unfinished_ = 0;  // helpers still at work
  std::size_t generation_ = 0;
  bool stop_ = false;
  pid_t process_;
  std::vector<std::thread> threads_;
};

}  // namespace clicklens::exec
