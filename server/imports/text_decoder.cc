#include "server/imports/text_decoder.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"

namespace fairpoint::server::imports {
namespace {

// A character of two bytes becomes three at most.
constexpr size_t kGrowthMax = 2;

}  // namespace

std::string NameOf(v1::OrderMapping::Encoding encoding) {
  return encoding == v1::OrderMapping::GB18030 ? "GB18030" : "UTF-8";
}

TextDecoder::TextDecoder(v1::OrderMapping::Encoding encoding)
    : converter_(iconv_open("UTF-8", NameOf(encoding).c_str())) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): iconv's way to say that it failed
  if (converter_ == reinterpret_cast<iconv_t>(-1)) {
    std::fprintf(stderr, "iconv has no %s\n", NameOf(encoding).c_str());
    std::abort();
  }
}

TextDecoder::~TextDecoder() { iconv_close(converter_); }

bool TextDecoder::Decode(std::string& text) {
  if (std::ranges::all_of(text, absl::ascii_isascii)) return true;  // the same in both
  iconv(converter_, nullptr, nullptr, nullptr, nullptr);
  decoded_.resize(text.size() * kGrowthMax);
  char* in = text.data();
  char* out = decoded_.data();
  size_t in_left = text.size();
  size_t out_left = decoded_.size();
  constexpr auto kFailed = static_cast<size_t>(-1);
  if (iconv(converter_, &in, &in_left, &out, &out_left) == kFailed) return false;
  decoded_.resize(decoded_.size() - out_left);
  text.swap(decoded_);
  return true;
}

}  // namespace fairpoint::server::imports
