#include <nn/loss/binary.hpp>

#include <algorithm>
#include <autodiff/ops/table/make_operation.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>
#include <nn/module/step_notes.hpp>

namespace seegrad::nn {
namespace {

// One operation, since its slope is not that of its parts: at p = 0 or 1 they are infinite or cut off.
struct binary_cross_entropy_op : paragraph<2> {
  static constexpr std::string_view name = "binary_cross_entropy",
                                    help = "-(b log a + (1 - b) log(1 - a)), logarithms above -100";
  static constexpr interval unit{0.0, 1.0};
  static constexpr intervals domain{{unit, unit}}, samples{{{0.05, 0.95}, {0.05, 0.95}}};
  static auto value(auto a, auto b) { return (b - 1) * held(log1p(-a)) - b * held(log(a)); }
  static auto d0(auto a, auto b, auto) {
    const auto spread = a * (1 - a);
    return (a - b) / select(spread < 1e-12, 1e-12, spread);
  }
  static auto d1(auto a, auto, auto) { return held(log1p(-a)) - held(log(a)); }

 private:
  static auto held(auto x) { return select(x < -100, -100.0, x); }
};

auto outside_unit(const array& x) -> array { return (x < 0.0) | (x > 1.0); }

auto require_unit(const tensor& given, std::string_view what, std::string_view hint) -> void {
  const auto& x = given.value();
  const auto outside = outside_unit(x);
  if (!any(outside)) return right_while({given}, [](numbers_now now) { return !any(outside_unit(now[0])); });
  const auto list = outside.to_vector<bool>();
  const auto k = std::find(list.begin(), list.end(), true) - list.begin();
  throw error(fmt::format("binary_cross_entropy: the {} {} at {} is not between 0 and 1{}", what,
                          x.cast(float64).to_vector<double>()[static_cast<std::size_t>(k)], detail::place(k, x.shape()), hint));
}

}  // namespace

auto binary_cross_entropy(const tensor& input, const tensor& target, const binary_cross_entropy_options& options) -> tensor {
  const function_scope inside("binary_cross_entropy");
  const auto who = "binary_cross_entropy";
  detail::require_plain(options.reduction, who);
  const auto t = detail::target_for(input, target, who);
  const auto weight = options.weight.is_null() ? array() : detail::weight_for(input, options.weight, who, "weight");
  require_unit(input, "probability", "; for logits there is binary_cross_entropy_with_logits");
  require_unit(t, "target", "");
  const auto each = apply<binary_cross_entropy_op>(input, t);
  return detail::reduced(weight.is_null() ? each : each * weight, options.reduction);
}

auto binary_cross_entropy_with_logits(const tensor& input, const tensor& target,
                                      const binary_cross_entropy_with_logits_options& options) -> tensor {
  const function_scope inside("binary_cross_entropy_with_logits");
  const auto who = "binary_cross_entropy_with_logits";
  detail::require_plain(options.reduction, who);
  const auto t = detail::target_for(input, target, who);
  const auto weight = options.weight.is_null() ? array() : detail::weight_for(input, options.weight, who, "weight");
  const auto positive = options.pos_weight.is_null() ? array() : detail::weight_for(input, options.pos_weight, who, "pos_weight");
  // (1 - t) z - log(sigmoid(z)): of z and softplus(z), the difference would lose its digits where z is large.
  const auto yes = seegrad::log_sigmoid(input);
  const auto each = (1.0 - t) * input - (positive.is_null() ? yes : yes * (1.0 + (positive - 1.0) * t));
  return detail::reduced(weight.is_null() ? each : each * weight, options.reduction);
}

auto hinge_loss(const tensor& input, const tensor& target, const hinge_loss_options& options) -> tensor {
  const function_scope inside("hinge_loss");
  detail::require_plain(options.reduction, "hinge_loss");
  const auto signs = detail::signs_for(input, target, "hinge_loss");
  return detail::reduced(seegrad::relu(options.margin - signs * input), options.reduction);
}

}  // namespace seegrad::nn
