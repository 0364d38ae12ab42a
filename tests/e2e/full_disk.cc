// A disk that is full when a test says so. Loaded into the server by LD_PRELOAD: while the file
// that FAIRPOINT_TEST_DISK_FULL names is there, writing to a file of the store gives ENOSPC. Room
// made again is the file taken away.
#include <dlfcn.h>
#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

bool IsFull(int file) {
  const char* const switch_file = std::getenv("FAIRPOINT_TEST_DISK_FULL");
  if (switch_file == nullptr || access(switch_file, F_OK) != 0) return false;
  char link[64];
  char path[512];
  std::snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, path, sizeof(path) - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  // Not the index of the write-ahead log: it is shared memory, not what fills a disk.
  return std::strstr(path, ".db") != nullptr && std::strstr(path, "-shm") == nullptr;
}

template <class Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t count) {
  static auto* const real = Real<ssize_t(int, const void*, size_t)>("write");
  if (IsFull(file)) {
    errno = ENOSPC;
    return -1;
  }
  return real(file, bytes, count);
}

ssize_t pwrite(int file, const void* bytes, size_t count, off_t offset) {
  static auto* const real = Real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  if (IsFull(file)) {
    errno = ENOSPC;
    return -1;
  }
  return real(file, bytes, count, offset);
}

ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t offset) {
  static auto* const real = Real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  if (IsFull(file)) {
    errno = ENOSPC;
    return -1;
  }
  return real(file, bytes, count, offset);
}

}  // extern "C"
