#pragma once
// Runs numpy, where it is installed, beside a test.

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>

#include "scratch_folder.hpp"

/// The Python that has numpy; empty if there is none.
inline auto python_with_numpy() -> std::string {
  for (const std::string python : {"python3", "/usr/bin/python3"})
    if (std::system((python + " -c 'import numpy' 2> /dev/null").c_str()) == 0) return python;
  return "";
}

/// Whether there is no numpy to compare with, which is then said.
inline auto lacks_numpy() -> bool {
  const bool lacks = python_with_numpy().empty();
  if (lacks) MESSAGE("numpy is not installed: its side is skipped");
  return lacks;
}

/// npy_oracle.py with these arguments; whether it was content.
inline auto oracle(const std::string& what, const std::filesystem::path& folder) -> bool {
  return std::system((python_with_numpy() + " '" NPY_ORACLE "' " + what + " '" + folder.string() + "'").c_str()) == 0;
}
