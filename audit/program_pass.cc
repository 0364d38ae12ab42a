#include "audit/program_pass.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/snapshot.h"

namespace fairpoint::audit {
namespace {

using base::ProgramId;
using ledger::ProgramHead;
using ledger::ProgramVersion;

constexpr char kProgramRecord[] = "programme";
constexpr char kVersionRecord[] = "programme version";

class VersionChain {
 public:
  VersionChain(Context& context, const ProgramId& program_id)
      : context_(context), program_id_(program_id) {}

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

  int64_t last_version() const { return last_version_; }
  const base::Hash& last_hash() const { return last_hash_; }

 private:
  void Find(int64_t version, std::string what, std::string expected, std::string found) {
    context_.findings.Add({kVersionRecord, program_id_.value(), absl::StrCat(version),
                           std::move(what), std::move(expected), std::move(found)});
  }
  void Expect(int64_t version, const char* what, const base::Hash& expected,
              const base::Hash& found) {
    if (expected != found) Find(version, what, Shown(expected), Shown(found));
  }

  Context& context_;
  const ProgramId& program_id_;
  int64_t last_version_ = 0;
  base::Hash last_hash_{};
};

// DATA_LOSS: a version cannot be read; the finding is made.
absl::Status CheckVersions(Context& context, VersionChain& chain, const ProgramId& program_id) {
  std::vector<ProgramVersion> versions;
  const absl::Status read = context.session.LoadProgramVersions(program_id, 0, versions);
  if (absl::IsDataLoss(read)) {
    context.report.complete = false;
    context.findings.Add({kVersionRecord, program_id.value(), "", "rows", "ones that can be read",
                          std::string(read.message())});
  }
  int64_t& latest = context.sums[program_id].versions;
  if (!read.ok()) return read;
  for (const ProgramVersion& version : versions) chain.Add(version);
  latest = chain.last_version();
  return absl::OkStatus();
}

// `unreadable`: why the head_hash cannot be read, if it cannot.
absl::Status CheckProgram(Context& context, const ProgramHead& head,
                          const std::string* unreadable) {
  ++context.report.programs;
  const auto find = [&](const char* what, std::string expected, std::string found) {
    context.findings.Add(
        {kProgramRecord, head.program_id.value(), "", what, std::move(expected), std::move(found)});
  };
  if (unreadable != nullptr) find("head_hash", "one that can be read", *unreadable);
  VersionChain chain(context, head.program_id);
  const absl::Status checked = CheckVersions(context, chain, head.program_id);
  if (absl::IsDataLoss(checked)) {
    context.sums[head.program_id].versions = head.latest_version;
    return absl::OkStatus();
  }
  if (!checked.ok()) return checked;
  if (head.latest_version != chain.last_version())
    find("latest_version", Shown(chain.last_version()), Shown(head.latest_version));
  if (unreadable == nullptr && head.head_hash != chain.last_hash())
    find("head_hash", Shown(chain.last_hash()), Shown(head.head_hash));
  return absl::OkStatus();
}

// Versions whose programme has no row are followed all the same.
absl::Status CheckProgramsOfVersions(Context& context, const std::vector<ProgramHead>& heads) {
  std::optional<ProgramId> id;
  for (std::optional<ProgramId> before;; before = id) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    const absl::Status read = context.session.FindNextProgram(before, id);
    if (!read.ok() || !id) return read;
    if (std::ranges::find(heads, *id, &ProgramHead::program_id) != heads.end()) continue;
    context.findings.Add(
        {kProgramRecord, id->value(), "", "row", "a programme, since it has versions", "none"});
    VersionChain chain(context, *id);
    const absl::Status checked = CheckVersions(context, chain, *id);
    if (!checked.ok() && !absl::IsDataLoss(checked)) return checked;
  }
}

}  // namespace

absl::Status CheckPrograms(Context& context) {
  const Snapshot snapshot(context.session);
  if (!snapshot.status().ok()) return snapshot.status();
  std::vector<ProgramHead> heads;
  std::map<ProgramId, std::string> unreadable;
  const absl::Status read = context.session.LoadProgramHeads(heads, unreadable);
  if (!read.ok()) return read;
  for (const ProgramHead& head : heads) {
    if (const absl::Status ticked = context.Tick(); !ticked.ok()) return ticked;
    const auto why = unreadable.find(head.program_id);
    const absl::Status checked =
        CheckProgram(context, head, why == unreadable.end() ? nullptr : &why->second);
    if (!checked.ok()) return checked;
  }
  return CheckProgramsOfVersions(context, heads);
}

}  // namespace fairpoint::audit
