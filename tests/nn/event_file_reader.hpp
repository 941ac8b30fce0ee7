#pragma once
// Event files as event_file_oracle.py reads them.

#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

struct event {
  std::string tag;
  std::int64_t step;
  std::string value;
  friend auto operator==(const event&, const event&) -> bool = default;
};

/// Nothing where there is no Python; a file that is damaged is an error of the test.
inline auto read_events(const std::filesystem::path& folder) -> std::optional<std::vector<event>> {
  if (std::system("python3 -c '' 2> /dev/null") != 0) {
    MESSAGE("without python3 the files are not read again");
    return std::nullopt;
  }
  REQUIRE(std::system(("python3 '" EVENT_ORACLE "' '" + folder.string() + "'").c_str()) == 0);
  std::ifstream in(folder / "read.txt");
  std::vector<event> all;
  for (event e; in >> e.tag >> e.step >> e.value;) all.push_back(e);
  return all;
}
