#pragma once
// Running the program seegrad, and reading what it prints. The environment's SEEGRAD says where it is.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "file_bytes.hpp"
#include "message.hpp"
#include "scratch_folder.hpp"

namespace cli_program {

using nlohmann::json;
namespace fs = std::filesystem;

struct answer {
  int code;
  std::string out, err;
};

inline auto program() -> std::string {
  const auto* path = std::getenv("SEEGRAD");
  REQUIRE_MESSAGE(path != nullptr, "SEEGRAD names the program that is tested");
  return path;
}

inline auto in_folder(const std::string& name) -> std::string {
  static const scratch_folder f;
  return (f.path / name).string();
}

inline auto write(const std::string& file, const std::string& bytes) -> std::string {
  fill(file, bytes);
  return file;
}

[[noreturn]] inline auto become(const std::vector<std::string>& arguments, int in, int out, int err) -> void {
  dup2(in, 0), dup2(out, 1), dup2(err, 2);
  std::vector<char*> list;
  for (const auto& a : arguments) list.push_back(const_cast<char*>(a.c_str()));
  list.push_back(nullptr);
  execv(list[0], list.data());
  _exit(127);
}

// What a terminal shows of the program's standard output.
inline auto run_on_terminal(std::vector<std::string> arguments) -> std::string {
  arguments.insert(arguments.begin(), program());
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(grantpt(terminal) == 0);
  REQUIRE(unlockpt(terminal) == 0);
  const int inside = open(ptsname(terminal), O_RDWR | O_NOCTTY);
  const auto child = fork();
  if (child == 0) become(arguments, inside, inside, inside);
  close(inside);
  std::string out;
  char block[4096];
  for (ssize_t got; (got = ::read(terminal, block, sizeof block)) > 0;) out.append(block, static_cast<std::size_t>(got));
  close(terminal);
  waitpid(child, nullptr, 0);
  return out;
}

inline auto run(std::vector<std::string> arguments, const std::string& input = "") -> answer {
  arguments.insert(arguments.begin(), program());
  const auto out = in_folder("out"), err = in_folder("err"), in = write(in_folder("in"), input);
  const auto make = [](const std::string& file) { return open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600); };
  const int files[] = {open(in.c_str(), O_RDONLY), make(out), make(err)};
  const auto child = fork();
  if (child == 0) become(arguments, files[0], files[1], files[2]);
  for (const int f : files) close(f);
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, bytes_of(out), bytes_of(err)};
}

// The row of a table that begins with these cells; cells are two blanks apart at least.
inline auto row(const std::string& out, const std::string& node) -> std::vector<std::string> {
  std::size_t begin = 0;
  while (begin < out.size()) {
    const auto end = std::min(out.find('\n', begin), out.size());
    const auto line = out.substr(begin, end - begin);
    begin = end + 1;
    std::vector<std::string> cells;
    for (std::size_t at = 0; at < line.size();) {
      const auto stop = std::min(line.find("  ", at), line.size());
      cells.push_back(line.substr(at, stop - at));
      at = std::min(line.find_first_not_of(' ', stop), line.size());
    }
    if (!cells.empty() && cells.front() == node) return cells;
  }
  return {};
}

using cells = std::vector<std::string>;

}  // namespace cli_program
