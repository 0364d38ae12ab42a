#include "api/roles.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "api/text.h"

namespace fairpoint::api {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"member-app", "pos", "operator", "auditor",
                                                    "admin"};

constexpr uint8_t Bit(Role role) { return static_cast<uint8_t>(1U << static_cast<uint8_t>(role)); }

constexpr uint8_t kAdminOnly = Bit(Role::kAdmin);
constexpr uint8_t kOffice = kAdminOnly | Bit(Role::kOperator);
constexpr uint8_t kReaders = kOffice | Bit(Role::kAuditor);
constexpr uint8_t kMembers = kOffice | Bit(Role::kMemberApp);
constexpr uint8_t kPosting = kOffice | Bit(Role::kMemberApp) | Bit(Role::kPos);
constexpr uint8_t kEverybody = kPosting | Bit(Role::kAuditor);

constexpr Method kMethods[] = {
    {"ProgramService", "PublishProgram", true, kAdminOnly},
    {"ProgramService", "GetProgram", false, kEverybody},
    {"ProgramService", "ListProgramVersions", false, kEverybody},
    {"MemberService", "EnrollMember", true, kPosting},
    {"MemberService", "GetMember", false, kEverybody},
    {"MemberService", "LookupMember", false, kEverybody},
    {"MemberService", "FreezeMember", true, kOffice},
    {"MemberService", "UnfreezeMember", true, kOffice},
    {"MemberService", "LinkIdentity", true, kMembers},
    {"MemberService", "UnlinkIdentity", true, kOffice},
    {"MemberService", "SetTags", true, kOffice},
    {"MemberService", "MergeMembers", true, kOffice},
    {"MemberService", "EraseMember", true, kOffice},
    {"MemberService", "ImportMembers", true, kOffice},
    {"MemberService", "ExportBalances", false, kReaders},
    {"PointsService", "EarnPoints", true, kPosting},
    {"PointsService", "RedeemPoints", true, kPosting},
    {"PointsService", "HoldPoints", true, kPosting},
    {"PointsService", "CaptureHold", true, kPosting},
    {"PointsService", "ReleaseHold", true, kPosting},
    {"PointsService", "ReleasePending", true, kPosting},
    {"PointsService", "ReverseEntry", true, kPosting},
    {"PointsService", "TransferPoints", true, kMembers},
    {"PointsService", "AdjustPoints", true, kOffice},
    {"PointsService", "GetBalance", false, kEverybody},
    {"PointsService", "ListEntries", false, kEverybody},
    {"PointsService", "BatchPost", true, kPosting},
    {"PointsService", "SweepMembers", true, kOffice},
    {"OrderService", "RecordPurchase", true, kPosting},
    {"OrderService", "RecordReturn", true, kPosting},
    {"OrderService", "ClaimReceipt", true, kPosting},
    {"OrderService", "GetOrder", false, kEverybody},
    {"OrderService", "ListOrders", false, kEverybody},
    {"OrderService", "ImportOrders", true, kOffice},
    {"PricingService", "RecordPriceFacts", true, kOffice},
    {"PricingService", "ImportPriceFacts", true, kOffice},
    {"PricingService", "RecordChannelPromotions", true, kOffice},
    {"PricingService", "WithdrawListing", true, kOffice},
    {"PricingService", "ConfirmPriceFact", true, kOffice},
    {"PricingService", "RecordOffers", true, kOffice},
    {"PricingService", "GetPriceHistory", false, kEverybody},
    {"PricingService", "GetPrices", false, kEverybody},
    {"PricingService", "QuoteBasket", true, kPosting},
    {"PricingService", "CommitBasket", true, kPosting},
    {"PricingService", "ExamineExternalOrder", false, kEverybody},
    {"PricingService", "GetPriceEvidence", false, kEverybody},
    {"PricingService", "ListParityAlerts", false, kReaders},
    {"PricingService", "ListPriceCredits", false, kReaders},
    {"PricingService", "MarkPriceCredit", true, kOffice},
};

}  // namespace

std::string_view Name(Role role) { return kNames[static_cast<size_t>(role)]; }

std::optional<Role> RoleFromName(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Role>(found - kNames.begin());
}

std::span<const Method> Methods() { return kMethods; }

const Method& MethodNamed(std::string_view service, std::string_view name) {
  for (const Method& method : kMethods) {
    if (method.service == service && method.name == name) return method;
  }
  std::abort();
}

std::string RolesTable() {
  std::string table = "| method | writes |";
  for (const Role role : kRoles) absl::StrAppend(&table, " ", Absl(Name(role)), " |");
  table += "\n|---|---|---|---|---|---|---|\n";
  for (const Method& method : kMethods) {
    absl::StrAppend(&table, "| `", Absl(method.service), "/", Absl(method.name), "` | ",
                    method.writes ? "writes" : "reads", " |");
    for (const Role role : kRoles) absl::StrAppend(&table, method.Allows(role) ? " yes |" : " - |");
    table += "\n";
  }
  return table;
}

}  // namespace fairpoint::api
