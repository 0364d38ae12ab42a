// A folder that lives as long as the test which made it.
#ifndef FAIRPOINT_BASE_TESTING_TEMP_FOLDER_H_
#define FAIRPOINT_BASE_TESTING_TEMP_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace fairpoint::base::testing {

// Its name is made unique by mkdtemp. Aborts where none can be made; not thread-safe.
class TempFolder {
 public:
  TempFolder() : path_((std::filesystem::temp_directory_path() / "fairpoint-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~TempFolder() {
    // A test may have taken its own rights away.
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string File(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace fairpoint::base::testing

#endif  // FAIRPOINT_BASE_TESTING_TEMP_FOLDER_H_
