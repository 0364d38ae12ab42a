#include <utility>

#include "api/answers.h"
#include "api/call.h"
#include "api/digest.h"
#include "api/fields.h"
#include "api/program_file.h"
#include "api/read_call.h"
#include "api/served.h"
#include "api/services.h"
#include "base/sha256.h"
#include "fairpoint/v1/program_service.pb.h"

namespace fairpoint::api {
namespace {

using PublishCall = Call<v1::PublishProgramRequest, v1::PublishProgramResponse>;

// A programme that would be published: all but what publishing itself decides.
void AnswerValidated(PublishCall& call, const ProgramFile& file) {
  v1::ProgramVersion& version = *call.response().mutable_version();
  version.set_program_id(file.program.program_id.value());
  if (file.effective_from) ToProto(*file.effective_from, *version.mutable_effective_time());
  version.set_program_text(call.request().program_text());
  version.set_text_sha256(std::string(base::AsBytes(base::Sha256(call.request().program_text()))));
  call.Reply();
}

void Publish(PublishCall& call) {
  const v1::PublishProgramRequest& request = call.request();
  Fields fields;
  engine::Command command;
  if (!request.validate_only() || !request.request_id().empty()) {
    command.posting.request_id = fields.RequestId("request_id", request.request_id());
  }
  if (!fields.ok()) return call.Refuse(fields.status());
  absl::StatusOr<ProgramFile> file = ProgramFromText(request.program_text());
  if (!file.ok()) return call.Refuse(file.status());
  if (request.validate_only()) return AnswerValidated(call, *file);
  command.program_id = file->program.program_id;
  command.posting.actor = call.caller().id;
  command.operation = ledger::PublishProgram{request.program_text(), std::move(file->program),
                                             file->effective_from};
  command.digest = DigestOf(request, {});
  command.deadline = call.deadline();
  call.door().engine.Submit(std::move(command), [&call](absl::StatusOr<engine::Answer> answer) {
    if (!answer.ok()) return call.Refuse(answer.status());
    call.response().set_replayed(answer->replayed);
    ToProto(answer->program_version, *call.response().mutable_version());
    call.Reply();
  });
}

}  // namespace

std::unique_ptr<grpc::Service> MakeProgramService(Door& door) {
  return MakeService(
      door, "ProgramService",
      {{"PublishProgram",
        &StartCall<v1::PublishProgramRequest, v1::PublishProgramResponse, &Publish>},
       {"GetProgram", &StartRead<v1::GetProgramRequest, v1::ProgramVersion, &ReadProgram>},
       {"ListProgramVersions", &StartRead<v1::ListProgramVersionsRequest,
                                          v1::ListProgramVersionsResponse, &ReadProgramVersions>}});
}

}  // namespace fairpoint::api
