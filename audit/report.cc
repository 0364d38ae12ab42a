#include "audit/report.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "audit/findings.h"

namespace fairpoint::audit {
namespace {

double PerSecond(int64_t count, absl::Duration took) {
  const double seconds = absl::ToDoubleSeconds(took);
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::vector<std::pair<const char*, absl::int128>> Sums(const ProgramTotals& totals) {
  return {{"issued", totals.issued},
          {"redeemed", totals.redeemed},
          {"expired", totals.expired},
          {"clawedBack", totals.clawed_back},
          {"adjusted", totals.adjusted},
          {"transferred", totals.transferred},
          {"available", totals.available},
          {"pending", totals.pending},
          {"held", totals.held},
          {"debt", totals.debt},
          {"lifetimeEarned", totals.lifetime_earned}};
}

std::vector<std::pair<const char*, int64_t>> Counts(const Report& report) {
  return {{"programs", report.programs},
          {"programVersions", report.program_versions},
          {"members", report.members},
          {"entries", report.entries},
          {"memberEvents", report.member_events},
          {"lots", report.lots},
          {"holds", report.holds},
          {"reversals", report.reversals},
          {"identities", report.identities},
          {"orders", report.orders},
          {"orderReturns", report.order_returns},
          {"priceFacts", report.price_facts},
          {"offers", report.offers},
          {"promotions", report.promotions},
          {"feedReports", report.feed_reports},
          {"quotes", report.quotes},
          {"baskets", report.baskets},
          {"priceCredits", report.price_credits},
          {"creditSettlements", report.credit_settlements},
          {"receipts", report.receipts},
          {"lanes", report.lanes},
          {"journalRows", report.journal_rows},
          {"journalLeaves", report.journal_leaves}};
}

// How many bytes the character past ASCII at the beginning of `text` takes; 0 if it is none (RFC
// 3629: cut short, longer than need be, a surrogate, or past U+10FFFF).
size_t BytesOfCharacter(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size_t bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < bytes) return 0;
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  }
  const bool too_long = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool beyond = (lead == 0xed && byte(1) > 0x9f) || (lead == 0xf4 && byte(1) > 0x8f);
  return too_long || beyond ? 0 : bytes;
}

// RFC 8259. Stored texts are UTF-8 and passed on; a byte that is not, as of a row that was tampered
// with, would break the reader, so it is escaped as if it were Latin-1.
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const char c = text.front();
    size_t bytes = 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= 0x20 && c < 0x7f) {
      out += c;
    } else if (const size_t character = BytesOfCharacter(text); character > 0) {
      bytes = character;
      out.append(text.substr(0, bytes));
    } else {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<uint8_t>(c));
    }
    text.remove_prefix(bytes);
  }
  return out + "\"";
}

// "1 entry", "2 entries".
std::string Counted(int64_t count, const char* one, const char* many) {
  return absl::StrCat(count, " ", count == 1 ? one : many);
}

// "in 1.5 s: 2000 entries/s"; without a rate where there is none to speak of.
std::string Pace(absl::Duration took, int64_t entries, double per_second) {
  std::string out = absl::StrFormat("%.1f s", absl::ToDoubleSeconds(took));
  if (entries > 0 && took >= absl::Milliseconds(50)) {
    absl::StrAppendFormat(&out, ": %.0f entries/s", per_second);
  }
  return out;
}

std::string PricesIn(const Report& report) {
  return absl::StrCat("and ", Counted(report.price_facts, "price fact", "price facts"), ", ",
                      Counted(report.offers, "offer", "offers"), ", ",
                      Counted(report.promotions, "promotion", "promotions"), " and ",
                      Counted(report.feed_reports, "feed report", "feed reports"), "; ",
                      Counted(report.quotes, "quote", "quotes"), " and ",
                      Counted(report.baskets, "basket", "baskets"), "; ",
                      Counted(report.price_credits, "price credit", "price credits"), " with ",
                      Counted(report.credit_settlements, "settlement", "settlements"), "\n");
}

}  // namespace

double Report::entries_per_second_members() const { return PerSecond(entries, took_members); }
double Report::entries_per_second() const { return PerSecond(entries, took); }

std::string ToString(const Finding& finding) {
  std::string whose;
  if (!finding.program_id.empty()) {
    // A programme's own head row needs no second word of it.
    const bool is_itself = finding.record == "programme" && finding.name.empty();
    whose = absl::StrCat(is_itself ? " " : " of programme ", finding.program_id);
  }
  return absl::StrCat(finding.record, finding.name.empty() ? "" : " ", finding.name, whose, ": ",
                      finding.what, ": expected ", finding.expected, ", found ", finding.found);
}

