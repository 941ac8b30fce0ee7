#include <nn/loss/regression.hpp>

#include <autodiff/ops/table/make_operation.hpp>
#include <fmt/format.h>
#include <nn/module/parameter.hpp>

namespace seegrad::nn {
namespace {

struct huber_op : paragraph<2> {
  static constexpr std::string_view name = "huber", help = "a²/2 for |a| <= b, else b * (|a| - b/2)";
  static constexpr intervals samples{{{-2.5, 2.5}, {0.3, 2.5}}};
  static auto value(auto a, auto b) { return select(abs(a) <= b, 0.5 * (a * a), b * (abs(a) - 0.5 * b)); }
  static auto d0(auto a, auto b, auto) { return select(abs(a) <= b, a, b * sign(a)); }
  static auto d1(auto a, auto b, auto) { return select(abs(a) <= b, 0.0, abs(a) - b); }
};

auto huber(const tensor& d, double delta) -> tensor { return apply<huber_op>(d, delta); }

}  // namespace

auto mse_loss(const tensor& input, const tensor& target, const mse_loss_options& options) -> tensor {
  const function_scope inside("mse_loss");
  detail::require_plain(options.reduction, "mse_loss");
  return detail::reduced(square(input - detail::target_for(input, target, "mse_loss")), options.reduction);
}

auto l1_loss(const tensor& input, const tensor& target, const l1_loss_options& options) -> tensor {
  const function_scope inside("l1_loss");
  detail::require_plain(options.reduction, "l1_loss");
  return detail::reduced(abs(input - detail::target_for(input, target, "l1_loss")), options.reduction);
}

auto huber_loss(const tensor& input, const tensor& target, const huber_loss_options& options) -> tensor {
  const function_scope inside("huber_loss");
  detail::require_plain(options.reduction, "huber_loss");
  if (!(options.delta > 0)) throw error(fmt::format("huber_loss: delta is {}; it must be above 0", options.delta));
  return detail::reduced(huber(input - detail::target_for(input, target, "huber_loss"), options.delta), options.reduction);
}

auto smooth_l1_loss(const tensor& input, const tensor& target, const smooth_l1_loss_options& options) -> tensor {
  const function_scope inside("smooth_l1_loss");
  detail::require_plain(options.reduction, "smooth_l1_loss");
  if (!(options.beta >= 0)) throw error(fmt::format("smooth_l1_loss: beta is {}; it must not be negative", options.beta));
  const auto d = input - detail::target_for(input, target, "smooth_l1_loss");
  if (options.beta == 0) return detail::reduced(abs(d), options.reduction);
  return detail::reduced(huber(d, options.beta), options.reduction, static_cast<double>(d.size()), 1 / options.beta);
}

}  // namespace seegrad::nn
