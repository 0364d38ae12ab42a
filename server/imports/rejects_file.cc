#include "server/imports/rejects_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace fairpoint::server::imports {
namespace {

std::string Quoted(std::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(std::string(text), {{"\"", "\"\""}}), "\"");
}

}  // namespace

absl::Status WriteWholeFile(const std::string& path, const std::string& content) {
  // A pipe or a terminal is written to; it is not replaced.
  const bool is_file = !std::filesystem::exists(path) || std::filesystem::is_regular_file(path);
  const std::string partial = is_file ? path + ".part" : path;
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  if (!file || (is_file && std::rename(partial.c_str(), path.c_str()) != 0)) {
    const int error = errno;
    if (is_file) std::remove(partial.c_str());
    return absl::ErrnoToStatus(error, absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

absl::Status WriteRejects(const std::string& path, const TextTable& texts,
                          std::vector<Report> reports, const std::string& what) {
  std::ranges::stable_sort(reports, {}, &Report::row);
  std::string content = absl::StrCat("row,", what, ",reason\n");
  for (const Report& report : reports) {
    absl::StrAppend(&content, report.row, ",", Quoted(texts[report.order]), ",",
                    Quoted(texts[report.reason]), "\n");
  }
  return WriteWholeFile(path, content);
}

std::string RejectsPath(const std::string& input, const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  return (input == "-" ? "stdin" : input) + ".rejects.csv";
}

void SayNoneRejected(const std::string& path) {
  if (!std::filesystem::exists(path)) return;
  std::cerr << "note: " << path << " is of an earlier import; this one rejected nothing\n";
}

}  // namespace fairpoint::server::imports