std::string ToText(const Report& report) {
  std::string out;
  if (report.ok) {
    absl::StrAppend(&out, "all is well\n");
    if (report.programs == 0) {
      absl::StrAppend(&out,
                      "but the store is empty: it holds no programme. If you expected one, this is "
                      "another store, or a copy made without its -wal file (docs/database.md)\n");
    }
  } else {
    absl::StrAppend(&out, "NOT well: ", report.findings_total,
                    report.findings_total == 1 ? " finding" : " findings",
                    report.complete ? "" : "; rows that cannot be read were skipped", "\n");
  }
  for (const Finding& finding : report.findings)
    absl::StrAppend(&out, "  ", ToString(finding), "\n");
  const int64_t unlisted = report.findings_total - static_cast<int64_t>(report.findings.size());
  if (unlisted > 0) absl::StrAppend(&out, "  and ", unlisted, " more\n");

  absl::StrAppend(&out, "\nchecked ", Counted(report.entries, "entry", "entries"), ", ",
                  Counted(report.member_events, "event", "events"), ", ",
                  Counted(report.lots, "lot", "lots"), ", ", Counted(report.holds, "hold", "holds"),
                  " and ", Counted(report.reversals, "reversal", "reversals"), " of ",
                  Counted(report.members, "member", "members"), "; ",
                  Counted(report.identities, "identity", "identities"), "; ",
                  Counted(report.receipts, "receipt", "receipts"), "; ",
                  Counted(report.program_versions, "programme version", "programme versions"), "; ",
                  Counted(report.journal_rows, "journal row", "journal rows"), " with ",
                  Counted(report.journal_leaves, "leaf", "leaves"), " in ",
                  Counted(report.lanes, "lane", "lanes"), "\n");
  if (report.price_facts + report.offers + report.promotions + report.feed_reports + report.quotes +
          report.baskets >
      0)
    absl::StrAppend(&out, PricesIn(report));
  if (report.identities > 0 && !report.identities_opened) {
    absl::StrAppend(&out, "identities were checked without keys: whether each is of the member at ",
                    "whom it stands was not looked at\n");
  }
  if (report.quotes + report.baskets > 0 && !report.priced_again) {
    absl::StrAppend(&out, "quotes and baskets were not priced again, for want of programmes\n");
  }
  absl::StrAppend(&out, "in ", Pace(report.took, report.entries, report.entries_per_second()),
                  "; the pass over members ",
                  Pace(report.took_members, report.entries, report.entries_per_second_members()),
                  "\n");
  for (const ProgramTotals& totals : report.totals) {
    absl::StrAppend(&out, "\nprogramme ", totals.program_id.value(), ": ",
                    Counted(totals.members, "member", "members"), ", ",
                    Counted(totals.entries, "entry", "entries"), "\n");
    for (const auto& [name, sum] : Sums(totals))
      absl::StrAppendFormat(&out, "  %-15s %20s\n", name, Shown(sum));
  }
  return out;
}

std::string ToJson(const Report& report) {
  std::string out =
      absl::StrCat("{\"ok\":", report.ok ? "true" : "false",
                   ",\"complete\":", report.complete ? "true" : "false",
                   ",\"identitiesOpened\":", report.identities_opened ? "true" : "false",
                   ",\"pricedAgain\":", report.priced_again ? "true" : "false",
                   ",\"findingsTotal\":", report.findings_total, ",\"findings\":[");
  const char* comma = "";
  for (const Finding& finding : report.findings) {
    absl::StrAppend(&out, std::exchange(comma, ","), "{\"record\":", Quoted(finding.record),
                    ",\"programId\":", Quoted(finding.program_id),
                    ",\"name\":", Quoted(finding.name), ",\"what\":", Quoted(finding.what),
                    ",\"expected\":", Quoted(finding.expected),
                    ",\"found\":", Quoted(finding.found), "}");
  }
  absl::StrAppend(&out, "],\"checked\":{");
  comma = "";
  for (const auto& [name, count] : Counts(report))
    absl::StrAppend(&out, std::exchange(comma, ","), "\"", name, "\":", count);
  absl::StrAppendFormat(&out,
                        "},\"seconds\":%.3f,\"entriesPerSecond\":%.0f,\"memberPassSeconds\":%.3f,"
                        "\"memberPassEntriesPerSecond\":%.0f",
                        absl::ToDoubleSeconds(report.took), report.entries_per_second(),
                        absl::ToDoubleSeconds(report.took_members),
                        report.entries_per_second_members());
  absl::StrAppend(&out, ",\"totals\":[");
  comma = "";
  for (const ProgramTotals& totals : report.totals) {
    absl::StrAppend(&out, std::exchange(comma, ","),
                    "{\"programId\":", Quoted(totals.program_id.value()),
                    ",\"versions\":", totals.versions, ",\"members\":", totals.members,
                    ",\"entries\":", totals.entries);
    for (const auto& [name, sum] : Sums(totals))
      absl::StrAppend(&out, ",\"", name, "\":\"", Shown(sum), "\"");
    out += "}";
  }
  return out + "]}";
}

}  // namespace fairpoint::audit
