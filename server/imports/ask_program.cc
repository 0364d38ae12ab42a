#include "server/imports/ask_program.h"

#include "fairpoint/v1/program.pb.h"
#include "google/protobuf/text_format.h"

namespace fairpoint::server::imports {

absl::StatusOr<AskedProgram> AskProgram(const Client& client, const std::string& program_id) {
  v1::GetProgramRequest request;
  request.set_program_id(program_id);
  request.set_version(1);
  v1::ProgramVersion version;
  const grpc::Status status =
      client.Call(client.programs(), &v1::ProgramService::Stub::GetProgram, request, version);
  if (!status.ok()) return client.Failure(status);
  // A newer server may say more than this program knows.
  google::protobuf::TextFormat::Parser parser;
  parser.AllowUnknownField(true);
  v1::Program program;
  if (!parser.ParseFromString(version.program_text(), &program))
    return absl::AbortedError("the server's programme cannot be read: is this program too old?\n");
  constexpr int64_t kNanosPerMicro = 1'000;
  const google::protobuf::Timestamp& begin = version.effective_time();
  return AskedProgram{
      .currency = program.currency(),
      .begins_at = {begin.seconds() * base::kMicrosPerSecond + begin.nanos() / kNanosPerMicro}};
}

}  // namespace fairpoint::server::imports
