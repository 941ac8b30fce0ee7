#include <autodiff/run/compiled_source.hpp>

#include <autodiff/array/system.hpp>

#ifdef SEEGRAD_POSIX

#include <autodiff/array/child_program.hpp>
#include <autodiff/array/utf8.hpp>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace seegrad::detail::run {
namespace {

using path = std::filesystem::path;

constexpr const char* who = "backend::compiler";

auto environment(const char* name) -> std::string {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// $CXX may have arguments, as in "ccache g++".
auto compiler_words() -> std::vector<std::string> {
  std::istringstream words(environment("CXX"));
  std::vector<std::string> command(std::istream_iterator<std::string>(words), {});
  if (command.empty()) command.emplace_back("c++");
  return command;
}

/// What is loaded from there is run, so that nobody else may write there.
auto cache_folder() -> path {
  path folder = environment("SEEGRAD_CACHE");
  if (folder.empty()) {
    path above = environment("XDG_CACHE_HOME");
    if (above.empty() && !environment("HOME").empty()) above = path(environment("HOME")) / ".cache";
    if (above.empty()) throw error(fmt::format("{}: there is no folder for what is built; set SEEGRAD_CACHE", who));
    folder = above / "seegrad";
  }
  const auto name = detail::escaped(folder.string());
  std::error_code code;
  std::filesystem::create_directories(folder.parent_path(), code);
  if (::mkdir(folder.c_str(), 0700) != 0 && !std::filesystem::is_directory(folder, code))
    throw error(fmt::format("{}: cannot make the folder {}", who, name));
  struct stat about {};
  if (::stat(folder.c_str(), &about) != 0 || about.st_uid != ::geteuid() || (about.st_mode & (S_IWGRP | S_IWOTH)))
    throw error(fmt::format("{}: the folder {} is not yours alone to write to; set SEEGRAD_CACHE to one that is", who, name));
  return folder;
}

/// FNV-1a (Fowler, Noll, Vo), twice with different beginnings.
auto fingerprint(std::string_view text) -> std::string {
  std::uint64_t a = 0xcbf29ce484222325, b = 0x84222325cbf29ce4;
  for (const unsigned char c : text) a = (a ^ c) * 0x100000001b3, b = (b ^ c) * 0x100000001b3 + 0x9e37;
  return fmt::format("{:016x}{:016x}", a, b);
}

auto compile_to(const path& library, const std::vector<std::string>& command, const std::string& text) -> void {
  if (!detail::program_found(command[0]))
    throw error(
        fmt::format("{}: the compiler {} was not found; set CXX, or install one with: apt-get install g++", who, command[0]));
  // Under a name of its own until it is whole: another process may build the same.
  const path own = library.string() + fmt::format(".{}", process_id());
  auto all = command;
  all.insert(all.end(), {"-o", own.string()});
  const auto result = detail::run_child(who, all, text);
  std::error_code code;
  if (result.exit_code != 0) {
    std::filesystem::remove(own, code);
    throw error(
        fmt::format("{}: {} failed: {}", who, command[0], detail::escaped(detail::last_line(result.said)).substr(0, 300)));
  }
  std::filesystem::rename(own, library, code);
  if (code) throw error(fmt::format("{}: cannot write {}: {}", who, detail::escaped(library.string()), code.message()));
}

}  // namespace

auto compiled_source::make(const code& values, const code& slopes) -> std::shared_ptr<const compiled_source> {
  const auto text = to_cpp(values, slopes, "seegrad_program") + R"(
extern "C" bool seegrad_values(const double* x, double* y) { return seegrad_program(x, y); }
extern "C" bool seegrad_vjp(const double* x, const double* w, double* y, double* slopes) { return seegrad_program_vjp(x, w, y, slopes); }
)";
  auto command = compiler_words();
  // Nothing is fused that the program does not fuse, so that it computes the same.
  for (const auto* word : {"-std=c++20", "-O2", "-fPIC", "-shared", "-ffp-contract=off", "-fno-math-errno", "-x", "c++", "-"})
    command.emplace_back(word);
  const auto library = cache_folder() / (fingerprint(fmt::format("{}\n{}", fmt::join(command, " "), text)) + ".so");
  if (!std::filesystem::exists(library)) compile_to(library, command, text);
  std::shared_ptr<compiled_source> made(new compiled_source);
  made->library_ = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!made->library_) throw error(fmt::format("{}: cannot load what was built: {}", who, detail::escaped(::dlerror())));
  made->values_ = reinterpret_cast<decltype(made->values_)>(::dlsym(made->library_, "seegrad_values"));
  made->vjp_ = reinterpret_cast<decltype(made->vjp_)>(::dlsym(made->library_, "seegrad_vjp"));
  if (!made->values_ || !made->vjp_)
    throw error(fmt::format("{}: {} is not what was built", who, detail::escaped(library.string())));
  return made;
}

compiled_source::~compiled_source() {
  if (library_) ::dlclose(library_);
}

}  // namespace seegrad::detail::run

#else

#include <autodiff/array/error.hpp>

namespace seegrad::detail::run {

auto compiled_source::make(const code&, const code&) -> std::shared_ptr<const compiled_source> {
  throw error("backend::compiler: programs are compiled and loaded on POSIX systems only; take another backend");
}
compiled_source::~compiled_source() = default;

}  // namespace seegrad::detail::run

#endif
