#include "server/imports/price_mapping.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/imports/mapping_file.h"
#include "server/imports/row_text.h"
#include "server/imports/text.h"

namespace fairpoint::server::imports {
namespace {

using FileChannel = v1::PricesMapping::Channel;

// Fields of a channel that stand in for those of `columns` with the same names.
constexpr const char* kOfAllChannels[] = {"listing",     "seq",      "valid_from",  "valid_until",
                                          "pack",        "shipping", "tax_percent", "condition",
                                          "third_party", "confirmed"};
// An offer has none of these.
constexpr const char* kOfReferenceChannels[] = {
    "platform_subsidy", "government_subsidy", "plan",      "newcomers",   "listing",
    "shipping",         "tax_percent",        "condition", "third_party", "confirmed"};

std::string TextOf(const google::protobuf::Message& message, const char* field) {
  return message.GetReflection()->GetString(message,
                                            message.GetDescriptor()->FindFieldByName(field));
}

void SetText(google::protobuf::Message& message, const char* field, std::string text) {
  message.GetReflection()->SetString(&message, message.GetDescriptor()->FindFieldByName(field),
                                     std::move(text));
}

PriceChannel ChannelOf(const v1::PricesMapping& file, const FileChannel& written) {
  PriceChannel channel{written, written.kind() == FileChannel::PRIVATE};
  for (const char* const field : kOfAllChannels) {
    if (TextOf(written, field).empty()) {
      SetText(channel.columns, field, TextOf(file.columns(), field));
    }
  }
  if (!channel.is_private) return channel;
  for (const char* const field : kOfReferenceChannels) SetText(channel.columns, field, "");
  return channel;
}

void CheckChannel(const FileChannel& written, const PriceChannel& channel, size_t index,
                  std::vector<std::string>& faults) {
  const auto say = [&](const char* field, const char* what) {
    faults.push_back(absl::StrCat("channels[", index, "].", field, ": ", what));
  };
  if (!IsId(written.channel_id())) {
    say("channel_id", "must be 1-64 printable ASCII characters without spaces");
  }
  if (Trimmed(written.amount()).empty()) say("amount", "name the column");
  if (channel.columns.seq().empty() && channel.columns.valid_from().empty()) {
    say("seq", "name its column, or that of valid_from: nothing else tells which price is later");
  }
  if (!channel.is_private) {
    if (!written.offer_id().empty()) say("offer_id", "is of PRIVATE channels only");
    return;
  }
  if (!IsId(written.offer_id())) {
    say("offer_id", "must be 1-64 printable ASCII characters without spaces");
  }
  for (const char* const field : kOfReferenceChannels) {
    if (!TextOf(written, field).empty()) say(field, "is of REFERENCE channels only");
  }
}

void CheckSku(const v1::PricesMapping& file, PriceMapping& mapping,
              std::vector<std::string>& faults) {
  if (!file.columns().sku().empty()) mapping.sku.push_back(file.columns().sku());
  mapping.sku.insert(mapping.sku.end(), file.sku_columns().begin(), file.sku_columns().end());
  if (mapping.sku.empty() || (!file.columns().sku().empty() && !file.sku_columns().empty())) {
    faults.emplace_back("columns.sku: name its column here, or its columns in sku_columns");
  }
  if (!file.sku_separator().empty()) mapping.sku_separator = file.sku_separator();
}

void CheckCurrency(const v1::PricesMapping& file, PriceMapping& mapping,
                   std::vector<std::string>& faults) {
  mapping.currency_column = file.columns().currency();
  mapping.currency = file.currency();
  if (mapping.currency_column.empty() == mapping.currency.empty()) {
    faults.emplace_back("currency: give it, or name its column in columns.currency");
  } else if (!mapping.currency.empty() && !IsCurrency(mapping.currency)) {
    faults.emplace_back("currency: must be three capital letters (ISO 4217)");
  }
}

std::vector<std::string> Check(const v1::PricesMapping& file, PriceMapping& mapping) {
  std::vector<std::string> faults;
  CheckSku(file, mapping, faults);
  CheckCurrency(file, mapping, faults);
  if (file.channels().empty()) faults.emplace_back("channels: name at least one");
  std::set<std::pair<std::string, std::string>> offers;
  for (const FileChannel& written : file.channels()) {
    const PriceChannel channel = ChannelOf(file, written);
    CheckChannel(written, channel, mapping.channels.size(), faults);
    if (channel.is_private && !offers.emplace(written.channel_id(), written.offer_id()).second) {
      faults.push_back(absl::StrCat("channels[", mapping.channels.size(),
                                    "].offer_id: is another's of the same channel"));
    }
    mapping.channels.push_back(channel);
  }
  mapping.time_format = file.time_format().empty() ? "%Y-%m-%d %H:%M:%S" : file.time_format();
  CheckTimeZone(file.time_zone(), mapping.zone, faults);
  mapping.encoding = EncodingOf(file.encoding());
  if (file.has_minor_digits()) mapping.minor_digits = file.minor_digits();
  CheckMinorDigits(mapping.minor_digits, faults);
  CheckDelimiter(file.delimiter(), mapping.encoding, mapping.delimiter, faults);
  return faults;
}

// Finds names in a header; what is wrong with one is said once.
class PriceColumnFinder {
 public:
  explicit PriceColumnFinder(const std::vector<std::string>& header)
      : names_(TrimmedNames(header)) {}

