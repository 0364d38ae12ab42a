// The text of a programme file to its message, with the place of every field and as many faults of
// the text as can be found.
#ifndef FAIRPOINT_API_PROGRAM_TEXT_H_
#define FAIRPOINT_API_PROGRAM_TEXT_H_

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/program_file.h"
#include "fairpoint/v1/program.pb.h"
#include "google/protobuf/text_format.h"

namespace fairpoint::api {

struct ProgramText {
  v1::Program message;
  std::unique_ptr<google::protobuf::TextFormat::ParseInfoTree> places;
  std::vector<ProgramFault> faults;
  // Of the messages that a skipped line stood in, the lines where they open (0: the file's own).
  std::set<int> messages_with_gaps;
  bool read_to_its_end = true;
};

// A line with a fault is skipped and the rest read on, so `message` may lack what those lines said.
void ParseProgramText(std::string_view text, ProgramText& out);

// A field of a parsed file: where it stands, for what is wrong with it.
class Spot {
 public:
  explicit Spot(const ProgramText& text)
      : places_(text.places.get()), type_(v1::Program::descriptor()) {}

  // The field of this message with that name; requires that the type has it. Index of a repeated
  // one.
  Spot Field(const std::string& name, int index = -1) const;

  ProgramFault Fault(std::string_view what) const;
  const std::string& path() const { return path_; }

 private:
  const google::protobuf::TextFormat::ParseInfoTree*
      places_;                                // null: this message is not in the text
  const google::protobuf::Descriptor* type_;  // null: not a message
  std::string path_;
  int line_ = 0;
  int column_ = 0;
};

}  // namespace fairpoint::api

#endif  // FAIRPOINT_API_PROGRAM_TEXT_H_
