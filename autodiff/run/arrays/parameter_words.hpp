#pragma once
// The parameters of operations on whole arrays in words, for files: numbers one behind the other, as their fields stand in the parameters.

#include <autodiff/graph/operation.hpp>
#include <autodiff/run/file_lines.hpp>
#include <memory>

namespace seegrad::detail::run {

struct parameter_words {
  auto (*write)(const void* parameters) -> std::string;  ///< each behind a space
  auto (*read)(file_lines& from) -> std::shared_ptr<const void>;
};

/// Null for an operation of a user's own.
auto words_of(const operation& op) -> const parameter_words*;

}  // namespace seegrad::detail::run
