#include "exec/threads.h"

#include <unistd.h>

namespace clicklens::exec {

HelperThreads::HelperThreads(std::size_t helpers) : process_(getpid()) {
  threads_.reserve(helpers);
  try {
    for (std::size_t i = 0; i < helpers; ++i) threads_.emplace_back([this, i] { work(i + 1); });
  } catch (...) {
    stop();  // those that did start
    throw;
  }
}

HelperThreads::~HelperThreads() {
  stop();
}

void HelperThreads::stop() noexcept {
  if (getpid() != process_) {  // the threads are not in this process: there is nothing to join
    for (std::thread& thread : threads_) thread.detach();
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

base::Status HelperThreads::run(Task task, void* context, std::size_t n) {
  if (getpid() != process_)
    return base::Status::error(base::Code::bad_state, "session: its helper threads did not survive fork");
  {
    const std::lock_guard lock(mutex_);
    task_ = task;
    context_ = context;
    count_ = n;
    unfinished_ = threads_.size();
    ++generation_;
  }
  wake_.notify_all();
  task(context, 0);
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return unfinished_ == 0; });
  return {};
}

void HelperThreads::work(std::size_t index) {
  std::size_t seen = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stop_ || generation_ != seen; });
    if (stop_) return;
    seen = generation_;
    const bool mine = index < count_;
    lock.unlock();
    if (mine) task_(context_, index);
    lock.lock();
    if (--unfinished_ == 0) done_.notify_one();
  }
}

}  // namespace clicklens::exec
