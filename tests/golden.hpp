#pragma once
// Texts that are kept in tests/golden. To renew them, run the test with SEEGRAD_RENEW_GOLDEN set.

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>

#include "file_bytes.hpp"

inline auto check_golden(const std::string& name, const std::string& dot) -> void {
  const auto file = std::filesystem::path(GOLDEN_FOLDER) / (name + ".dot");
  if (std::getenv("SEEGRAD_RENEW_GOLDEN")) fill(file, dot);
  CAPTURE(name);
  CHECK(bytes_of(file) == dot);
}
