// A session that was made runs quietly: no allocation, no lock, no system call with one strand, whatever the
// number of candidates; and the host's floating-point state neither matters nor changes.
#include <fenv.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <clicklens/slot.hpp>
#include <csignal>
#include <cstddef>
#include <functional>
#include <iterator>
#include <vector>

#include "alloc_heap.h"
#include "base/fp_environment.h"
#include "support/probing_host.h"
#include "support/recording.h"
#include "support/rich_host.h"

namespace clicklens::testing {
namespace {

// Everything a session can be asked for, on any number of candidates up to 300, without allocating itself.
class Everything {
 public:
  static constexpr std::size_t most = 300;
  Everything()
      : host_({most}),
        session_(host_.seeing_session()),
        grouping_(grouping_session(host_)),
        exiting_(session_with(host_, probing_options(true))),
        cached_(host_.session(&caching_)),
        int8_(int8_session(host_)),
        slot_(slot_of(host_)),
        values_(most * 10),
        means_(10, 0.25f),
        sums_(10) {
    fill_cache();
    make_recorder();
    for (std::size_t n = 1; n <= most; ++n) {
      const clens_batch part = batch(n);
      std::size_t size = 0;
      EXPECT_EQ(clens_flat_size(session_.get(), &part, &size), CLENS_OK);
      flat_.emplace_back(size / 8);
      EXPECT_EQ(clens_flat_write(session_.get(), &part, flat_.back().data(), size), CLENS_OK);
    }
  }

  bool run(std::size_t n) noexcept {
    return score(n) && score_flat(n) && explain(n) && group(n) && average(n) && cover(n) && exit(n) &&
           score_cached(n) && in_int8(n) && record(n) && in_slot(n);
  }
  [[nodiscard]] std::uint64_t exited() const noexcept { return exited_; }
  [[nodiscard]] clens_recorder_stats recorded() const { return stats_of(recorder_.get()); }