  std::optional<size_t> Find(const std::string& written) {
    const std::string name(Trimmed(written));
    if (name.empty()) return std::nullopt;
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) {
      Say(absl::StrCat("there is no column \"", name, "\""));
      return std::nullopt;
    }
    if (std::find(found + 1, names_.end(), name) != names_.end()) {
      Say(absl::StrCat("two columns are named \"", name, "\""));
    }
    return static_cast<size_t>(found - names_.begin());
  }

  PriceColumns OfChannel(const FileChannel& channel) {
    return {.amount = Find(channel.amount()).value_or(0),
            .platform_subsidy = Find(channel.platform_subsidy()),
            .government_subsidy = Find(channel.government_subsidy()),
            .region = Find(channel.region()),
            .store = Find(channel.store()),
            .plan = Find(channel.plan()),
            .newcomers = Find(channel.newcomers()),
            .listing = Find(channel.listing()),
            .seq = Find(channel.seq()),
            .valid_from = Find(channel.valid_from()),
            .valid_until = Find(channel.valid_until()),
            .pack = Find(channel.pack()),
            .shipping = Find(channel.shipping()),
            .tax_percent = Find(channel.tax_percent()),
            .condition = Find(channel.condition()),
            .third_party = Find(channel.third_party()),
            .confirmed = Find(channel.confirmed())};
  }

  absl::Status status() const {
    if (faults_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(absl::StrJoin(faults_, "\n"), "\n", TheColumnsAre(names_)));
  }

 private:
  void Say(std::string fault) {
    if (std::ranges::find(faults_, fault) == faults_.end()) faults_.push_back(std::move(fault));
  }

  std::vector<std::string> names_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> PriceMapping::ReferenceChannels() const {
  std::vector<std::string> ids;
  for (const PriceChannel& channel : channels) {
    const std::string& id = channel.columns.channel_id();
    if (!channel.is_private && std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

absl::StatusOr<PriceMapping> ReadPriceMapping(std::string_view text) {
  v1::PricesMapping file;
  if (absl::Status parsed = ParseMapping(text, file); !parsed.ok()) return parsed;
  PriceMapping mapping;
  const std::vector<std::string> faults = Check(file, mapping);
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  return mapping;
}

absl::StatusOr<PriceColumnIndex> FindPriceColumns(const PriceMapping& mapping,
                                                  const std::vector<std::string>& header) {
  PriceColumnFinder finder(header);
  PriceColumnIndex index;
  for (const std::string& name : mapping.sku) index.sku.push_back(finder.Find(name).value_or(0));
  index.currency = finder.Find(mapping.currency_column);
  for (const PriceChannel& channel : mapping.channels) {
    index.channels.push_back(finder.OfChannel(channel.columns));
  }
  if (const absl::Status status = finder.status(); !status.ok()) return status;
  return index;
}

}  // namespace fairpoint::server::imports
