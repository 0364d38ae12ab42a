// The rules of points in a programme file.
#ifndef FAIRPOINT_API_POINT_RULES_H_
#define FAIRPOINT_API_POINT_RULES_H_

#include "api/rules_reader.h"
#include "ledger/program.h"

namespace fairpoint::api {

// `root` is the programme's place.
void ReadPoints(RulesReader& reader, const Spot& root, const v1::Program& in, ledger::Program& out);

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_POINT_RULES_H_
