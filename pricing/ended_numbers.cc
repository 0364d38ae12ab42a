#include "pricing/ended_numbers.h"

#include <algorithm>
#include <string>

#include "pricing/codec.h"

namespace fairpoint::pricing {

EndedNumbers::Name EndedNumbers::NameOf(std::string_view channel_id, std::string_view id) {
  base::CanonicalWriter names(128);
  names.Bytes(channel_id).Bytes(id);
  const std::string key = KeyOf(names);
  Name name;
  std::copy_n(key.begin(), name.size(), name.begin());
  return name;
}

std::vector<EndedNumbers::Entry>::const_iterator EndedNumbers::PlaceOf(const Name& name) const {
  return std::ranges::lower_bound(entries_, name, {}, &Entry::name);
}

int64_t EndedNumbers::NumberOf(const Name& name) const {
  const auto place = PlaceOf(name);
  return place != entries_.end() && place->name == name ? place->number : 0;
}

void EndedNumbers::Put(const Name& name, int64_t number) {
  const auto place = PlaceOf(name);
  if (place != entries_.end() && place->name == name)
    entries_[static_cast<size_t>(place - entries_.cbegin())].number = number;
  else
    entries_.insert(place, {name, number});
}

void EndedNumbers::Erase(const Name& name) {
  const auto place = PlaceOf(name);
  if (place != entries_.end() && place->name == name) entries_.erase(place);
}

void EndedNumbers::Write(base::CanonicalWriter& out) const {
  out.U32(static_cast<uint32_t>(entries_.size()));
  for (const Entry& each : entries_)
    out.Fixed(std::string_view(each.name.data(), each.name.size())).I64(each.number);
}

bool EndedNumbers::Read(base::CanonicalReader& in) {
  entries_.clear();
  for (uint32_t left = in.U32(); in.ok() && left > 0; --left) {
    Entry each;
    const std::string_view name = in.Fixed(each.name.size());
    if (!in.ok()) return false;
    std::copy_n(name.begin(), each.name.size(), each.name.begin());
    each.number = in.I64();
    if (each.number < 1 || (!entries_.empty() && each.name <= entries_.back().name)) return false;
    entries_.push_back(each);
  }
  return in.ok();
}

}  // namespace fairpoint::pricing
