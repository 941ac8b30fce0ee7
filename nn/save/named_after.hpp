#pragma once
// Errors of a file's parts, with the function and the file before them.

#include <autodiff/array/error.hpp>
#include <fmt/format.h>
#include <string>

namespace seegrad::nn::detail {

/// f(), whose errors get `who` in front.
template <class F>
auto named_after(const std::string& who, F f) -> decltype(f()) {
  try {
    return f();
  } catch (const error& e) {
    throw error(fmt::format("{}: {}", who, e.what()));
  }
}

}  // namespace seegrad::nn::detail
