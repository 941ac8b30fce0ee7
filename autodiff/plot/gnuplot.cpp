#include <autodiff/plot/gnuplot.hpp>

#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <autodiff/array/error.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>

namespace seegrad::plotting {
namespace {

[[noreturn]] auto fail(std::string_view doing, int code) -> void {
  throw error(fmt::format("plot: cannot {}: {}", doing, std::strerror(code)));
}

// A file without a name, in memory. Pipes would have to be read and written at the same time, or both programs may wait for each
// other.
class memory_file {
 public:
  explicit memory_file(const char* name) : handle_(::memfd_create(name, MFD_CLOEXEC)) {
    if (handle_ < 0) fail("make a file in memory", errno);
  }
  ~memory_file() { ::close(handle_); }
  memory_file(const memory_file&) = delete;
  auto operator=(const memory_file&) -> memory_file& = delete;

  auto handle() const -> int { return handle_; }
  auto fill(std::string_view bytes) -> void {
    while (!bytes.empty()) {
      const auto n = ::write(handle_, bytes.data(), bytes.size());
      if (n < 0 && errno != EINTR) fail("write a file in memory", errno);
      if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::lseek(handle_, 0, SEEK_SET) < 0) fail("read a file in memory", errno);
  }
  auto text() const -> std::string {
    struct stat about {};
    if (::fstat(handle_, &about) != 0) fail("read a file in memory", errno);
    std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
      const auto n = ::pread(handle_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail("read a file in memory", n < 0 ? errno : EIO);
      done += static_cast<std::size_t>(n);
    }
    return bytes;
  }

 private:
  int handle_;
};

// gnuplot repeats the line it stumbled over and points into it; what went wrong stands in the last line that is not empty.
auto last_line(std::string_view said) -> std::string {
  const auto end = said.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return "it said nothing";
  said = said.substr(0, end + 1);
  said.remove_prefix(said.find_last_of('\n') + 1);
  const auto begin = said.find_first_not_of(" \t");
  return shortened(clean_utf8(said.substr(begin)), 300);
}

}  // namespace

auto gnuplot_found() -> bool {
  const char* path = std::getenv("PATH");
  std::string_view left = path ? path : "/bin:/usr/bin";
  for (bool more = true; more;) {
    const auto end = left.find(':');
    const std::filesystem::path file = std::filesystem::path(left.substr(0, end)) / "gnuplot";
    std::error_code none;
    if (std::filesystem::is_regular_file(file, none) && ::access(file.c_str(), X_OK) == 0) return true;
    more = end != std::string_view::npos;
    if (more) left.remove_prefix(end + 1);
  }
  return false;
}

auto run_gnuplot(std::string_view commands) -> std::string {
  constexpr auto missing = "plot: the program gnuplot was not found; install it with: apt-get install gnuplot-nox";
  if (!gnuplot_found()) throw error(missing);
  memory_file in("commands"), out("image"), said("messages");
  in.fill(commands);

  posix_spawn_file_actions_t actions;
  if (const int code = ::posix_spawn_file_actions_init(&actions); code != 0) fail("start gnuplot", code);
  const int from[] = {in.handle(), out.handle(), said.handle()};
  int code = 0;
  for (int k = 0; k < 3 && code == 0; ++k) code = ::posix_spawn_file_actions_adddup2(&actions, from[k], k);
  std::string program = "gnuplot", defaults = "-d";
  char* arguments[] = {program.data(), defaults.data(), nullptr};
  pid_t child = 0;
  if (code == 0) code = ::posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (code == ENOENT) throw error(missing);
  if (code != 0) fail("start gnuplot", code);

  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("wait for gnuplot", errno);
  }
  auto image = out.text();
  if (WIFSIGNALED(status)) throw error(fmt::format("plot: gnuplot was ended by signal {}", WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0 || image.empty()) throw error(fmt::format("plot: gnuplot failed: {}", last_line(said.text())));
  return image;
}

}  // namespace seegrad::plotting
