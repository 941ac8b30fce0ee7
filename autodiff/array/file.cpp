#include <autodiff/array/file.hpp>

#include <autodiff/array/error.hpp>
#include <autodiff/array/part_file.hpp>
#include <autodiff/array/system.hpp>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>

namespace seegrad::detail {

namespace fs = std::filesystem;

namespace {

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
  if (exists && !may_write(target)) fail(errno);
  const auto fill = [&](const fs::path& at) {
    std::ofstream out(at, std::ios::binary);
    errno = 0;
    try {
      write(out);
    } catch (...) {
      if (out.good() || errno == 0) throw;
      fail(errno);  // a full disk says more than that the stream took no more
    }
    out.close();
    if (!out) fail(errno ? errno : EIO);
  };
  if (exists && !fs::is_regular_file(target, none)) return fill(target);  // a pipe or a device is written to, not replaced

  part_file part(target);
  if (part.failure() == ENAMETOOLONG) fail(ENAMETOOLONG);
  if (part.failure() != 0) fail(part.failure(), "no file can be made in its folder: ");
  if (exists) part.permit_as_target();
  fill(part.path());
  if (const int code = part.replace_target(); code != 0) fail(code);
}

}  // namespace seegrad::detail
