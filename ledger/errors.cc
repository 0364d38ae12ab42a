#include "ledger/errors.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace fairpoint::ledger {
namespace {

using Metadata = std::map<std::string, std::string>;

absl::Status Error(absl::StatusCode code, const char* reason, const std::string& message,
                   const char* message_zh, Metadata metadata) {
  base::ErrorDetail detail;
  detail.reason = reason;
  detail.message_zh = message_zh;
  detail.metadata = std::move(metadata);
  return base::MakeError(code, message, detail);
}

absl::Status Refused(const char* reason, const std::string& message, const char* message_zh,
                     Metadata metadata = {}) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message, message_zh,
               std::move(metadata));
}

absl::Status Wrong(const char* reason, const std::string& message, const char* message_zh,
                   Metadata metadata = {}) {
  return Error(absl::StatusCode::kInvalidArgument, reason, message, message_zh,
               std::move(metadata));
}

absl::Status Missing(const char* reason, const std::string& message, const char* message_zh,
                     Metadata metadata = {}) {
  return Error(absl::StatusCode::kNotFound, reason, message, message_zh, std::move(metadata));
}

}  // namespace

absl::Status MemberNotFound() {
  return Missing("MEMBER_NOT_FOUND", "there is no such member in this programme", "未找到该会员");
}

absl::Status MemberNotActive(MemberState state) {
  const std::string name(Name(state));
  return Refused("MEMBER_NOT_ACTIVE", absl::StrCat("the member is ", name), "会员状态不可用",
                 {{"state", name}});
}

absl::Status MemberNotFrozen(MemberState state) {
  const std::string name(Name(state));
  return Refused("MEMBER_NOT_FROZEN", absl::StrCat("the member is ", name, ", not frozen"),
                 "会员未被冻结", {{"state", name}});
}

absl::Status PhoneMayNotSpend() {
  return Refused(
      "PHONE_MAY_NOT_SPEND",
      "a phone number alone may earn, not spend: name the member by another identity, or link one",
      "仅凭手机号不能使用积分");
}

absl::Status IdentityConflict(const std::string& why) {
  return Refused("IDENTITY_CONFLICT", why, "身份信息与已有会员冲突");
}

absl::Status TooManyIdentities(size_t identities_max) {
  return Refused("TOO_MANY_IDENTITIES",
                 absl::StrCat("a member has at most ", identities_max, " identities"),
                 "会员身份信息数量超出上限", {{"identitiesMax", absl::StrCat(identities_max)}});
}

absl::Status IdentityNotFound() {
  return Missing("IDENTITY_NOT_FOUND", "the member has no such identity", "未找到该身份信息");
}

absl::Status LastIdentity() {
  return Refused("LAST_IDENTITY",
                 "it is the member's only identity: nobody could find the member without it",
                 "不能解除唯一的身份信息");
}

absl::Status MergeRefused(const std::string& why) {
  static const auto* const kMessages = new Metadata{
      {"self", "a member cannot be merged into itself"},
      {"circle", "the target was merged into the source before"},
      {"open_holds", "the source has open holds: capture or release them first"},
      {"unionids", "both have a WeChat unionid: they are different people"},
      {"identities", "together they would have too many identities"},
      {"tags", "together they would have too many tags: take some away first"},
  };
  return Refused("MERGE_REFUSED", kMessages->at(why), "会员合并被拒绝", {{"why", why}});
}

absl::Status MemberHasOpenHolds() {
  return Refused("MEMBER_HAS_OPEN_HOLDS",
                 "the member has open holds: capture or release them first",
                 "会员有未处理的冻结积分");
}

absl::Status InsufficientPoints(base::Points available, base::Points requested) {
  return Refused(
      "INSUFFICIENT_POINTS",
      absl::StrCat(available.value, " points are available, ", requested.value, " were asked for"),
      "积分不足",
      {{"availablePoints", absl::StrCat(available.value)},
       {"requestedPoints", absl::StrCat(requested.value)}});
}

absl::Status BalanceOverflow() {
  return Error(absl::StatusCode::kOutOfRange, "BALANCE_OVERFLOW",
               "the member's points would exceed 2^63-1", "积分超出上限", {});
}

absl::Status NothingEarned() {
  return Refused("NOTHING_EARNED",
                 "the amount spent earns no whole point at the programme's base rate",
                 "消费金额不足以累积积分");
}

absl::Status CurrencyMismatch(const std::string& expected, const std::string& found) {
  return Wrong("CURRENCY_MISMATCH",
               absl::StrCat("the programme's currency is ", expected, ", not ", found), "币种不符",
               {{"expectedCurrency", expected}});
}

absl::Status StoreUnknown(const std::string& store_id) {
  return Wrong("STORE_UNKNOWN", absl::StrCat("the programme has no store ", store_id), "门店不存在",
               {{"storeId", store_id}});
}

absl::Status EffectiveTimeOutOfRange(base::Instant effective_at, const std::string& why) {
  return Wrong("EFFECTIVE_TIME_OUT_OF_RANGE",
               absl::StrCat("effective_time ", base::ToString(effective_at), " ", why),
               "业务时间无效", {{"effectiveTime", base::ToString(effective_at)}});
}

absl::Status LotExpiryOutOfRange(base::Instant expires_at, base::Instant now) {
  return Wrong("LOT_EXPIRY_OUT_OF_RANGE",
               absl::StrCat("the points would expire at ", base::ToString(expires_at),
                            ", which is not after now (", base::ToString(now), ")"),
               "积分有效期无效", {{"expireTime", base::ToString(expires_at)}});
}

