// Fills a store through the engine and times the verifier on it: verify_speed URL MEMBERS COMMANDS.
// Prints one line of JSON a run.
#include <sys/resource.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/time/clock.h"
#include "audit/testing/workload.h"
#include "audit/verify.h"
#include "storage/open.h"

namespace fairpoint {
namespace {

double Cpu() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

int Main(const std::string& url, int members, int commands) {
  storage::StoreOptions options;
  if (const char* password = std::getenv("FAIRPOINT_TEST_MYSQL_PASSWORD"))
    options.password = password;
  if (commands > 0) {
    const auto migrated = storage::MigrateStore(url, options);
    if (!migrated.ok())
      return std::fprintf(stderr, "%s\n", migrated.status().ToString().c_str()), 1;
    auto store = storage::OpenStore(url, options);
    if (!store.ok()) return std::fprintf(stderr, "%s\n", store.status().ToString().c_str()), 1;
    const absl::Time began = absl::Now();
    audit::Workload workload(**store, 1);
    const base::ProgramId program("sample");
    workload.Publish(program, 1 + 3 * 4 * 2 * 2);
    for (int i = 0; i < members; ++i) workload.Enroll(program);
    workload.EarnAndRedeem(commands, 400);
    std::fprintf(stderr, "filled with %lld commands in %s\n",
                 static_cast<long long>(workload.accepted()),
                 absl::FormatDuration(absl::Now() - began).c_str());
  }
  options.read_only = true;
  auto store = storage::OpenStore(url, options);
  if (!store.ok()) return std::fprintf(stderr, "%s\n", store.status().ToString().c_str()), 1;
  rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  audit::VerifyOptions verify;
  std::string pass;
  double pass_began = Cpu();
  verify.progress_every = absl::ZeroDuration();
  verify.on_progress = [&](const audit::Progress& progress) {
    if (progress.pass == pass) return;
    if (!pass.empty()) std::printf("%s: %.2f s of CPU\n", pass.c_str(), Cpu() - pass_began);
    pass = progress.pass;
    pass_began = Cpu();
  };
  const auto report = audit::Verify(**store, verify);
  std::printf("%s: %.2f s of CPU\n", pass.c_str(), Cpu() - pass_began);
  getrusage(RUSAGE_SELF, &after);
  if (!report.ok()) return std::fprintf(stderr, "%s\n", report.status().ToString().c_str()), 1;
  std::printf("%s", ToText(*report).c_str());
  const auto seconds = [](const timeval& a, const timeval& b) {
    return static_cast<double>(b.tv_sec - a.tv_sec) +
           1e-6 * static_cast<double>(b.tv_usec - a.tv_usec);
  };
  std::printf("cpu %.2f user %.2f sys; peak memory %ld MB (before %ld)\n",
              seconds(before.ru_utime, after.ru_utime), seconds(before.ru_stime, after.ru_stime),
              after.ru_maxrss / 1024, before.ru_maxrss / 1024);
  return report->ok ? 0 : 1;
}

}  // namespace
}  // namespace fairpoint

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return fairpoint::Main(argv[1], std::atoi(argv[2]), std::atoi(argv[3]));
}
