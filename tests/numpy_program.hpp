#pragma once
// Runs numpy, where it is installed, beside a test.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

/// A folder of its own, removed with what is in it.
class scratch_folder {
 public:
  scratch_folder() {
    auto name = (std::filesystem::temp_directory_path() / "seegrad-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  scratch_folder(const scratch_folder&) = delete;
  auto operator=(const scratch_folder&) -> scratch_folder& = delete;
  ~scratch_folder() { std::filesystem::remove_all(path); }
  auto operator/(const std::string& name) const -> std::filesystem::path { return path / name; }
  std::filesystem::path path;
};

/// The Python that has numpy; empty if there is none.
inline auto python_with_numpy() -> std::string {
  for (const std::string python : {"python3", "/usr/bin/python3"})
    if (std::system((python + " -c 'import numpy' 2> /dev/null").c_str()) == 0) return python;
  return "";
}

/// npy_oracle.py with these arguments; whether it was content.
inline auto oracle(const std::string& what, const std::filesystem::path& folder) -> bool {
  return std::system((python_with_numpy() + " '" NPY_ORACLE "' " + what + " '" + folder.string() + "'").c_str()) == 0;
}
