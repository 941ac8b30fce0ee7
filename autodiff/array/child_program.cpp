#include <autodiff/array/child_program.hpp>

#include <autodiff/array/error.hpp>
#include <autodiff/array/system.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>

#ifdef SEEGRAD_POSIX
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#endif
#ifdef __linux__
#include <sys/mman.h>
#endif
#ifdef __APPLE__
#include <crt_externs.h>
#endif

namespace seegrad::detail {

auto last_line(std::string_view said) -> std::string {
  const auto end = said.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return "it said nothing";
  said = said.substr(0, end + 1);
  said.remove_prefix(said.find_last_of('\n') + 1);
  const auto begin = said.find_first_not_of(" \t");
  return std::string(said.substr(begin == std::string_view::npos ? 0 : begin));
}

#ifdef SEEGRAD_POSIX

namespace {

class failing {
 public:
  explicit failing(std::string_view who) : who_(who) {}
  [[noreturn]] auto operator()(std::string_view doing, int code) const -> void {
    throw error(fmt::format("{}: cannot {}: {}", who_, doing, std::strerror(code)));
  }

 private:
  std::string_view who_;
};

// A new file without a name, in memory where the system has such; negative if there is none.
auto nameless_file([[maybe_unused]] const char* name) -> int {
#ifdef __linux__
  return ::memfd_create(name, MFD_CLOEXEC);
#else
  std::FILE* const file = std::tmpfile();
  if (!file) return -1;
  const int handle = ::dup(::fileno(file));  // closing the stream would close the file
  std::fclose(file);
  return handle;
#endif
}

auto environment() -> char** {
#ifdef __APPLE__
  return *::_NSGetEnviron();  // a shared library has no `environ` there
#else
  return environ;
#endif
}

// Pipes would have to be read and written at the same time, or both programs may wait for each
// other.
class nameless {
 public:
  nameless(const char* name, const failing& fail) : fail_(fail), handle_(nameless_file(name)) {
    if (handle_ < 0) fail_("make a file without a name", errno);
  }
  ~nameless() { ::close(handle_); }
  nameless(const nameless&) = delete;
  auto operator=(const nameless&) -> nameless& = delete;

  auto handle() const -> int { return handle_; }
  auto fill(std::string_view bytes) -> void {
    while (!bytes.empty()) {
      const auto n = ::write(handle_, bytes.data(), bytes.size());
      if (n < 0 && errno != EINTR) fail_("write a file without a name", errno);
      if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::lseek(handle_, 0, SEEK_SET) < 0) fail_("read a file without a name", errno);
  }
  auto text() const -> std::string {
    struct stat about {};
    if (::fstat(handle_, &about) != 0) fail_("read a file without a name", errno);
    std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
      const auto n = ::pread(handle_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail_("read a file without a name", n < 0 ? errno : EIO);
      done += static_cast<std::size_t>(n);
    }
    return bytes;
  }

 private:
  const failing& fail_;
  int handle_;
};

auto is_program(const std::filesystem::path& file) -> bool {
  std::error_code none;
  return std::filesystem::is_regular_file(file, none) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

auto program_found(std::string_view name) -> bool {
  if (name.find('/') != std::string_view::npos) return is_program(name);
  const char* path = std::getenv("PATH");
  std::string_view left = path ? path : "/bin:/usr/bin";
  for (bool more = true; more;) {
    const auto end = left.find(':');
    if (is_program(std::filesystem::path(left.substr(0, end)) / name)) return true;
    more = end != std::string_view::npos;
    if (more) left.remove_prefix(end + 1);
  }
  return false;
}

auto run_child(std::string_view who, const std::vector<std::string>& command, std::string_view input) -> child_result {
  const failing fail(who);
  const auto starting = "start " + command[0];
  nameless in("input", fail), out("output", fail), said("messages", fail);
  in.fill(input);

  posix_spawn_file_actions_t actions;
  if (const int code = ::posix_spawn_file_actions_init(&actions); code != 0) fail(starting, code);
  const int from[] = {in.handle(), out.handle(), said.handle()};
  int code = 0;
  for (int k = 0; k < 3 && code == 0; ++k) code = ::posix_spawn_file_actions_adddup2(&actions, from[k], k);
  auto words = command;
  std::vector<char*> arguments;
  for (auto& w : words) arguments.push_back(w.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (code == 0) code = ::posix_spawnp(&child, words[0].c_str(), &actions, nullptr, arguments.data(), environment());
  ::posix_spawn_file_actions_destroy(&actions);
  if (code != 0) fail(starting, code);

  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail("wait for " + command[0], errno);
  }
  return {WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status), out.text(), said.text()};
}

#else

auto program_found(std::string_view) -> bool { return false; }
auto run_child(std::string_view who, const std::vector<std::string>& command, std::string_view) -> child_result {
  throw error(fmt::format("{}: cannot start {}: seegrad starts other programs on POSIX systems only", who, command[0]));
}

#endif

}  // namespace seegrad::detail
