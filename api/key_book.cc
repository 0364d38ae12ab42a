#include "api/key_book.h"

#include <map>
#include <string_view>
#include <utility>

#include "api/errors.h"
#include "base/sha256.h"

namespace fairpoint::api {
namespace {

constexpr std::string_view kPrefix = "fp_";
// Those who wait cost memory, and an attacker can be many.
constexpr size_t kWaitingMax = 1'000;

}  // namespace

std::optional<ApiKeyText> ParseApiKeyText(std::string_view text) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  const size_t end_of_id = text.find('_');
  if (end_of_id == std::string_view::npos || end_of_id == 0 || end_of_id + 1 == text.size()) {
    return std::nullopt;
  }
  return ApiKeyText{text.substr(0, end_of_id), text.substr(end_of_id + 1)};
}

Keys::Keys(const std::vector<engine::ApiKey>& rows) {
  std::map<std::string_view, int> valid_rows;
  for (const engine::ApiKey& key : rows) {
    if (key.is_certificate && !key.revoked_at) ++valid_rows[key.secret_sha256];
  }
  for (const engine::ApiKey& key : rows) {
    const std::optional<Role> role = RoleFromName(key.role);
    if (!role || (*role == Role::kPos && key.store_id.empty())) continue;
    Known known;
    known.secret_sha256 = key.secret_sha256;
    known.revoked = key.revoked_at.has_value();
    known.principal = std::make_shared<const Principal>(
        Principal{key.key_id, *role, *role == Role::kPos ? key.store_id : ""});
    if (key.is_certificate) {
      // A certificate revoked under one name and registered again under another is valid.
      Known& place = certificates_[key.secret_sha256];
      if (place.principal == nullptr || place.revoked) place = std::move(known);
      // Which of two roles was meant, and whether revoking one was to end both, cannot be told.
      if (valid_rows[key.secret_sha256] > 1) place = Known{};
    } else {
      by_id_[key.key_id] = std::move(known);
    }
  }
}

absl::StatusOr<PrincipalPtr> Keys::ByKey(const ApiKeyText& key) const {
  const base::Hash offered = base::Sha256(key.secret);
  const auto found = by_id_.find(key.key_id);
  if (found == by_id_.end()) return KeyWrong();
  const Known& known = found->second;
  if (!base::EqualInConstantTime(base::AsBytes(offered), known.secret_sha256)) return KeyWrong();
  if (known.revoked) return KeyRevoked();
  return known.principal;
}

absl::StatusOr<PrincipalPtr> Keys::ByCertificate(std::string_view der_sha256) const {
  const auto found = certificates_.find(der_sha256);
  if (found == certificates_.end()) return KeyWrong();
  if (found->second.revoked) return KeyRevoked();
  if (found->second.principal == nullptr) return KeyWrong();
  return found->second.principal;
}

bool Keys::KnowsKey(std::string_view key_id) const { return by_id_.find(key_id) != by_id_.end(); }

std::shared_ptr<const Keys> KeyBook::Latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

void KeyBook::Replace(const std::vector<engine::ApiKey>& rows) {
  auto keys = std::make_shared<const Keys>(rows);
  const std::lock_guard lock(mutex_);
  latest_ = std::move(keys);
}

bool KeyBook::AwaitReading(std::function<void()> then) {
  std::function<void()> nudge;
  {
    const std::lock_guard lock(mutex_);
    if (!nudge_ || waiting_.size() >= kWaitingMax) return false;
    waiting_.push_back(std::move(then));
    nudge = nudge_;
  }
  nudge();
  return true;
}

void KeyBook::OnNudge(std::function<void()> nudge) {
  const std::lock_guard lock(mutex_);
  nudge_ = std::move(nudge);
}

absl::Status KeyBook::Read(const Load& load) {
  std::vector<std::function<void()>> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
  }
  const absl::StatusOr<std::vector<engine::ApiKey>> keys = load();
  if (keys.ok()) Replace(*keys);
  for (const std::function<void()>& then : waiting) then();
  return keys.status();
}

}  // namespace fairpoint::api
