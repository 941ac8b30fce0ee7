#include <autodiff/array/file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <autodiff/array/error.hpp>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>

namespace seegrad::detail {

namespace fs = std::filesystem;

namespace {

struct descriptor {
  ~descriptor() {
    if (number >= 0) ::close(number);
  }
  int number = -1;
};

}  // namespace

auto open_to_read(const fs::path& file, const char* who) -> std::ifstream {
  std::ifstream in(file, std::ios::binary);
  std::error_code none;
  const bool directory = fs::is_directory(file, none);
  if (!in || directory)
    throw error(fmt::format("{}: cannot read '{}': {}", who, file.string(), std::strerror(directory ? EISDIR : errno)));
  return in;
}

auto replace_file(const fs::path& file, const char* who, const std::function<void(std::ostream&)>& write) -> void {
  static std::atomic<unsigned> counter{0};
  const auto fail = [&](int code) {
    throw error(fmt::format("{}: cannot write '{}': {}", who, file.string(), std::strerror(code)));
  };
  std::error_code none;
  // A link stays a link: what it points to is replaced.
  const auto target = fs::exists(file, none) ? fs::canonical(file) : file;
  const bool exists = fs::exists(target, none);
  if (fs::is_directory(target, none)) fail(EISDIR);
  if (exists && ::access(target.c_str(), W_OK) != 0) fail(errno);
  const bool direct = exists && !fs::is_regular_file(target, none);  // a pipe or a device is written to, not replaced

  auto beside = target;
  descriptor handle;
  if (!direct) {
    beside += fmt::format(".{}-{}.part", ::getpid(), counter++);
    handle.number = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (handle.number < 0) fail(errno);
    if (struct stat old; exists && ::stat(target.c_str(), &old) == 0)
      static_cast<void>(::fchmod(handle.number, old.st_mode & 07777));
  }
  try {
    errno = 0;
    std::ofstream out(beside, std::ios::binary);
    write(out);
    out.close();
    if (!out) fail(errno ? errno : EIO);
    // Without this, a machine that loses power could keep the new name and lose the bytes.
    if (!direct && ::fsync(handle.number) != 0) fail(errno);
    if (!direct && ::rename(beside.c_str(), target.c_str()) != 0) fail(errno);
  } catch (...) {
    if (!direct) ::unlink(beside.c_str());
    throw;
  }
}

}  // namespace seegrad::detail
