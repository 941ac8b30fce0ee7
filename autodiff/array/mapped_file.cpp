#include <autodiff/array/mapped_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

#include <autodiff/array/error.hpp>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>

namespace seegrad::detail {
namespace {

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
  // A pipe would make the program wait for somebody who writes to it.
  descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) throw error(fmt::format("{}: cannot read '{}': {}", who_, name_, std::strerror(errno)));
  struct stat s;
  if (::fstat(descriptor_, &s) != 0 || !S_ISREG(s.st_mode)) {
    ::close(descriptor_);
    fail(S_ISDIR(s.st_mode) ? std::strerror(EISDIR) : "it is no regular file, and its parts cannot be read by their places");
  }
  size_ = s.st_size;
  if (how == file_access::automatic && size_ > 0) mapping_ = map(descriptor_, size_);
}

mapped_file::~mapped_file() {
  if (mapping_) unmap(mapping_, size_);
  ::close(descriptor_);
}

auto mapped_file::read(std::int64_t at, void* to, std::size_t n) const -> void {
  if (n == 0) return;  // no rows have no memory either
  if (mapping_) {
    std::memcpy(to, static_cast<const char*>(mapping_) + at, n);
    return;
  }
  auto* out = static_cast<char*>(to);
  while (n > 0) {
    const auto got = ::pread(descriptor_, out, n, at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(fmt::format("it cannot be read: {}", std::strerror(errno)));
    if (got == 0) fail("it has been made shorter since it was opened");
    out += got, at += got, n -= static_cast<std::size_t>(got);
  }
}

auto mapped_file::need_whole() const -> void {
  struct stat s;
  if (::fstat(descriptor_, &s) != 0 || s.st_size < size_) fail("it has been made shorter since it was opened");
}

auto mapped_file::fail(const std::string& what) const -> void { throw error(fmt::format("{}: '{}': {}", who_, name_, what)); }

}  // namespace seegrad::detail
