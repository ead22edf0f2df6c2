// Helper threads of a session: started when it is made, asleep between runs. They do not survive fork:
// run() in a child process is BAD_STATE.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/status.h"

namespace clicklens::exec {

inline constexpr std::size_t most_strands = 256;

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
  // What the threads touch. A child process leaks it: nobody there can tell what state it is in, and
  // destroying a condition variable would wait for threads that are not there.
  struct Shared {
    std::mutex mutex;
    std::condition_variable wake, done;
    Task task = nullptr;
    void* context = nullptr;
    std::size_t count = 0;       // tasks of the run at hand
    std::size_t unfinished = 0;  // helpers still at work
    std::size_t generation = 0;
    bool stop = false;
    std::vector<std::thread> threads;
  };
  static void work(Shared& shared, std::size_t index);
  void stop() noexcept;

  std::unique_ptr<Shared> shared_;
  pid_t process_;
};

}  // namespace clicklens::exec
