#include <autodiff/ops/pointwise/cpp_source.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace seegrad {
namespace {

// A passage that only branches need is written out again rather than computed in vain, up to this many times.
constexpr double most_copies = 4;

class body {
 public:
  explicit body(const passage& whole) {
    list(whole);
    found_[&whole] = {0, 1, true};
    // What a passage is in comes before it.
    for (auto it = inside_first_.rbegin(); it != inside_first_.rend(); ++it) look_into(**it, found_[*it]);
    for (const auto* p : inside_first_)
      if (found_[p].has_name) name(*p);
    lines_.push_back("return " + whole.text(names_) + ";");
  }
  auto lines() const -> const std::vector<std::string>& { return lines_; }

 private:
  struct finding {
    int places = 0;
    double copies = 0;        // in the text, if it has no name
    bool is_certain = false;  // computed whatever the conditions are
    bool has_name = false;
  };

  auto list(const passage& p) -> void {
    if (!found_.try_emplace(&p).second) return;
    for (const auto& part : p.parts)
      if (part.inner) list(*part.inner);
    inside_first_.push_back(&p);
  }
  auto look_into(const passage& p, finding& f) -> void {
    const bool is_leaf = p.parts.size() == 1;
    f.has_name = !is_leaf && f.places > 1 && (f.is_certain || f.copies > most_copies);
    for (const auto& part : p.parts) {
      if (!part.inner) continue;
      auto& in = found_[part.inner.get()];
      ++in.places;
      in.copies += f.has_name ? 1 : f.copies;
      in.is_certain = in.is_certain || ((f.is_certain || f.has_name) && !part.perhaps);
    }
  }
  auto name(const passage& p) -> void {
    auto as = fmt::format("t{}", names_.size() + 1);
    lines_.push_back(fmt::format("const {} {} = {};", p.is_condition ? "bool" : "double", as, p.text(names_)));
    names_.emplace(&p, std::move(as));
  }

  std::map<const passage*, finding> found_;
  std::vector<const passage*> inside_first_;
  passage::names names_;
  std::vector<std::string> lines_;
};

}  // namespace

namespace detail {
auto body_of(const cpp_source& s) -> std::vector<std::string> { return body(s.as_passage()).lines(); }
}  // namespace detail

auto cpp20::number(double x) -> cpp_source {
  if (std::isnan(x)) return std::string("std::numeric_limits<double>::quiet_NaN()");
  const auto size = std::abs(x);
  auto text = std::isinf(x) ? "std::numeric_limits<double>::infinity()" : fmt::format("{}", size);
  if (text.find_first_not_of("0123456789") == std::string::npos) text += ".0";  // 1 / 2 would be 0
  return std::signbit(x) ? cpp_source("-" + text, strength::prefix) : cpp_source(text);
}

namespace detail {
auto is_of_cmath(std::string_view name) -> bool {
  // std::lgamma gives what ours does; that it also writes to a global variable is for the program to know.
  static constexpr std::string_view names[] = {
      "abs", "sqrt", "cbrt",  "hypot", "exp",    "expm1",  "exp2",  "log",  "log2", "log10",    "log1p", "pow",
      "erf", "erfc", "floor", "ceil",  "tgamma", "lgamma", "round", "fmod", "fma",  "copysign", "trunc", "sin",
      "cos", "tan",  "asin",  "acos",  "atan",   "atan2",  "sinh",  "cosh", "tanh", "asinh",    "acosh", "atanh"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

auto cpp_name(std::string_view operation, int i) -> std::string {
  return i < 0 ? fmt::format("{}_value", operation) : fmt::format("{}_d{}", operation, i);
}
}  // namespace detail

}  // namespace seegrad
