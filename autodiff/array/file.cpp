#include <autodiff/array/file.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <autodiff/array/error.hpp>
#include <autodiff/array/utf8.hpp>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <utility>

namespace seegrad::detail {

namespace fs = std::filesystem;

namespace {

struct descriptor {
  descriptor() = default;
  explicit descriptor(int n) : number(n) {}
  descriptor(descriptor&& o) noexcept : number(std::exchange(o.number, -1)) {}
  auto operator=(descriptor&& o) noexcept -> descriptor& { return std::swap(number, o.number), *this; }
  ~descriptor() {
    if (number >= 0) ::close(number);
  }
  int number = -1;
};

// Whether the path still leads to the open file.
auto is_at(const descriptor& open, const fs::path& path) -> bool {
  struct stat a, b;
  return ::fstat(open.number, &a) == 0 && ::lstat(path.c_str(), &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// What the files beside a target begin with. A long name is cut, so that the suffix has room, and told apart by its hash.
auto part_prefix(const std::string& name) -> std::string {
  constexpr std::size_t room = 200;
  if (name.size() <= room) return name + '.';
  std::size_t cut = 0;
  for (auto c = character_at(name, 0); cut + c.bytes <= room; c = character_at(name, cut)) cut += c.bytes;
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{}.{:016x}.", name.substr(0, cut), hash);
}

// "<prefix><process>-<count>.part"
auto is_part(std::string_view name, std::string_view prefix) -> bool {
  constexpr std::string_view suffix = ".part";
  if (!name.starts_with(prefix) || !name.ends_with(suffix) || name.size() <= prefix.size() + suffix.size()) return false;
  const auto middle = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  const auto is_number = [](std::string_view s) {
    return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const auto dash = std::min(middle.find('-'), middle.size() - 1);
  return is_number(middle.substr(0, dash)) && is_number(middle.substr(dash + 1));
}

// Who writes a part holds a lock on it, which ends with its process: a part of ours that can be locked is nobody's any more.
auto clear_stale(const fs::path& folder, const std::string& prefix) -> void {
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (!is_part(at->path().filename().native(), prefix)) continue;
    const descriptor part(::open(at->path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat s;
    if (part.number < 0 || ::fstat(part.number, &s) != 0 || !S_ISREG(s.st_mode) || s.st_uid != ::geteuid()) continue;
    if (::flock(part.number, LOCK_EX | LOCK_NB) == 0 && is_at(part, at->path())) ::unlink(at->path().c_str());
  }
}

// A new file under the next free name, locked. One that another program took for a stale one before it was locked is left to it.
auto open_part(const fs::path& folder, const std::string& prefix, fs::path& path) -> descriptor {
  static std::atomic<unsigned> counter{0};
  for (;;) {
    path = folder / fmt::format("{}{}-{}.part", prefix, ::getpid(), counter++);
    descriptor part(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (part.number < 0 && errno == EEXIST) continue;
    if (part.number < 0) return part;
    const bool has_locks = ::flock(part.number, LOCK_EX) == 0;
    if (!has_locks || is_at(part, path)) return part;
  }
}

// Where links lead, also if nothing is there.
auto behind_links(fs::path path) -> fs::path {
  std::error_code none;
  for (int links = 0; links < 40 && fs::is_symlink(path, none); ++links) {
    const auto next = fs::read_symlink(path, none);
    path = next.is_absolute() ? next : path.parent_path() / next;
  }
  return path;
}

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
  const auto fail = [&](int code, std::string_view where = "") {
    throw error(fmt::format("{}: cannot write '{}': {}{}", who, file.string(), where, std::strerror(code)));
  };
  std::error_code none;
  const auto target = behind_links(file);
  if (fs::is_symlink(target, none)) fail(ELOOP);
  const bool exists = fs::exists(target, none);
  if (fs::is_directory(target, none)) fail(EISDIR);
  if (exists && ::access(target.c_str(), W_OK) != 0) fail(errno);
  const bool direct = exists && !fs::is_regular_file(target, none);  // a pipe or a device is written to, not replaced

  const auto folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  auto beside = target;
  descriptor part;
  if (!direct) {
    const auto prefix = part_prefix(target.filename().native());
    if (target.filename().native().size() > NAME_MAX) fail(ENAMETOOLONG);
    clear_stale(folder, prefix);
    part = open_part(folder, prefix, beside);
    if (part.number < 0) fail(errno, "no file can be made in its folder: ");
    if (struct stat old; exists && ::stat(target.c_str(), &old) == 0)
      static_cast<void>(::fchmod(part.number, old.st_mode & 07777));
  }
  try {
    std::ofstream out(beside, std::ios::binary);
    errno = 0;
    try {
      write(out);
    } catch (...) {
      if (out.good() || errno == 0) throw;
      fail(errno);  // a full disk says more than that the stream took no more
    }
    out.close();
    if (!out) fail(errno ? errno : EIO);
    // Without this, a machine that loses power could keep the new name and lose the bytes.
    if (!direct && ::fsync(part.number) != 0) fail(errno);
    if (!direct && ::rename(beside.c_str(), target.c_str()) != 0) fail(errno);
  } catch (...) {
    if (!direct) ::unlink(beside.c_str());
    throw;
  }
  if (direct) return;
  // And without this it could lose the new name. Not every file system can do it, and what is there is whole in any case.
  const descriptor at(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (at.number >= 0) static_cast<void>(::fsync(at.number));
}

}  // namespace seegrad::detail
