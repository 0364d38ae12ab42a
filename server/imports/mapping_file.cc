#include "server/imports/mapping_file.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"

namespace fairpoint::server::imports {
namespace {

constexpr size_t kIdentityKindMax = 32;
constexpr size_t kCurrencySize = 3;
constexpr size_t kIdSizeMax = 64;

class FaultCollector : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    faults.push_back(absl::StrCat(line + 1, ":", column + 1, ": ", message));
  }
  std::vector<std::string> faults;
};

}  // namespace

absl::Status ParseMapping(std::string_view text, google::protobuf::Message& mapping) {
  FaultCollector collector;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  if (parser.ParseFromString(std::string(text), &mapping)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(collector.faults, "\n"));
}

void CheckTimeZone(const std::string& name, absl::TimeZone& zone,
                   std::vector<std::string>& faults) {
  if (!name.empty() && absl::LoadTimeZone(name, &zone)) return;
  faults.push_back(
      absl::StrCat("time_zone: \"", name, "\" is no IANA time zone that this machine knows"));
}

void CheckDelimiter(const std::string& written, v1::OrderMapping::Encoding encoding,
                    char& delimiter, std::vector<std::string>& faults) {
  if (written.empty()) return;
  if (written.size() != 1 || !absl::StrContains(",;|\t", written)) {
    faults.emplace_back("delimiter: must be one of , ; | and the tab (\"\\t\")");
    return;
  }
  delimiter = written.front();
  if (delimiter == '|' && encoding == v1::OrderMapping::GB18030) {
    faults.emplace_back(
        "delimiter: | is half of some characters in GB18030; save the file as UTF-8");
  }
}

void CheckMinorDigits(int digits, std::vector<std::string>& faults) {
  if (digits >= 0 && digits <= kMinorDigitsMax) return;
  faults.push_back(absl::StrCat("minor_digits: must be 0 to ", kMinorDigitsMax));
}

v1::OrderMapping::Encoding EncodingOf(v1::OrderMapping::Encoding written) {
  return written == v1::OrderMapping::ENCODING_UNSPECIFIED ? v1::OrderMapping::UTF_8 : written;
}

bool IsCurrency(std::string_view text) {
  return text.size() == kCurrencySize && std::ranges::all_of(text, absl::ascii_isupper);
}

bool IsId(std::string_view text) {
  return !text.empty() && text.size() <= kIdSizeMax &&
         std::ranges::all_of(text, absl::ascii_isgraph);
}

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kIdSizeMax &&
         std::ranges::none_of(text, absl::ascii_iscntrl);
}

bool IsIdentityKind(std::string_view text) {
  const auto fits = [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
  };
  return !text.empty() && text.size() <= kIdentityKindMax && std::ranges::all_of(text, fits);
}

}  // namespace fairpoint::server::imports
