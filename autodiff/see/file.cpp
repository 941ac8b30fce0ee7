#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <autodiff/array/error.hpp>
#include <autodiff/see/render.hpp>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>

namespace seegrad::see {
namespace {

namespace fs = std::filesystem;

[[noreturn]] auto fail(const fs::path& file, int code) -> void {
  throw error(fmt::format("picture: cannot write '{}': {}", file.string(), std::strerror(code)));
}

// All of `bytes`, or the error number.
auto write_all(int handle, std::string_view bytes) -> int {
  while (!bytes.empty()) {
    const auto n = ::write(handle, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) return errno;
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

}  // namespace

auto write_file(const fs::path& file, std::string_view bytes) -> void {
  static std::atomic<unsigned> counter{0};
  std::error_code none;
  // A link stays a link: what it points to is replaced.
  const auto target = fs::exists(file, none) ? fs::canonical(file) : file;
  const bool exists = fs::exists(target, none);
  if (fs::is_directory(target, none)) fail(file, EISDIR);
  if (exists && ::access(target.c_str(), W_OK) != 0) fail(file, errno);
  const bool direct = exists && !fs::is_regular_file(target, none);  // a pipe or a device is written to, not replaced

  auto beside = target;
  if (!direct) beside += fmt::format(".{}-{}.part", ::getpid(), counter++);
  const int handle = ::open(beside.c_str(), direct ? O_WRONLY : O_WRONLY | O_CREAT | O_EXCL, 0666);
  if (handle < 0) fail(file, errno);
  if (struct stat old; exists && !direct && ::stat(target.c_str(), &old) == 0)
    static_cast<void>(::fchmod(handle, old.st_mode & 07777));
  int code = write_all(handle, bytes);
  if (::close(handle) != 0 && code == 0) code = errno;
  if (direct) return code ? fail(file, code) : void();
  if (code == 0 && ::rename(beside.c_str(), target.c_str()) != 0) code = errno;
  if (code != 0) {
    ::unlink(beside.c_str());
    fail(file, code);
  }
}

}  // namespace seegrad::see
