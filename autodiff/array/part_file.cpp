#include <autodiff/array/part_file.hpp>

#ifdef SEEGRAD_POSIX
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <atomic>
#include <autodiff/array/utf8.hpp>
#include <cerrno>
#include <cstdint>
#include <fmt/format.h>
#include <fstream>
#include <string_view>
#include <utility>

namespace seegrad::detail {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_name = 255;

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
auto part_name(const std::string& prefix) -> std::string {
  static std::atomic<unsigned> counter{0};
  return fmt::format("{}{}-{}.part", prefix, process_id(), counter++);
}

auto folder_of(const fs::path& target) -> fs::path { return target.has_parent_path() ? target.parent_path() : fs::path("."); }

#ifdef SEEGRAD_POSIX

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

// Whether the path still leads to the open file.
auto is_at(int handle, const fs::path& path) -> bool {
  struct stat a, b;
  return ::fstat(handle, &a) == 0 && ::lstat(path.c_str(), &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// Who writes a part holds a lock on it, which ends with its process: a part of ours that can be locked is nobody's any more.
auto clear_stale(const fs::path& folder, const std::string& prefix) -> void {
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    if (!is_part(at->path().filename().native(), prefix)) continue;
    const int part = ::open(at->path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (part < 0) continue;
    struct stat s;
    if (::fstat(part, &s) == 0 && S_ISREG(s.st_mode) && s.st_uid == ::geteuid() && ::flock(part, LOCK_EX | LOCK_NB) == 0 &&
        is_at(part, at->path()))
      ::unlink(at->path().c_str());
    ::close(part);
  }
}

#endif

}  // namespace

#ifdef SEEGRAD_POSIX

part_file::part_file(const fs::path& target) : target_(target) {
  const auto name = target.filename().native();
  if (name.size() > longest_name) {
    failure_ = ENAMETOOLONG;
    return;
  }
  const auto prefix = part_prefix(name);
  const auto folder = folder_of(target);
  clear_stale(folder, prefix);
  // A new file under the next free name, locked. One that another program took for a stale one before it was locked is left to it.
  for (;;) {
    path_ = folder / part_name(prefix);
    handle_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (handle_ < 0 && errno == EEXIST) continue;
    if (handle_ < 0) {
      failure_ = errno;
      return;
    }
    const bool has_locks = ::flock(handle_, LOCK_EX) == 0;
    if (!has_locks || is_at(handle_, path_)) break;
    ::close(handle_);
  }
  is_there_ = true;
}

part_file::~part_file() {
  if (is_there_) ::unlink(path_.c_str());
  if (handle_ >= 0) ::close(handle_);
}

auto part_file::permit_as_target() -> void {
  if (struct stat old; ::stat(target_.c_str(), &old) == 0) static_cast<void>(::fchmod(handle_, old.st_mode & 07777));
}

auto part_file::replace_target() -> int {
  // Without this, a machine that loses power could keep the new name and lose the bytes.
  if (::fsync(handle_) != 0) return errno;
  if (::rename(path_.c_str(), target_.c_str()) != 0) return errno;
  is_there_ = false;
  // And without this it could lose the new name. Not every file system can do it, and what is there is whole in any case.
  const int at = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (at < 0) return 0;
  static_cast<void>(::fsync(at));
  ::close(at);
  return 0;
}

#else

part_file::part_file(const fs::path& target) : target_(target) {
  const auto name = target.filename().string();
  if (name.size() > longest_name) {
    failure_ = ENAMETOOLONG;
    return;
  }
  std::error_code none;
  do path_ = folder_of(target) / part_name(part_prefix(name));
  while (fs::exists(path_, none));
  errno = 0;
  is_there_ = std::ofstream(path_, std::ios::binary).is_open();
  if (!is_there_) failure_ = errno ? errno : EIO;
}

part_file::~part_file() {
  std::error_code none;
  if (is_there_) fs::remove(path_, none);
}

auto part_file::permit_as_target() -> void {
  std::error_code none;
  if (const auto old = fs::status(target_, none); !none) fs::permissions(path_, old.permissions(), none);
}

auto part_file::replace_target() -> int {
  std::error_code failed;
  fs::rename(path_, target_, failed);
  is_there_ = static_cast<bool>(failed);
  return failed ? failed.default_error_condition().value() : 0;
}

#endif

}  // namespace seegrad::detail
