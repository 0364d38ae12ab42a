// What must hold of a whole store once a run has ended, whatever happened in it: lanes without
// gaps, every append-only row in the journal and the reverse, hashes and chains, and everything as
// the auditor's world has it. Reads through the port.
#ifndef FAIRPOINT_TESTS_SIMULATION_STORE_CHECK_H_
#define FAIRPOINT_TESTS_SIMULATION_STORE_CHECK_H_

#include <cstddef>
#include <string>

#include "engine/store.h"
#include "tests/simulation/world.h"

namespace fairpoint::simulation {

// The first fault, empty if there is none.
std::string CheckStore(engine::Store& store, const World& world, size_t receipt_count);

// The balance a reader is shown of one member, against what the rules say at that instant. Empty if
// right.
std::string CheckBalance(engine::Store& store, const World& world, const World::MemberKey& key);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_STORE_CHECK_H_
