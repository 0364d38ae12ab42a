#include "api/import_stream.h"

#include <utility>

#include "api/bytes.h"
#include "api/errors.h"
#include "api/status.h"

namespace fairpoint::api {
namespace {

// Under way at once, read and not answered.
constexpr size_t kRequestsMax = 512;
constexpr size_t kBytesMax = 16 << 20;

}  // namespace

ImportStream::ImportStream(Door& door, const Method& method, grpc::CallbackServerContext& context,
                           const google::protobuf::Descriptor& request_type)
    : door_(door),
      method_(method),
      credentials_(CredentialsOf(context)),
      request_type_(request_type) {}

void ImportStream::Begin() {
  Authenticate(credentials_, door_.keys,
               [this](const absl::StatusOr<PrincipalPtr>& caller) { Admit(caller); });
}

void ImportStream::OnReadDone(bool ok) {
  if (!ok) {
    return Change([this] {
      reading_ = false;
      all_read_ = true;
    });
  }
  Slot* slot = nullptr;
  {
    const std::lock_guard lock(mutex_);
    slot = &slots_.emplace_back();
    slot->bytes = in_.Length();
    bytes_ += slot->bytes;
    ++undecided_;
  }
  Take(in_, *slot);
  Change([this] { reading_ = false; });
}

void ImportStream::OnWriteDone(bool ok) {
  Change([this, ok] {
    writing_ = false;
    bytes_ -= slots_.front().bytes;
    slots_.pop_front();
    if (!ok) broken_ = true;
  });
}

void ImportStream::OnCancel() {
  Change([this] { broken_ = true; });
}

void ImportStream::Admit(const absl::StatusOr<PrincipalPtr>& caller) {
  if (!caller.ok()) return Refuse(caller.status());
  caller_ = *caller;
  if (!method_.Allows(caller_->role)) return Refuse(RoleMayNot(caller_->role, method_));
  Change([this] { admitted_ = true; });
}

void ImportStream::Refuse(const absl::Status& status) {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
  }
  door_.observer.OnCall(method_, caller_ == nullptr ? "" : caller_->id, status,
                        absl::Now() - begun_at_);
  Finish(ToGrpc(status, &request_type_));
}

void ImportStream::Hold(Slot& slot, std::function<void()> submit) {
  const std::lock_guard lock(mutex_);
  slot.is_alone = true;
  alone_ = true;
  held_ = std::move(submit);
}

void ImportStream::Answer(Slot& slot, const google::protobuf::Message& answer) {
  grpc::ByteBuffer bytes = Serialized(answer);
  Change([this, &slot, &bytes] {
    slot.answer = std::move(bytes);
    if (slot.is_alone) alone_ = false;
    --undecided_;
  });
}

// Changes the state and begins whatever can be begun then. The end is outside the lock: with it
// this object goes.
template <class Body>
void ImportStream::Change(const Body& body) {
  std::optional<grpc::Status> end;
  std::function<void()> next;
  {
    const std::lock_guard lock(mutex_);
    body();
    end = Continue();
    // Itself is the one that is left.
    if (!reading_ && undecided_ == 1) next = std::exchange(held_, nullptr);
    if (end) finished_ = true;
  }
  if (next) next();
  if (!end) return;
  const absl::Status status =
      end->ok() ? absl::OkStatus() : absl::CancelledError("the caller hung up");
  door_.observer.OnCall(method_, caller_->id, status, absl::Now() - begun_at_);
  Finish(*end);
}

// How the call is to be ended, if it is over. Requires mutex_.
std::optional<grpc::Status> ImportStream::Continue() {
  if (finished_ || !admitted_) return std::nullopt;
  if (broken_) {
    const bool is_over = undecided_ == 0 && !reading_ && !writing_;
    return is_over ? std::optional(grpc::Status::CANCELLED) : std::nullopt;
  }
  if (!writing_ && !slots_.empty() && slots_.front().answer) {
    writing_ = true;
    StartWrite(&*slots_.front().answer);
  }
  if (!reading_ && !all_read_ && !alone_ && slots_.size() < kRequestsMax && bytes_ < kBytesMax) {
    reading_ = true;
    StartRead(&in_);
  }
  const bool is_over = all_read_ && slots_.empty() && !reading_ && !writing_;
  return is_over ? std::optional(grpc::Status::OK) : std::nullopt;
}

}  // namespace fairpoint::api
