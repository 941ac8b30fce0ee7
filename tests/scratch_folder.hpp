#pragma once
// A folder of its own for a test, removed with what is in it.

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>

class scratch_folder {
 public:
  scratch_folder() {
    const std::string letters(6, 'X');  // mkdtemp chooses others
    auto pattern = (std::filesystem::temp_directory_path() / ("seegrad test " + letters)).string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no folder can be made in " + pattern);
    path = pattern;
  }
  scratch_folder(const scratch_folder&) = delete;
  auto operator=(const scratch_folder&) -> scratch_folder& = delete;
  ~scratch_folder() {
    std::error_code none;
    std::filesystem::remove_all(path, none);
  }

  auto operator/(const std::string& name) const -> std::filesystem::path { return path / name; }
  /// How many files and folders are in it.
  auto files() const -> std::ptrdiff_t { return std::distance(std::filesystem::directory_iterator(path), {}); }

  std::filesystem::path path;
};
