#pragma once
// The record as a page has it: what the browser needs to explain each gradient and to evaluate again.

#include <autodiff/see/page/inner_drawing.hpp>
#include <autodiff/see/scene.hpp>
#include <string>
#include <utility>
#include <vector>

namespace seegrad::detail::see {

/// Above so many nodes, those inside boxes are left out: the page opens in a second, and says how many it does not have.
inline constexpr std::size_t most_embedded = 10'000;

struct page_record {
  std::string json;                                           ///< docs/page.md says what is in it
  std::string functions;                                      ///< script_functions() of its operations
  std::vector<std::pair<std::string, std::string>> drawings;  ///< by the name of a box, as DOT, what is in it
};

/// After connect().
auto record_of(scene& s) -> page_record;

}  // namespace seegrad::detail::see
