// Bytes of a file to UTF-8, strictly.
#ifndef FAIRPOINT_SERVER_IMPORTS_TEXT_DECODER_H_
#define FAIRPOINT_SERVER_IMPORTS_TEXT_DECODER_H_

#include <iconv.h>

#include <string>
#include <string_view>

#include "fairpoint/v1/import_mapping.pb.h"

namespace fairpoint::server::imports {

// "UTF-8", "GB18030".
std::string NameOf(v1::OrderMapping::Encoding encoding);

class TextDecoder {
 public:
  explicit TextDecoder(v1::OrderMapping::Encoding encoding);
  ~TextDecoder();
  TextDecoder(const TextDecoder&) = delete;
  TextDecoder& operator=(const TextDecoder&) = delete;

  // Replaces bytes of the encoding by UTF-8; false, and the text is as it was, where they are none.
  bool Decode(std::string& text);

 private:
  iconv_t converter_;
  std::string decoded_;
};

}  // namespace fairpoint::server::imports

#endif  // FAIRPOINT_SERVER_IMPORTS_TEXT_DECODER_H_
