#include <autodiff/array/system.hpp>

#ifdef SEEGRAD_POSIX
#include <sys/ioctl.h>
#include <unistd.h>
#elif defined(_WIN32)
#include <io.h>
#include <process.h>
#endif

namespace seegrad::detail {

#ifdef SEEGRAD_POSIX

auto process_id() -> unsigned long { return static_cast<unsigned long>(::getpid()); }

auto host_name() -> std::string {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 && name[0] ? name : "localhost";
}

auto is_terminal(std::FILE* file) -> bool { return file && ::isatty(::fileno(file)) == 1; }

auto terminal_columns(std::FILE* file) -> int {
  winsize size{};
  return file && ::ioctl(::fileno(file), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

auto may_write(const std::filesystem::path& path) -> bool { return ::access(path.c_str(), W_OK) == 0; }

#elif defined(_WIN32)

auto process_id() -> unsigned long { return static_cast<unsigned long>(::_getpid()); }
auto host_name() -> std::string { return "localhost"; }
auto is_terminal(std::FILE* file) -> bool { return file && ::_isatty(::_fileno(file)) != 0; }
auto terminal_columns(std::FILE*) -> int { return 0; }
auto may_write(const std::filesystem::path& path) -> bool { return ::_waccess(path.c_str(), 2) == 0; }

#else

auto process_id() -> unsigned long { return 1; }
auto host_name() -> std::string { return "localhost"; }
auto is_terminal(std::FILE*) -> bool { return false; }
auto terminal_columns(std::FILE*) -> int { return 0; }
auto may_write(const std::filesystem::path&) -> bool { return true; }

#endif

}  // namespace seegrad::detail
