#include "server/storyteller.h"

#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "api/text.h"

namespace fairpoint::server {
namespace {

std::string Spoken(const std::string& name) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", " "}});
}

// The number after the dot.
std::string Seq(const std::string& id) {
  const size_t dot = id.rfind('.');
  return dot == std::string::npos ? "" : id.substr(dot + 1);
}

constexpr char kIndent[] = "                         ";

}  // namespace

std::string AccountName(v1::Account account) { return Spoken(v1::Account_Name(account)); }
std::string KindName(v1::Entry::Kind kind) { return Spoken(v1::Entry::Kind_Name(kind)); }

void Storyteller::Title(std::string_view text) {
  out_ << "\n" << text << "\n" << std::string(text.size(), '-') << "\n";
}

void Storyteller::Step(std::string_view what, std::string_view why) {
  out_ << absl::StreamFormat("\n%2d  %-20s %s\n", ++step_, api::Absl(what), api::Absl(why));
}

void Storyteller::Note(std::string_view text) { out_ << kIndent << text << "\n"; }

void Storyteller::Balance(const v1::Balance& balance) {
  out_ << kIndent
       << absl::StreamFormat("available %-6d pending %-6d held %-6d debt %d\n", balance.available(),
                             balance.pending(), balance.held(), balance.debt())
       << std::flush;
}

std::string Storyteller::Local(const google::protobuf::Timestamp& time) const {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(time.seconds()), zone_);
}

void Storyteller::Expiries(const v1::GetBalanceResponse& balance) {
  for (const v1::Expiry& expiry : balance.expiries()) {
    Note(absl::StrCat(expiry.points(), " points expire ",
                      expiry.has_expire_time() ? "at " + Local(expiry.expire_time()) : "never"));
  }
}

void Storyteller::Statement(const std::vector<v1::Entry>& entries) {
  out_ << absl::StreamFormat("%4s  %-16s %-24s %7s  %4s %4s %5s  %9s %8s %6s %6s  %s\n", "seq",
                             "what", "from -> to", "points", "lot", "hold", "undoes", "available",
                             "pending", "held", "debt", "reason");
  for (const v1::Entry& entry : entries) {
    const v1::Balance& after = entry.balance_after();
    out_ << absl::StreamFormat(
        "%4d  %-16s %-24s %7d  %4s %4s %6s  %9d %8d %6d %6d  %s\n", entry.seq(),
        KindName(entry.kind()),
        absl::StrCat(AccountName(entry.from_account()), " -> ", AccountName(entry.to_account())),
        entry.points(), Seq(entry.lot_id()), Seq(entry.hold_id()), Seq(entry.reverses_entry_id()),
        after.available(), after.pending(), after.held(), after.debt(),
        entry.reason().empty() ? "(" + entry.actor() + ")" : entry.reason());
  }
}

}  // namespace fairpoint::server
