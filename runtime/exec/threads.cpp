#include "exec/threads.h"

#include <unistd.h>

namespace clicklens::exec {

HelperThreads::HelperThreads(std::size_t helpers) : shared_(std::make_unique<Shared>()), process_(getpid()) {
  Shared& shared = *shared_;
  shared.threads.reserve(helpers);
  try {
    for (std::size_t i = 0; i < helpers; ++i) shared.threads.emplace_back([&shared, i] { work(shared, i + 1); });
  } catch (...) {
    stop();  // those that did start
    throw;
  }
}

HelperThreads::~HelperThreads() {
  if (getpid() == process_)
    stop();
  else
    static_cast<void>(shared_.release());
}

void HelperThreads::stop() noexcept {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->stop = true;
  }
  shared_->wake.notify_all();
  for (std::thread& thread : shared_->threads) thread.join();
}

base::Status HelperThreads::run(Task task, void* context, std::size_t n) {
  if (getpid() != process_)
    return base::Status::error(base::Code::bad_state, "session: its helper threads did not survive fork");
  Shared& shared = *shared_;
  {
    const std::lock_guard lock(shared.mutex);
    shared.task = task;
    shared.context = context;
    shared.count = n;
    shared.unfinished = shared.threads.size();
    ++shared.generation;
  }
  shared.wake.notify_all();
  task(context, 0);
  std::unique_lock lock(shared.mutex);
  shared.done.wait(lock, [&shared] { return shared.unfinished == 0; });
  return {};
}

void HelperThreads::work(Shared& shared, std::size_t index) {
  std::size_t seen = 0;
  std::unique_lock lock(shared.mutex);
  while (true) {
    shared.wake.wait(lock, [&] { return shared.stop || shared.generation != seen; });
    if (shared.stop) return;
    seen = shared.generation;
    const bool mine = index < shared.count;
    const Task task = shared.task;
    void* const context = shared.context;
    lock.unlock();
    if (mine) task(context, index);
    lock.lock();
    if (--shared.unfinished == 0) shared.done.notify_one();
  }
}

}  // namespace clicklens::exec
