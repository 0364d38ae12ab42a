// The product's own verifier (`fairpoint verify`) over the store of a run that has ended. The
// auditor knows what callers asked for, the verifier only what is stored: of one store they must
// say the same.
#ifndef FAIRPOINT_TESTS_SIMULATION_VERDICT_H_
#define FAIRPOINT_TESTS_SIMULATION_VERDICT_H_

#include <cstddef>
#include <string>

#include "audit/verify.h"
#include "engine/store.h"
#include "tests/simulation/world.h"

namespace fairpoint::simulation {

// What the verifier finds wrong, or counts otherwise than the auditor's world. Empty if all is
// well.
std::string CheckVerdict(engine::Store& store, const audit::VerifyOptions& options,
                         const World& world, size_t receipt_count);

}  // namespace fairpoint::simulation

#endif  // FAIRPOINT_TESTS_SIMULATION_VERDICT_H_
