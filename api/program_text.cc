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

// The parser reports a value that is none of an enum's or a bool's at the token after it, which may
// stand lines below. The message quotes the value: it is the last one of that spelling before the
// place.
void MendPlace(const std::string& text, ProgramFault& fault) {
  size_t quote = std::string::npos;
  if (fault.what.starts_with("Unknown enumeration value of \"")) {
    quote = fault.what.find('"');
  } else if (fault.what.starts_with("Invalid value for boolean field ")) {
    quote = fault.what.find("Value: \"");
    if (quote != std::string::npos) quote = fault.what.find('"', quote);
  }
  if (quote == std::string::npos) return;
  const std::string value =
      fault.what.substr(quote + 1, fault.what.find('"', quote + 1) - quote - 1);
  size_t begin = 0;
  size_t end = 0;
  FindLine(text, fault.line, begin, end);
  const size_t place = std::min(begin + static_cast<size_t>(fault.column), text.size());
  const size_t found = value.empty() || place < value.size()
                           ? std::string::npos
                           : text.rfind(value, place - value.size());
  if (found == std::string::npos) return;
  const auto before = text.begin() + static_cast<std::ptrdiff_t>(found);
  fault.line = 1 + static_cast<int>(std::count(text.begin(), before, '\n'));
  const size_t line_begin = found == 0 ? std::string::npos : text.rfind('\n', found - 1);
  fault.column =
      1 + static_cast<int>(found - (line_begin == std::string::npos ? 0 : line_begin + 1));
}

// For every line (from 1) the line where the message opens that its beginning is in; 0: in none.
std::vector<int> LinesAroundLines(std::string_view text) {
  std::vector<int> around = {0, 0};
  std::vector<int> open = {0};
  char quote = 0;
  bool in_comment = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      quote = 0;
      in_comment = false;
      around.push_back(open.back());
    } else if (in_comment) {
      continue;
    } else if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      in_comment = true;
    } else if (c == '{' || c == '<') {
      open.push_back(static_cast<int>(around.size()) - 1);
    } else if ((c == '}' || c == '>') && open.size() > 1) {
      open.pop_back();
    }
  }
  return around;
}

void NoteGaps(std::string_view text, ProgramText& out) {
  const std::vector<int> around = LinesAroundLines(text);
  for (const ProgramFault& fault : out.faults) {
    const auto line = static_cast<size_t>(fault.line);
    out.messages_with_gaps.insert(line < around.size() ? around[line] : 0);
  }
}

}  // namespace

void ParseProgramText(std::string_view text, ProgramText& out) {
  std::string rest(text);
  for (int tries = 0; tries < kTriesMax; ++tries) {
    Collector collector;
    TextFormat::Parser parser;
    // A new one each time: it only ever adds.
    out.places = std::make_unique<TextFormat::ParseInfoTree>();
    out.message.Clear();
    parser.RecordErrorsTo(&collector);
    parser.WriteLocationsTo(out.places.get());
    parser.AllowUnknownField(true);
    parser.SetRecursionLimit(kRecursionMax);
    const bool parsed = parser.ParseFromString(rest, &out.message) || collector.errors.empty();
    bool go_on = false;
    if (!parsed) {
      ProgramFault fault = collector.errors.front();
      MendPlace(rest, fault);
      out.faults.push_back(fault);
      go_on = BlankLine(rest, fault.line);
    }
    if (!go_on) {
      // Names that the type lacks were seen by every try; the last one saw most of them.
      out.faults.insert(out.faults.end(), collector.warnings.begin(), collector.warnings.end());
      out.read_to_its_end = parsed;
      NoteGaps(text, out);
      return;
    }
  }
  out.read_to_its_end = false;
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
