#pragma once
// How rows are shown: a table for people, JSON for programs.

#include "row.hpp"

namespace bench {

auto print_head(const row& first) -> void;
auto print_row(const row& one) -> void;
auto print_summary(std::span<const row> rows) -> void;
auto print_json(std::span<const row> rows) -> void;

}  // namespace bench