absl::Status OpeningTooLate() {
  return Refused("OPENING_TOO_LATE",
                 "the member has entries already: a balance is opened before everything else",
                 "会员已有积分记录，不能导入期初积分");
}

absl::Status AdjustmentAboveLimit(base::Points points_max, base::Points points) {
  return Refused(
      "ADJUSTMENT_ABOVE_LIMIT",
      absl::StrCat("an operator alone may adjust by at most ", points_max.value, " points, not ",
                   points.value,
                   ": more would need a second person's approval, for which there is no "
                   "way yet"),
      "调整积分超出单人权限",
      {{"pointsMax", absl::StrCat(points_max.value)}, {"points", absl::StrCat(points.value)}});
}

absl::Status TransferRefused(const std::string& rule, std::optional<base::Points> bound,
                             const std::string& why) {
  Metadata metadata{{"rule", rule}};
  if (bound) metadata.emplace("bound", absl::StrCat(bound->value));
  return Refused("TRANSFER_REFUSED", why, "不能转赠积分", std::move(metadata));
}

absl::Status LedgerMoved(int64_t expected_seq, int64_t current_seq) {
  return Error(
      absl::StatusCode::kAborted, "LEDGER_MOVED",
      absl::StrCat("the member's last entry is ", current_seq, ", not ", expected_seq,
                   ": read the balance again and decide anew"),
      "账户已变动，请重试",
      {{"currentSeq", absl::StrCat(current_seq)}, {"expectedSeq", absl::StrCat(expected_seq)}});
}

absl::Status HoldNotFound(const base::EntryName& hold) {
  return Missing("HOLD_NOT_FOUND", absl::StrCat("there is no hold ", ToString(hold)),
                 "未找到该冻结记录", {{"holdId", ToString(hold)}});
}

absl::Status HoldNotOpen(HoldState state) {
  const std::string name(Name(state));
  return Refused("HOLD_NOT_OPEN", absl::StrCat("the hold is already ", name), "该冻结已处理",
                 {{"state", name}});
}

absl::Status CaptureExceedsHold(base::Points held, base::Points requested) {
  return Wrong("CAPTURE_EXCEEDS_HOLD",
               absl::StrCat("the hold keeps ", held.value, " points, ", requested.value,
                            " were to be captured"),
               "超出冻结积分",
               {{"heldPoints", absl::StrCat(held.value)},
                {"requestedPoints", absl::StrCat(requested.value)}});
}

absl::Status HoldExpiryOutOfRange(const std::string& why) {
  return Wrong("HOLD_EXPIRY_OUT_OF_RANGE", absl::StrCat("expire_time ", why), "冻结期限无效");
}

absl::Status EntryNotFound(const base::EntryName& entry) {
  return Missing("ENTRY_NOT_FOUND", absl::StrCat("there is no entry ", ToString(entry)),
                 "未找到该记录", {{"entryId", ToString(entry)}});
}

absl::Status AlreadyReversed(const base::EntryName& by_transaction) {
  return Refused(
      "ALREADY_REVERSED",
      absl::StrCat("the operation was reversed by transaction ", ToString(by_transaction)),
      "该记录已冲正", {{"byTransactionId", ToString(by_transaction)}});
}

absl::Status AlreadyReversed() {
  return Refused("ALREADY_REVERSED", "the operation was reversed, by keeping money from the refund",
                 "该记录已冲正");
}

absl::Status NotReversible(const std::string& kind) {
  return Refused("NOT_REVERSIBLE",
                 absl::StrCat("an operation of kind ", kind,
                              " cannot be reversed: only earn, redeem and capture can"),
                 "该类记录不能冲正", {{"kind", kind}});
}

absl::Status NothingToTakeBack() {
  return Refused("NOTHING_TO_TAKE_BACK",
                 "the programme's policy leaves nothing of this earning to take back",
                 "没有可收回的积分");
}

absl::Status NothingPending() {
  return Refused("NOTHING_PENDING", "no points of this earning are pending", "没有待生效积分");
}

absl::Status ProgramNotFound(const base::ProgramId& program_id) {
  return Missing("PROGRAM_NOT_FOUND", absl::StrCat("there is no programme ", program_id.value()),
                 "未找到该计划", {{"programId", program_id.value()}});
}

absl::Status ProgramNotBegun(const base::ProgramId& program_id, base::Instant begins_at) {
  return Missing("PROGRAM_NOT_FOUND",
                 absl::StrCat("programme ", program_id.value(), " begins at ",
                              base::ToString(begins_at), ": no version was in force before"),
                 "计划尚未开始", {{"programId", program_id.value()}});
}

absl::Status ProgramVersionNotFound(const base::ProgramId& program_id, int64_t version,
                                    int64_t newest_version) {
  return Missing("PROGRAM_VERSION_NOT_FOUND",
                 absl::StrCat("programme ", program_id.value(), " has no version ", version,
                              " (the newest is ", newest_version, ")"),
                 "未找到该计划版本",
                 {{"programId", program_id.value()},
                  {"version", absl::StrCat(version)},
                  {"newestVersion", absl::StrCat(newest_version)}});
}

absl::Status ProgramNotEffective(base::Instant at) {
  return Refused("PROGRAM_NOT_EFFECTIVE",
                 absl::StrCat("no version of the programme is in force at ", base::ToString(at)),
                 "计划尚未生效", {{"at", base::ToString(at)}});
}

absl::Status ProgramChangeRefused(const std::string& why) {
  return Refused("PROGRAM_CHANGE_REFUSED", why, "计划变更被拒绝");
}

}  // namespace fairpoint::ledger
