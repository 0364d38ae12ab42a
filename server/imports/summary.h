// What an import did, for a person and for a program.
#ifndef FAIRPOINT_SERVER_IMPORTS_SUMMARY_H_
#define FAIRPOINT_SERVER_IMPORTS_SUMMARY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "server/imports/book.h"

namespace fairpoint::server::imports {

// What the server's answers add up to. A purchase or return counts where it was recorded, now or
// by an earlier import.
struct Answered {
  int64_t purchases = 0;
  int64_t returns = 0;
  int64_t units_matched = 0;
  int64_t units_unmatched = 0;
  int64_t points_earned = 0;
  int64_t points_taken_back = 0;
  int64_t orders_new = 0;
  int64_t orders_replayed = 0;
};

struct Summary {
  ReadCounts read;
  int64_t members = 0;
  int64_t members_new = 0;
  // Absent: the server was not asked.
  std::optional<Answered> answered;
  int64_t milliseconds = 0;
};

// A line "       541,909  rows".
void AppendNumber(std::string& text, const char* name, int64_t number, const char* more = "");
double SecondsOf(int64_t milliseconds);

// An object of the keys of docs/imports.md; null where only a server could say.
std::string ToJson(const Summary& summary);
// Lines for a person.
std::string ToText(const Summary& summary);

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_SUMMARY_H_
