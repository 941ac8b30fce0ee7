#pragma once
// What is in a file, as one string.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

inline auto bytes_of(const std::filesystem::path& file) -> std::string {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline auto fill(const std::filesystem::path& file, const std::string& bytes) -> void {
  std::ofstream(file, std::ios::binary) << bytes;
}
