#pragma once
// Vector mode: up to eight cotangents back, or eight directions forward, in one sweep over what was linearised.
//
//   vector_sweep s(l, 3);                 // three at once, called lanes
//   s.seed(l.place_of(y), lane, 1.0);
//   s.back();
//   double dy_dx = s.at(x, lane);
//
// Sums are made in the order of the sweeps that go one by one (sweep.hpp, forward.hpp), and have their bits. An exact 0 wins wherever it meets a
// local derivative. What no cotangent reaches is passed over, in blocks.

#include <autodiff/derive/linearised.hpp>

namespace seegrad::detail {

class vector_sweep {
 public:
  static constexpr std::size_t most_lanes = 8;

  /// Of so many lanes or fewer; no more than most_lanes.
  vector_sweep(const linearised& l, std::size_t lanes);

  /// Adds to a cotangent of a result, or to a direction of a variable; nothing for what stands nowhere.
  auto seed(linearised::place p, std::size_t lane, double amount) -> void;
  auto back() -> void;
  auto forward() -> void;
  /// What has come to a place; 0 for what stands nowhere.
  auto at(linearised::place p, std::size_t lane) const -> double;

 private:
  const linearised& l_;
  std::size_t width_;
  pooled<unsigned char> touched_;  // by block: what no number has come to is not set
  pooled<double> numbers_;         // by place, then by lane
};

}  // namespace seegrad::detail