 private:
  [[nodiscard]] clens_batch batch(std::size_t n) const noexcept {
    clens_batch part = host_.batch();
    offsets_[1] = static_cast<std::int64_t>(n);
    part.candidates = n;
    part.request_offsets = offsets_;
    return part;
  }
  bool score(std::size_t n) noexcept {
    clens_capture capture = {tiny::hidden_relu, values_.data(), values_.size(), 0, 0, 0, 0};
    float scores[most];
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores;
    output.capacity = most;
    output.captures = &capture;
    output.capture_count = 1;
    const clens_batch part = batch(n);
    return clens_session_run(session_.get(), &part, &output) == CLENS_OK && capture.rows == n;
  }
  bool score_flat(std::size_t n) noexcept {
    float scores[most];
    const auto& buffer = flat_[n - 1];
    return clens_session_run_flat(session_.get(), buffer.data(), buffer.size() * 8, 0, scores, most) == CLENS_OK;
  }
  bool exit(std::size_t n) noexcept {
    float scores[most];
    float probes[most * tiny_probes];
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores;
    output.capacity = most;
    output.probe_logits = probes;
    output.probe_capacity = most * tiny_probes;
    const clens_batch part = batch(n);
    const auto& buffer = flat_[n - 1];
    if (clens_session_run(exiting_.get(), &part, &output) != CLENS_OK) return false;
    exited_ = output.exited;
    return clens_session_run_flat(exiting_.get(), buffer.data(), buffer.size() * 8, 0, scores, most) == CLENS_OK;
  }
  // Every other candidate cached; ads of the others are read, in order.
  void fill_cache() {
    clens_cache_options options = CLENS_CACHE_OPTIONS_INIT;
    options.rows = most;
    clens_cache* made = nullptr;
    EXPECT_EQ(clens_cache_create(host_.model(), host_.inputs(), &options, &made), CLENS_OK) << last_error();
    cache_.reset(made);
    clens_batch ads = host_.batch();
    ads.requests = 0;
    ads.request_offsets = nullptr;
    EXPECT_EQ(clens_cache_fill(made, &ads, nullptr, nullptr), CLENS_OK) << last_error();
    for (std::size_t c = 0; c < most; ++c) cache_rows_.push_back(c % 2 == 0 ? -1 : static_cast<std::int64_t>(c));
  }
  bool score_cached(std::size_t n) noexcept {
    float scores[most];
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores;
    output.capacity = most;
    clens_batch part = batch(n);
    part.cache = cache_.get();
    part.cache_rows = cache_rows_.data();
    return clens_session_run(cached_.get(), &part, &output) == CLENS_OK;
  }
  static HandleOf<clens_session> int8_session(const TinyHost& host) {
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.precision = CLENS_PRECISION_INT8;
    return host.session(&options);
  }
  bool in_int8(std::size_t n) noexcept {
    float scores[most];
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores;
    output.capacity = most;
    const clens_batch part = batch(n);
    return clens_session_run(int8_.get(), &part, &output) == CLENS_OK;
  }
  static std::unique_ptr<clens_slot, ReleaseSlot> slot_of(const TinyHost& host) {
    clens_slot* made = nullptr;
    EXPECT_EQ(clens_slot_create(host.inputs(), nullptr, &made), CLENS_OK) << last_error();
    clens_publication publication = CLENS_PUBLICATION_INIT;
    publication.model = host.model();
    EXPECT_EQ(clens_slot_publish(made, &publication, nullptr), CLENS_OK) << last_error();
    return std::unique_ptr<clens_slot, ReleaseSlot>(made);
  }
  bool in_slot(std::size_t n) noexcept {
    float scores[most];
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores;
    output.capacity = most;
    const clens_batch part = batch(n);
    clens_seat seat = CLENS_SEAT_INIT;
    return clens_slot_enter(slot_.get(), 0, &seat) == CLENS_OK &&
           clens_session_run(seat.session, &part, &output) == CLENS_OK && clens_slot_leave(slot_.get(), 0) == CLENS_OK;
  }
  // The ring is never emptied here: some requests find room, the others are dropped.
  void make_recorder() {
    clens_recorder_options options = CLENS_RECORDER_OPTIONS_INIT;
    options.sample_rate = 0.9;
    options.ring_bytes = std::uint64_t{1} << 18;
    recorder_ = testing::make_recorder(host_, recorded_.str(), &options);
  }
  bool record(std::size_t n) noexcept {
    const std::uint64_t key = n;
    float scores[most];
    clens_output output = CLENS_OUTPUT_INIT;
    output.values = scores;
    output.capacity = most;
    clens_batch part = batch(n);
    part.request_keys = &key;
    return clens_session_run(session_.get(), &part, &output) == CLENS_OK &&
           clens_recorder_record(recorder_.get(), session_.get(), &part, &output) == CLENS_OK;
  }
  bool explain(std::size_t n) noexcept {
    const clens_batch part = batch(n);
    for (std::uint32_t method = 0; method <= CLENS_SALIENCY_GRADIENT_L2; ++method) {
      for (std::uint32_t level = 0; level <= CLENS_LEVEL_DIMENSION; ++level) {
        if (method == CLENS_SALIENCY_CENTRED && level == CLENS_LEVEL_ID) continue;
        clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
        spec.method = method;
        spec.level = level;
        spec.means = means_.data();
        spec.mean_count = means_.size();
        if (clens_saliency_run(session_.get(), &part, &spec, values_.data(), values_.size(), nullptr) != CLENS_OK)
          return false;
      }
    }
    return true;
  }
  static HandleOf<clens_session> grouping_session(const TinyHost& host) {
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.gradients = CLENS_GRADIENTS_GROUPS;
    return host.session(&options);
  }
  bool group(std::size_t n) noexcept {
    const clens_batch part = batch(n);
    clens_saliency_spec spec = CLENS_SALIENCY_SPEC_INIT;
    spec.means = means_.data();
    spec.mean_count = means_.size();
    return clens_saliency_run(grouping_.get(), &part, &spec, values_.data(), values_.size(), nullptr) == CLENS_OK;
  }
  bool average(std::size_t n) noexcept {
    const clens_batch part = batch(n);
    std::uint64_t rows = 0;
    return clens_saliency_means(session_.get(), &part, sums_.data(), sums_.size(), &rows) == CLENS_OK && rows == n;
  }
  bool cover(std::size_t n) noexcept {
    const clens_batch part = batch(n);
    std::uint8_t covered[3 * most];
    return clens_saliency_coverage(session_.get(), &part, covered, sizeof covered) == CLENS_OK && covered[0] == 1;
  }

