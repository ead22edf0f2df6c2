#include "commands/tasks.h"

#include <exception>
#include <mutex>
#include <thread>

namespace clicklens::cli {
namespace {

class Threads {
 public:
  ~Threads() {
    for (std::thread& thread : threads_) thread.join();
  }
  void start(std::function<void()> work) { threads_.emplace_back(std::move(work)); }

 private:
  std::vector<std::thread> threads_;
};

}  // namespace

void Tasks::run(unsigned workers, Progress& progress) const {
  std::mutex mutex;  // of what follows, and of the bar
  std::size_t next = 0;
  std::exception_ptr failed;
  const auto work = [&] {
    const Progress::Silence quiet;
    std::unique_lock lock(mutex);
    while (next < tasks_.size() && !failed) {
      const Task& task = tasks_[next++];
      lock.unlock();
      std::exception_ptr thrown;
      try {
        task.work();
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      if (thrown && !failed) failed = thrown;
      progress.finish_part(task.measure);
      progress.update(0);
    }
  };
  {
    Threads others;
    for (unsigned i = 1; i < workers; ++i) others.start(work);
    work();
  }
  if (failed) std::rethrow_exception(failed);
}

}  // namespace clicklens::cli
