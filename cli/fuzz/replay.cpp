// Runs every file of a folder through the fuzz target's entry, without libFuzzer: replay FOLDER

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "entry.hpp"

auto main(int count, char** arguments) -> int {
  if (count != 2) return std::fprintf(stderr, "replay FOLDER\n"), 2;
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    seegrad::cli::try_bytes(bytes);
    ++files;
  }
  std::printf("%d files\n", files);
  return files > 0 ? 0 : 1;
}
