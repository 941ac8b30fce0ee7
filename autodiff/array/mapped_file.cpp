#include <autodiff/array/mapped_file.hpp>

#include <autodiff/array/error.hpp>
#include <autodiff/array/system.hpp>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#ifdef SEEGRAD_POSIX
#include <unistd.h>
#else
#include <algorithm>
#include <io.h>
#include <mutex>
#endif
#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace seegrad::detail {
namespace {

#ifdef SEEGRAD_POSIX

using file_status = struct stat;

// A pipe would make the program wait for somebody who writes to it.
auto open_to_read_at(const std::filesystem::path& file) -> int { return ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); }
auto close(int descriptor) -> void { ::close(descriptor); }
auto get_status(int descriptor, file_status& s) -> bool { return ::fstat(descriptor, &s) == 0; }
auto read_at(int descriptor, void* to, std::size_t n, std::int64_t at) -> std::int64_t { return ::pread(descriptor, to, n, at); }

#else

using file_status = struct _stat64;

auto open_to_read_at(const std::filesystem::path& file) -> int {
  return ::_wopen(file.c_str(), _O_RDONLY | _O_BINARY | _O_NOINHERIT);
}
auto close(int descriptor) -> void { ::_close(descriptor); }
auto get_status(int descriptor, file_status& s) -> bool { return ::_fstat64(descriptor, &s) == 0; }

// A file has one place where it is read, which its threads have to share.
auto read_at(int descriptor, void* to, std::size_t n, std::int64_t at) -> std::int64_t {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  if (::_lseeki64(descriptor, at, SEEK_SET) < 0) return -1;
  return ::_read(descriptor, to, static_cast<unsigned>(std::min<std::size_t>(n, 1u << 30)));
}

#endif

auto is_of_kind(const file_status& s, unsigned kind) -> bool { return (s.st_mode & S_IFMT) == kind; }

// Null if it cannot be done.
auto map([[maybe_unused]] int descriptor, [[maybe_unused]] std::int64_t size) -> void* {
#if __has_include(<sys/mman.h>)
  auto* at = ::mmap(nullptr, static_cast<std::size_t>(size), PROT_READ, MAP_SHARED, descriptor, 0);
  return at == MAP_FAILED ? nullptr : at;
#else
  return nullptr;
#endif
}

auto unmap([[maybe_unused]] void* at, [[maybe_unused]] std::int64_t size) -> void {
#if __has_include(<sys/mman.h>)
  ::munmap(at, static_cast<std::size_t>(size));
#endif
}

}  // namespace

mapped_file::mapped_file(const std::filesystem::path& file, const char* who, file_access how) : name_(file.string()), who_(who) {
  descriptor_ = open_to_read_at(file);
  if (descriptor_ < 0) throw error(fmt::format("{}: cannot read '{}': {}", who_, name_, std::strerror(errno)));
  file_status s{};
  if (!get_status(descriptor_, s) || !is_of_kind(s, S_IFREG)) {
    close(descriptor_);
    fail(is_of_kind(s, S_IFDIR) ? std::strerror(EISDIR) : "it is no regular file, and its parts cannot be read by their places");
  }
  size_ = s.st_size;
  if (how == file_access::automatic && size_ > 0) mapping_ = map(descriptor_, size_);
}

mapped_file::~mapped_file() {
  if (mapping_) unmap(mapping_, size_);
  close(descriptor_);
}

auto mapped_file::read(std::int64_t at, void* to, std::size_t n) const -> void {
  if (n == 0) return;  // no rows have no memory either
  if (mapping_) {
    std::memcpy(to, static_cast<const char*>(mapping_) + at, n);
    return;
  }
  auto* out = static_cast<char*>(to);
  while (n > 0) {
    const auto got = read_at(descriptor_, out, n, at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(fmt::format("it cannot be read: {}", std::strerror(errno)));
    if (got == 0) fail("it has been made shorter since it was opened");
    out += got, at += got, n -= static_cast<std::size_t>(got);
  }
}

auto mapped_file::need_whole() const -> void {
  file_status s{};
  if (!get_status(descriptor_, s) || s.st_size < size_) fail("it has been made shorter since it was opened");
}

auto mapped_file::fail(const std::string& what) const -> void { throw error(fmt::format("{}: '{}': {}", who_, name_, what)); }

}  // namespace seegrad::detail
