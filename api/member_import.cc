#include "api/member_import.h"

#include <utility>

#include "api/bytes.h"
#include "api/errors.h"
#include "api/import_stream.h"
#include "api/members.h"
#include "api/status.h"

namespace fairpoint::api {
namespace {

class MemberImport final : public ImportStream {
 public:
  MemberImport(Door& door, const Method& method, grpc::CallbackServerContext& context)
      : ImportStream(door, method, context, *v1::ImportMembersRequest::descriptor()) {}

 private:
  void Take(grpc::ByteBuffer& bytes, Slot& slot) override {
    if (!Parse(bytes, request_)) return Decide(slot, MalformedMessage());
    const Origin origin{.caller = caller(), .batch_program_id = {}};
    absl::StatusOr<engine::Command> command = CommandFromProto(request_, RandomMember(), origin);
    if (!command.ok()) return Decide(slot, command.status());
    door().engine.Submit(*std::move(command), [this, &slot](absl::StatusOr<engine::Answer> answer) {
      Decide(slot, answer);
    });
  }

  void Decide(Slot& slot, const absl::StatusOr<engine::Answer>& answer) {
    v1::ImportMembersResponse response;
    if (answer.ok()) {
      v1::ImportMembersResponse::Imported& imported = *response.mutable_imported();
      imported.set_member_id(answer->member_id.value());
      imported.set_created(answer->created);
      imported.set_replayed(answer->replayed);
      base::Points points;
      for (const ledger::Entry& entry : answer->entries) {
        if (entry.kind == ledger::EntryKind::kOpen) points += entry.points;
      }
      imported.set_points(points.value);
    } else {
      *response.mutable_error() = ToProto(answer.status(), v1::ImportMembersRequest::descriptor());
    }
    Answer(slot, response);
  }

  v1::ImportMembersRequest request_;
};

}  // namespace

Reactor* StartMemberImport(Door& door, const Method& method, grpc::CallbackServerContext& context) {
  auto* const import = new MemberImport(door, method, context);
  import->Begin();
  return import;
}

}  // namespace fairpoint::api
