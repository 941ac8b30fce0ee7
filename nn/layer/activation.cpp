#include <nn/layer/activation.hpp>

#include <algorithm>
#include <autodiff/ops/table/make_operation.hpp>
#include <fmt/format.h>

namespace seegrad::nn {
namespace {

struct held_op : paragraph<3> {
  static constexpr std::string_view name = "hardtanh", help = "a held between b and c; slope 0 at a bound";
  static auto value(auto a, auto b, auto c) { return select(a < b, b, select(a > c, c, a)); }
  static auto d0(auto a, auto b, auto c, auto) { return select(a <= b, 0.0, select(a >= c, 0.0, 1.0)); }
  static auto d1(auto a, auto b, auto, auto) { return select(a <= b, 1.0, 0.0); }
  static auto d2(auto a, auto, auto c, auto) { return select(a >= c, 1.0, 0.0); }
};

}  // namespace

auto detail::held(const tensor& x, double least, double most, std::string_view who) -> tensor {
  if (!(least < most)) throw error(fmt::format("{}: min_val {} is not less than max_val {}", who, least, most));
  return apply<held_op>(x, least, most);
}

auto unflatten::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  const auto fail = [&] {
    throw error(fmt::format("unflatten: the samples of {} cannot have the shape {}", to_string(x.shape()), to_string(shape)));
  };
  if (x.rank() == 0) fail();
  const auto each = elements(x.shape().from(1));
  auto whole = shape;
  const auto left = std::find(whole.begin(), whole.end(), -1);
  if (left != whole.end()) {
    *left = 1;
    const auto others = elements(whole);
    *left = others == 0 ? 0 : each / others;
  }
  if (elements(whole) != each) fail();
  return reshape(x, dims{x.extent(0)} + whole);
}

auto prelu::operator()(const tensor& x) const -> tensor {
  const module_place here(label);
  const auto channels = weight.size();
  if (channels != 1 && (x.rank() < 2 || x.extent(1) != channels))
    throw error(fmt::format("prelu: {} has no axis 1 of {} channels", to_string(x.shape()), channels));
  const module_scope inside(label);
  const auto slope = weight("weight");
  if (channels == 1) return seegrad::leaky_relu(x, slope);
  auto beside = dims::filled(x.rank(), 1);
  beside[1] = channels;
  return seegrad::leaky_relu(x, reshape(slope, beside));
}

}  // namespace seegrad::nn
