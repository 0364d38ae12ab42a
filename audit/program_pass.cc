#include "audit/program_pass.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/snapshot.h"

namespace fairpoint::audit {
namespace {

using ledger::ProgramHead;
using ledger::ProgramVersion;

constexpr char kVersionRecord[] = "programme version";

class VersionChain {
 public:
  VersionChain(Context& context, const ProgramHead& head) : context_(context), head_(head) {}

  void Add(const ProgramVersion& version) {
    ++context_.report.program_versions;
    const int64_t expected_version = last_version_ + 1;
    if (version.version != expected_version) {
      Find(expected_version, "row", "a version",
           absl::StrCat("none: the next is ", version.version));
    } else {
      Expect(version.version, "prev_hash", last_hash_, version.prev_hash);
    }
    Expect(version.version, "text_sha256", base::Sha256(version.text), version.text_sha256);
    const base::Hash hash = HashOf(version);
    Expect(version.version, "hash", hash, version.hash);
    const std::string& program_id = version.program_id.value();
    context_.coverage.AddRow({engine::JournalTable::kProgramVersion, program_id, "",
                              version.version, hash, version.lane, version.lane_seq});
    context_.coverage.AddMade({engine::JournalTable::kProgramVersion, program_id, "",
                               version.request_id.value(), version.version, 1, version.lane,
                               version.lane_seq});
    last_version_ = version.version;
    last_hash_ = version.hash;
  }

  void End() {
    const std::string& program_id = head_.program_id.value();
    if (head_.latest_version != last_version_) {
      context_.findings.Add({"programme", program_id, "", "latest_version", Shown(last_version_),
                             Shown(head_.latest_version)});
    }
    if (head_.head_hash != last_hash_) {
      context_.findings.Add(
          {"programme", program_id, "", "head_hash", Shown(last_hash_), Shown(head_.head_hash)});
    }
    context_.sums[head_.program_id].versions = last_version_;
  }

 private:
  void Find(int64_t version, std::string what, std::string expected, std::string found) {
    context_.findings.Add({kVersionRecord, head_.program_id.value(), absl::StrCat(version),
                           std::move(what), std::move(expected), std::move(found)});
  }
  void Expect(int64_t version, const char* what, const base::Hash& expected,
              const base::Hash& found) {
    if (expected != found) Find(version, what, Shown(expected), Shown(found));
  }

  Context& context_;
  const ProgramHead& head_;
  int64_t last_version_ = 0;
  base::Hash last_hash_{};
};

}  // namespace

absl::Status CheckPrograms(Context& context) {
  const Snapshot snapshot(context.session);
  if (!snapshot.status().ok()) return snapshot.status();
  std::vector<ProgramHead> heads;
  if (const absl::Status read = context.session.LoadProgramHeads(heads); !read.ok()) return read;
  for (const ProgramHead& head : heads) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    ++context.report.programs;
    std::vector<ProgramVersion> versions;
    const absl::Status read = context.session.LoadProgramVersions(head.program_id, 0, versions);
    if (absl::IsDataLoss(read)) {
      context.report.complete = false;
      context.sums[head.program_id].versions = head.latest_version;
      context.findings.Add({kVersionRecord, head.program_id.value(), "", "rows",
                            "ones that can be read", std::string(read.message())});
      continue;
    }
    if (!read.ok()) return read;
    VersionChain chain(context, head);
    for (const ProgramVersion& version : versions) chain.Add(version);
    chain.End();
  }
  return absl::OkStatus();
}

}  // namespace fairpoint::audit
