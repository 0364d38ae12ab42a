// Rows as they are against what they ought to be. Each returns what differs, empty if nothing does.
#ifndef FAIRPOINT_TESTS_SIMULATION_COMPARE_H_
#define FAIRPOINT_TESTS_SIMULATION_COMPARE_H_

#include <string>

#include "engine/receipt.h"
#include "ledger/entry.h"
#include "ledger/hold.h"
#include "ledger/lot.h"
#include "ledger/member.h"
#include "ledger/program.h"
#include "tests/simulation/book.h"
#include "tests/simulation/world.h"

namespace fairpoint::simulation {

// Whose line it is: the request that wrote it (null: only the clock) and the version whose rules it
// used (0: any).
struct ExpectedLine {
  Line line;
  const Request* request = nullptr;
  int64_t version = 0;
};

std::string Differences(const ledger::Entry& row, const ExpectedLine& expected);
std::string Differences(const ledger::Member& row, const MemberView& expected);
std::string Differences(const ledger::Lot& row, const Purse& expected);
std::string Differences(const ledger::Hold& row, const Reservation& expected);
std::string Differences(const ledger::MemberEvent& row, const WrittenEvent& expected,
                        const Request& request);
std::string Differences(const engine::Receipt& row, const Submission& submission,
                        const Judgement& expected, const std::string& secret);

// Rows as callers see them: where the journal has them is not part of the answer.
ledger::Entry WithoutLane(ledger::Entry entry);
ledger::ProgramVersion WithoutLane(ledger::ProgramVersion version);

std::string ToText(const ledger::Entry& entry);
std::string ToText(const Line& line);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_COMPARE_H_
