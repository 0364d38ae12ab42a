// What a single entry must look like, whatever came before it: which accounts its kind moves
// between and what it must name.
#ifndef FAIRPOINT_AUDIT_ENTRY_RULES_H_
#define FAIRPOINT_AUDIT_ENTRY_RULES_H_

#include <optional>
#include <string>

#include "ledger/entry.h"

namespace fairpoint::audit {

struct BrokenRule {
  std::string what;
  std::string expected;
  std::string found;
};

// Whether entries of this kind have another member's that is their other side.
bool IsPaired(ledger::EntryKind kind);

// The first rule that the entry breaks; nothing if it is well-formed.
std::optional<BrokenRule> FirstBrokenRule(const ledger::Entry& entry);

}  // namespace fairpoint::audit

#endif  // FAIRPOINT_AUDIT_ENTRY_RULES_H_
