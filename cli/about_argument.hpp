#pragma once
// Each argument is a text of its own, and an error in it points there.

#include <string>

#include "language/complaint.hpp"

namespace seegrad::cli {

struct wrong_argument {
  complaint what;
  std::string text;
};

/// f(), whose complaints are about `text`.
template <class F>
auto about_argument(const std::string& text, F f) {
  try {
    return f();
  } catch (const complaint& c) {
    throw wrong_argument{c, text};
  }
}

}  // namespace seegrad::cli
