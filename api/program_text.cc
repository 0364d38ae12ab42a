#include "api/program_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/tokenizer.h"

namespace fairpoint::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::TextFormat;

// A file with more is not a programme with faults but something else.
constexpr int kTriesMax = 50;
constexpr int kRecursionMax = 20;

class Collector : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    errors.push_back({line + 1, column + 1, "", message});
  }
  // With AllowUnknownField a name that the type lacks is a warning, and reading goes on: a fault
  // all the same.
  void AddWarning(int line, google::protobuf::io::ColumnNumber column,
                  const std::string& message) override {
    warnings.push_back({line + 1, column + 1, "", message});
  }
  std::vector<ProgramFault> errors;
  std::vector<ProgramFault> warnings;
};

// The bounds of a line (from 1) in the text, without its end.
bool FindLine(const std::string& text, int line, size_t& begin, size_t& end) {
  begin = 0;
  for (int at = 1; at < line; ++at) {
    begin = text.find('\n', begin);
    if (begin == std::string::npos) return false;
    ++begin;
  }
  end = std::min(text.find('\n', begin), text.size());
  return begin < end;
}

// Takes a faulty line out so that the rest can be read. Not one that opens or closes a message:
// what follows would be misread.
bool BlankLine(std::string& text, int line) {
  size_t begin = 0;
  size_t end = 0;
  if (!FindLine(text, line, begin, end)) return false;
  const std::string_view whole = std::string_view(text).substr(begin, end - begin);
  const auto opens = std::ranges::count(whole, '{') + std::ranges::count(whole, '<');
  const auto closes = std::ranges::count(whole, '}') + std::ranges::count(whole, '>');
  if (opens != closes || whole.find_first_not_of(" \t\r") == std::string_view::npos) return false;
  std::fill(text.begin() + static_cast<std::ptrdiff_t>(begin),
            text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
  return true;
}

}  // namespace

void ParseProgramText(std::string_view text, ProgramText& out) {
  std::string rest(text);
  for (int tries = 0; tries < kTriesMax; ++tries) {
    Collector collector;
    TextFormat::Parser parser;
    parser.RecordErrorsTo(&collector);
    parser.AllowUnknownField(true);
    parser.SetRecursionLimit(kRecursionMax);
    out.message.Clear();
    // Each try reads all from the start: the last one that succeeds knows the places.
    TextFormat::ParseInfoTree places;
    const bool parsed = parser.ParseFromString(rest, &out.message);
    if (parsed || collector.errors.empty()) {
      parser.WriteLocationsTo(&out.places);
      out.message.Clear();
      Collector again;
      parser.RecordErrorsTo(&again);
      parser.ParseFromString(rest, &out.message);
      out.faults.insert(out.faults.end(), again.warnings.begin(), again.warnings.end());
      return;
    }
    const ProgramFault& fault = collector.errors.front();
    out.faults.push_back(fault);
    if (!BlankLine(rest, fault.line)) {
      // What could be read up to here may still have unknown names.
      out.faults.insert(out.faults.end(), collector.warnings.begin(), collector.warnings.end());
      return;
    }
  }
}

Spot Spot::Field(const std::string& name, int index) const {
  Spot spot = *this;
  const FieldDescriptor* const field = type_->FindFieldByName(name);
  absl::StrAppend(&spot.path_, path_.empty() ? "" : ".", name);
  if (index >= 0) absl::StrAppend(&spot.path_, "[", index, "]");
  spot.type_ = field->message_type();
  spot.places_ = nullptr;
  if (places_ == nullptr) return spot;
  // Not in the text: the place of the message around it stays.
  const TextFormat::ParseLocation place = places_->GetLocation(field, index);
  if (place.line < 0) return spot;
  spot.line_ = place.line + 1;
  spot.column_ = place.column + 1;
  if (spot.type_ != nullptr) spot.places_ = places_->GetTreeForNested(field, index);
  return spot;
}

ProgramFault Spot::Fault(std::string_view what) const {
  return {line_, column_, path_, std::string(what)};
}

}  // namespace fairpoint::api
