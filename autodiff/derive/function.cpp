#include <autodiff/derive/function.hpp>

#include <autodiff/array/create.hpp>
#include <fmt/format.h>

namespace seegrad::detail {
namespace {

auto handles_of(const auto& by) -> std::vector<tensor> {
  std::vector<tensor> all(by.numbers.begin(), by.numbers.end());
  all.insert(all.end(), by.arrays.begin(), by.arrays.end());
  return all;
}

auto need_one_element(const tensor& y) -> void {
  if (y.size() != 1)
    throw error(fmt::format(
        "gradient: the function gives {} of shape {}; a gradient is of one number: take sum() or mean(), or use jacobian",
        name_of(y.type()), to_string(y.shape())));
}

}  // namespace

auto value_of_result(const tensor& y) -> double {
  need_one_element(y);
  return y.value().item();
}

auto slopes_of(const scalar& y, const as_inputs& by) -> slopes<double, array> {
  if (!by.arrays.empty()) return slopes_of(tensor(y), by);
  return {gradient(y, std::span<const scalar>(by.numbers)), {}};
}

auto slopes_of(const tensor& y, const as_inputs& by) -> slopes<double, array> {
  need_one_element(y);
  slopes<double, array> out{std::vector<double>(by.numbers.size(), 0.0), {}};
  if (y.is_constant()) {
    for (const auto& x : by.arrays) out.arrays.push_back(zeros(x.shape(), x.type()));
    return out;
  }
  std::vector<node_ref> nodes;
  for (const auto& x : handles_of(by)) nodes.push_back(x.ref());
  const auto a = reverse_to(nodes, y, nullptr, "gradient");
  for (std::size_t i = 0; i < by.numbers.size(); ++i) out.numbers[i] = a.of(by.numbers[i]);
  for (const auto& x : by.arrays) out.arrays.push_back(a.of(x));
  return out;
}

auto recorded_slopes_of(const scalar& y, const as_own_nodes& by) -> slopes<scalar, tensor> {
  if (!by.arrays.empty()) return recorded_slopes_of(tensor(y), by);
  return {recorded_gradient(y, std::span<const scalar>(by.numbers)), {}};
}

auto recorded_slopes_of(const tensor& y, const as_own_nodes& by) -> slopes<scalar, tensor> {
  need_one_element(y);
  const auto all = handles_of(by);
  const auto slope = recorded_gradient(y, std::span<const tensor>(all));
  slopes<scalar, tensor> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i < by.numbers.size()) out.numbers.emplace_back(slope[i].value().item(), slope[i].ref());
    else out.arrays.push_back(slope[i]);
  }
  return out;
}

auto need_same_count(std::size_t variables, std::size_t numbers, std::string_view who) -> void {
  if (variables != numbers)
    throw error(fmt::format("{}: {} numbers in x, and room for {}; give room for as many", who, variables, numbers));
}

auto need_numbers(std::size_t numbers, std::size_t wanted, std::size_t i, std::string_view who, std::string_view what) -> void {
  if (numbers != wanted) throw error(fmt::format("{}: {} {} has {} numbers; {} are wanted", who, what, i, numbers, wanted));
}

}  // namespace seegrad::detail
