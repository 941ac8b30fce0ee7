#pragma once
// The constants of a code, by slot and by value.

#include <autodiff/run/code.hpp>
#include <bit>
#include <optional>
#include <unordered_map>

namespace seegrad::detail::run {

class constants {
 public:
  explicit constants(code& c) : c_(c), number_(c.slots, none) {
    for (std::uint32_t i = 0; i < c.constants.size(); ++i) note(i);
  }

  auto at(slot s) const -> std::optional<double> {
    if (s >= number_.size() || number_[s] == none) return std::nullopt;
    return c_.constants[number_[s]].value;
  }
  /// Whether it is that number, with that sign where it is zero.
  auto is(slot s, double x) const -> bool {
    const auto value = at(s);
    return value && bits(*value) == bits(x);
  }
  /// A slot that holds it.
  auto slot_of(double x) -> slot {
    if (const auto found = slots_.find(bits(x)); found != slots_.end()) return found->second;
    c_.constants.push_back({static_cast<slot>(c_.slots++), x});
    note(static_cast<std::uint32_t>(c_.constants.size() - 1));
    return c_.constants.back().to;
  }

 private:
  static constexpr auto none = ~std::uint32_t{0};

  static auto bits(double x) -> std::uint64_t { return std::bit_cast<std::uint64_t>(x); }
  auto note(std::uint32_t i) -> void {
    const auto& k = c_.constants[i];
    if (k.to >= number_.size()) number_.resize(std::size_t{k.to} + 1, none);
    number_[k.to] = i;
    slots_.emplace(bits(k.value), k.to);
  }

  code& c_;
  std::vector<std::uint32_t> number_;  // by slot: which constant it holds
  std::unordered_map<std::uint64_t, slot> slots_;
};

}  // namespace seegrad::detail::run