  TinyHost host_;
  clens_session_options caching_ = [] {
    clens_session_options options = CLENS_SESSION_OPTIONS_INIT;
    options.cache = 1;
    return options;
  }();
  TemporaryPath recorded_{"quiet"};
  RecorderHandle recorder_;
  HandleOf<clens_session> session_, grouping_, exiting_, cached_, int8_;
  std::unique_ptr<clens_slot, ReleaseSlot> slot_;
  HandleOf<clens_cache> cache_;
  std::vector<std::int64_t> cache_rows_;
  std::uint64_t exited_ = 0;  // by the last run
  std::vector<float> values_, means_;
  std::vector<double> sums_;
  std::vector<std::vector<std::uint64_t>> flat_;
  mutable std::int64_t offsets_[2] = {0, 0};
};

TEST(Quiet, NoAllocationAndNoLock) {
  Everything everything;
  ASSERT_TRUE(everything.run(1)) << last_error();
  bool good = true;
  std::int64_t requests = 0;
  std::int64_t locks = 0;
  {
    const ArmedHeap heap;
    for (std::size_t n = 1; n <= Everything::most; ++n) good = everything.run(n) && good;
    requests = ArmedHeap::requests();
    locks = locks_taken();
  }
  EXPECT_TRUE(good) << last_error();
  EXPECT_GT(everything.exited(), 0u);
  EXPECT_LT(everything.exited(), Everything::most);
  const clens_recorder_stats recorded = everything.recorded();
  EXPECT_LT(recorded.sampled, recorded.offered);
  EXPECT_GT(recorded.dropped, 0u);
  EXPECT_LT(recorded.dropped, recorded.sampled);
  EXPECT_EQ(requests, 0);
  EXPECT_EQ(locks, 0);
}

TEST(Quiet, TheCountersCount) {
  std::int64_t requests = 0;
  std::int64_t locks = 0;
  {
    const ArmedHeap heap;
    std::vector<int>* escaped = new std::vector<int>(10);
    static std::vector<int>* volatile sink;
    sink = escaped;
    delete sink;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    requests = ArmedHeap::requests();
    locks = locks_taken();
  }
  EXPECT_EQ(requests, under_tsan ? 0 : 2);
  EXPECT_EQ(locks, under_sanitizer ? 0 : 1);
}

constexpr int cannot_filter = 99;

void on_system_call(int) {
  _exit(1);
}

// The exit status of a child that may make no system call but exit while it runs `work`.
int run_without_system_calls(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGSYS, on_system_call);
    sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
                          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const sock_fprog program{static_cast<unsigned short>(std::size(code)), code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
      _exit(cannot_filter);
    _exit(work() ? 0 : 2);
  }
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(Quiet, NoSystemCall) {
  if (under_sanitizer) GTEST_SKIP() << "a sanitizer's runtime makes system calls of its own";
  const int probe = run_without_system_calls([] { return getppid() != 0; });
  if (probe == cannot_filter) GTEST_SKIP() << "seccomp filters are not available here";
  ASSERT_EQ(probe, 1) << "the filter does not see system calls";
  Everything everything;
  ASSERT_TRUE(everything.run(1)) << last_error();
  EXPECT_EQ(run_without_system_calls([&] {
              bool good = true;
              for (std::size_t n = 1; n <= Everything::most; ++n) good = everything.run(n) && good;
              return good;
            }),
            0);
}

// A host's own control word: flush-to-zero, denormals-are-zero and rounding upwards.
#if defined(__x86_64__)
void disturb() {
  _mm_setcsr(base::FpEnvironment::canonical | 0x8040u | 0x4000u);
}
void settle() {
  _mm_setcsr(base::FpEnvironment::canonical);
}
#else
void disturb() {
  const std::uint64_t word = (1ull << 24) | (1ull << 22);  // FZ, round towards plus infinity
  asm volatile("msr fpcr, %0" ::"r"(word) : "memory");
}
void settle() {
  const std::uint64_t word = 0;
  asm volatile("msr fpcr, %0" ::"r"(word) : "memory");
}
#endif

TEST(Quiet, TheHostsFloatingPointStateIsKeptAndChangesNoBit) {
  RichHost host(64);
  const std::vector<float> wanted = host.run(0, RichHost::entries);
  const clens_batch batch = host.batch(0, RichHost::entries);
  std::vector<float> scores(RichHost::entries);
  clens_output output = CLENS_OUTPUT_INIT;
  output.kind = CLENS_OUTPUT_LOGIT;
  output.values = scores.data();
  output.capacity = scores.size();
  disturb();
  const auto before = base::FpEnvironment::read();
  const clens_status good = clens_session_run(host.session(), &batch, &output);
  const auto after_success = base::FpEnvironment::read();
  output.kind = 7;
  const clens_status bad = clens_session_run(host.session(), &batch, &output);
  const auto after_failure = base::FpEnvironment::read();
  settle();
  EXPECT_EQ(good, CLENS_OK);
  EXPECT_EQ(bad, CLENS_E_INVALID_ARGUMENT);
  EXPECT_TRUE(before != base::FpEnvironment::canonical);
  EXPECT_EQ(after_success, before);
  EXPECT_EQ(after_failure, before);
  EXPECT_EQ(bits(scores), bits(wanted));
}

}  // namespace
}  // namespace clicklens::testing
