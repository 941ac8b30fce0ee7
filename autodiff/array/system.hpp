#pragma once
// What is asked of the operating system, with an answer also where it has none of POSIX's calls.

#include <cstdio>
#include <filesystem>
#include <string>

// Files can be locked, programs started, libraries loaded.
#if __has_include(<unistd.h>) && !defined(_WIN32)
#define SEEGRAD_POSIX
#endif

namespace seegrad::detail {

/// A number that no other process has at the same time.
auto process_id() -> unsigned long;
/// What this machine calls itself; "localhost" where it does not say.
auto host_name() -> std::string;

auto is_terminal(std::FILE* file) -> bool;
/// How many columns the terminal has that the file is; 0 if it is none, or does not say.
auto terminal_columns(std::FILE* file) -> int;

/// Whether what is at the path may be written to.
auto may_write(const std::filesystem::path& path) -> bool;

}  // namespace seegrad::detail
