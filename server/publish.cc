#include "server/publish.h"

#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "api/program_file.h"
#include "base/sha256.h"
#include "server/files.h"

namespace fairpoint::server {
namespace {

constexpr size_t kRequestIdHexDigits = 48;

std::string NameOf(const std::string& path) { return path == "-" ? "standard input" : path; }

// Faults are shown with the place, where they have one (an empty file has none).
void ShowFault(const std::string& path, const api::ProgramFault& fault) {
  std::cerr << NameOf(path) << ":";
  if (fault.line > 0) std::cerr << fault.line << ":" << fault.column << ":";
  std::cerr << " " << (fault.path.empty() ? "" : fault.path + ": ") << fault.what << "\n";
}

// Whether the server would take that text from this caller: what an answer that it is there already
// must not hide.
absl::Status CheckMayPublish(const Client& client, const std::string& text) {
  v1::PublishProgramRequest request;
  request.set_program_text(text);
  request.set_validate_only(true);
  v1::PublishProgramResponse response;
  const grpc::Status checked =
      client.Call(client.programs(), &v1::ProgramService::Stub::PublishProgram, request, response);
  return checked.ok() ? absl::OkStatus() : client.Failure(checked);
}

}  // namespace

absl::StatusOr<std::string> ReadCheckedProgram(const std::string& path, std::string& program_id) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text;
  api::ProgramFile file;
  const std::vector<api::ProgramFault> faults = api::ReadProgramFile(*text, file);
  for (const api::ProgramFault& fault : faults) {
    ShowFault(path, fault);
  }
  if (!faults.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(NameOf(path), " has ", faults.size(),
                                                   faults.size() == 1 ? " fault" : " faults"));
  }
  program_id = file.program.program_id.value();
  return text;
}

absl::StatusOr<Published> PublishOnce(const Client& client, const std::string& program_id,
                                      const std::string& text) {
  const std::string sha256(base::AsBytes(base::Sha256(text)));
  v1::ListProgramVersionsRequest list;
  list.set_program_id(program_id);
  list.set_page_size(1);
  v1::ListProgramVersionsResponse versions;
  const grpc::Status listed = client.Call(
      client.programs(), &v1::ProgramService::Stub::ListProgramVersions, list, versions);
  if (!listed.ok() && ReasonIn(listed) != "PROGRAM_NOT_FOUND") return client.Failure(listed);
  int64_t latest = 0;
  if (versions.versions_size() > 0) {
    if (versions.versions(0).text_sha256() == sha256) {
      if (absl::Status may = CheckMayPublish(client, text); !may.ok()) return may;
      return Published{versions.versions(0), true};
    }
    latest = versions.versions(0).version();
  }
  v1::PublishProgramRequest request;
  const base::Hash id = base::Sha256(absl::StrCat(program_id, ":", latest, ":", sha256));
  request.set_request_id(
      absl::StrCat("publish-", base::ToHex(base::AsBytes(id)).substr(0, kRequestIdHexDigits)));
  request.set_program_text(text);
  v1::PublishProgramResponse response;
  const grpc::Status published =
      client.Call(client.programs(), &v1::ProgramService::Stub::PublishProgram, request, response);
  if (!published.ok()) return client.Failure(published);
  return Published{response.version(), response.replayed()};
}

int Check(const std::string& path) {
  std::string program_id;
  const absl::StatusOr<std::string> text = ReadCheckedProgram(path, program_id);
  if (!text.ok()) {
    std::cerr << text.status().message() << "\n";
    return absl::IsInvalidArgument(text.status()) ? 1 : 2;
  }
  std::cout << NameOf(path) << ": programme " << program_id << ", no faults\n";
  return 0;
}

int Publish(const ClientFlags& flags, const std::string& path) {
  std::string program_id;
  const absl::StatusOr<std::string> text = ReadCheckedProgram(path, program_id);
  if (!text.ok()) {
    std::cerr << text.status().message() << "\n";
    return absl::IsInvalidArgument(text.status()) ? 1 : 2;
  }
  const absl::StatusOr<Client> client = Client::Make(flags);
  if (!client.ok()) {
    std::cerr << client.status().message() << "\n";
    return 2;
  }
  const absl::StatusOr<Published> published = PublishOnce(*client, program_id, *text);
  if (!published.ok()) {
    std::cerr << "not published: " << published.status().message();
    return ExitCodeOf(published.status());
  }
  const v1::ProgramVersion& version = published->version;
  std::cout << "programme " << program_id << ", version " << version.version()
            << (published->was_there ? ", was published already" : " published")
            << ", in force from "
            << absl::FormatTime(absl::FromUnixSeconds(version.effective_time().seconds()),
                                absl::UTCTimeZone())
            << "\n";
  return 0;
}

}  // namespace fairpoint::server
