#pragma once
// docs/accuracy.md, piece by piece.

#include "measure.hpp"

#include <string>

namespace accuracy {

/// How it was made and what is counted, and the head of the table.
auto introduction(std::size_t count) -> std::string;
auto table_row(const seegrad::operation& op, const measured& m) -> std::string;

/// What all rows have in common, or which operations are exceptions.
struct summary {
  std::string moving, replayed;  ///< names of operations
  auto add(const seegrad::operation& op, const measured& m) -> void;
  auto text() const -> std::string;
};

}  // namespace accuracy
