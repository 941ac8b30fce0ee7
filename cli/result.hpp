#pragma once
// All that was computed, before any of it is printed.

#include <autodiff/check/check.hpp>
#include <autodiff/derive/recorded.hpp>
#include <autodiff/derive/rounding.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "claim.hpp"
#include "language/recording.hpp"
#include "options.hpp"
#include "why.hpp"

namespace seegrad::cli {

struct result {
  const recording& r;
  std::vector<std::string> notes{}, warnings{};
  std::vector<judged_claim> claims{};
  std::optional<check_report> check{};
  std::optional<array> hessian{};
  std::optional<rounding_report> rounding{};
  std::vector<derivation> derivations{};

  auto fine() const -> bool;
};

/// The table of nodes and all that follows it (print_text.cpp).
auto print_text(const result& x, const options& o, std::ostream& out) -> void;
/// One JSON document (print_json.cpp). Numbers that are not finite are the strings "nan", "inf" and "-inf".
auto print_json(const result& x, const options& o, std::ostream& out) -> void;

}  // namespace seegrad::cli
