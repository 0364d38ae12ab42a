// What the engine and the ledger answer, as protos.
#ifndef FAIRPOINT_API_ANSWERS_H_
#define FAIRPOINT_API_ANSWERS_H_

#include <string>

#include "base/time.h"
#include "engine/command.h"
#include "fairpoint/v1/member_service.pb.h"
#include "fairpoint/v1/points_service.pb.h"
#include "fairpoint/v1/program_service.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "ledger/entry.h"
#include "ledger/program.h"

namespace fairpoint::api {

void ToProto(base::Instant instant, google::protobuf::Timestamp& out);
void ToProto(const ledger::Entry& entry, v1::Entry& out);

// `with_entries` false leaves the entries out: ids and balances only. So does an answer that would
// be too large, and says so.
void ToProto(const engine::Answer& answer, bool with_entries, v1::Transaction& out);
void ToProto(const engine::Answer& answer, bool with_entries, v1::PostingResponse& out);
// `currency` is the programme's.
void ToProto(const engine::Answer& answer, bool with_entries, const std::string& currency,
             v1::ReverseEntryResponse& out);

void ToProto(const ledger::ProgramVersion& version, v1::ProgramVersion& out);

// Clients take 4 MiB by default, and an answer that they refuse would look like a refused write.
inline constexpr size_t kAnswerBytesMax = 7 << 19;  // 3.5 MiB
// `entries` are those in the answer.
bool IsTooLarge(int entries, const google::protobuf::Message& answer);
void OmitEntries(v1::Transaction& transaction);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_ANSWERS_H_
