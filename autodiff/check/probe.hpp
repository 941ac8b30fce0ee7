#pragma once
// A function of arrays, measured along single elements and along directions in which many elements move: what the checks of one
// operation and of the whole gradient have in common.
//
// The function's result y is weighed to the number Σ w·y, of which each element of each variable has a claimed derivative. Weights and
// directions are uneven, so that nothing cancels in a sum or hides in a mean. Where a direction fails, the wrong element is found by
// halving. Elements of the result that are not finite are left out, and get the weight 0.

#include <autodiff/check/derivative_test.hpp>
#include <autodiff/check/options.hpp>
#include <autodiff/check/parts.hpp>
#include <autodiff/graph/graph.hpp>
#include <functional>
#include <vector>

namespace seegrad::detail {

struct variable {
  array at, claimed;
  array round_off{};  ///< how far rounding may carry the claim; null if nothing is known of it
  interval domain{};
  bool by_own_size = false;  ///< each element moves in proportion to itself, however small it is beside the others
};

class probe {
 public:
  /// The value with those of the variables changed; may throw seegrad::error where there is none.
  using function = std::function<array(std::span<const std::size_t> changed, std::span<const array> values)>;

  probe(std::vector<variable> variables, function f, const array& y, const array& weights, const check_options& options,
        double noise = 0);

  auto size() const -> std::size_t { return begins_.back(); }
  auto variables() const -> std::size_t { return variables_.size(); }
  auto begin_of(std::size_t v) const -> std::size_t { return begins_[v]; }
  auto variable_of(std::size_t element) const -> std::size_t;
  auto claimed(std::size_t element) const -> double;
  /// Asked when a claim does not plainly pass, once for each variable.
  std::function<array(std::size_t v)> find_round_off{};

  /// How far directions go, as a fraction of what single elements do: where very many move, some cross a kink.
  double direction_scale = 1;
  /// After so many evaluations, what does not plainly pass is UNTESTED.
  std::size_t most_evaluations = std::numeric_limits<std::size_t>::max();

  auto test_element(std::size_t element) -> test_result;
  /// All elements from `first` to before `last` together; `claimed` is their derivative along the direction.
  auto test_direction(std::size_t first, std::size_t last, double& claimed) -> test_result;
  /// Within a direction that fails, an element that fails by itself, or the last one that is left.
  auto find_wrong(std::size_t first, std::size_t last) -> std::size_t;

 private:
  struct part {
    std::size_t v, first, last;  // elements of one variable
  };
  auto parts(std::size_t first, std::size_t last) const -> std::vector<part>;
  auto size_of_step(std::size_t v, std::size_t e) const -> double;
  auto room_along(const variable& v, double x, double step, interval& room) const -> void;
  auto test_along(const std::vector<part>& where, const std::vector<std::vector<double>>& steps, double& claimed) -> test_result;
  auto weigh(const array& y) const -> double;
  auto size_of_changing(const array& there) const -> double;
  auto changing(const array& a, const array& b) const -> array;
  auto has_no_value() const -> bool;

  std::vector<variable> variables_;
  std::vector<std::size_t> begins_{0};
  std::vector<std::vector<double>> x_, claims_;
  std::vector<double> typical_;
  function f_;
  std::vector<double> y_, weights_;
  double tolerance_, noise_;
  std::size_t evaluations_ = 0;
  uneven uneven_;
};

}  // namespace seegrad::detail
