// Operators that make numbers of none, or of shapes alone.

#include <autodiff/array/create.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;

auto one_number(std::int64_t x) -> array { return array{x}.reshape({}); }

auto constant(C c) -> array {
  if (const auto* a = c.attribute("value"); a && !a->numbers.is_null()) return a->numbers;
  if (c.has("value_float")) return full({}, c.real("value_float", 0), float32);
  if (c.has("value_int")) return one_number(c.whole("value_int"));
  if (const auto* a = c.attribute("value_floats"))
    return array(std::vector<double>(a->reals.begin(), a->reals.end())).cast(float32);
  if (const auto* a = c.attribute("value_ints")) return array(a->wholes);
  c.refuse("its value is text or a sparse array, which are not read");
}

auto constant_of_shape(C c) -> array {
  const auto shape = dims(c.list(0));
  for (const auto n : shape)
    if (n < 0) c.refuse(fmt::format("the shape {}", seegrad::detail::to_list(shape)));
  elements(shape);  // throws if they are more than there can be
  const auto* value = c.attribute("value");
  if (!value || value->numbers.is_null()) return full({}, 0, float32).view(shape, dims::filled(shape.size(), 0));
  if (value->numbers.size() != 1) c.refuse("its value is not one number");
  return value->numbers.reshape({}).expand(shape);
}

auto range(C c) -> array {
  const auto start = c.number(0), stop = c.number(1), step = c.number(2);
  if (step == 0 || !(std::abs((stop - start) / step) < 1e12)) c.refuse(fmt::format("from {} to {} by {}", start, stop, step));
  return arange(start, stop, step).cast(c.in(0).type());
}

auto unit_matrix(C c) -> array {
  const auto& x = c.in(0);
  if (x.rank() != 2) c.refuse(fmt::format("{} is no matrix", to_string(x.shape())));
  const auto type = c.has("dtype") ? type_of_onnx(c.whole("dtype")) : x.type();
  const auto place = [](index_t n, const dims& shape) { return arange(static_cast<double>(n)).reshape(shape); };
  const auto rows = place(x.shape()[0], {-1, 1}), columns = place(x.shape()[1], {1, -1});
  return (rows + static_cast<double>(c.whole("k", 0)) == columns).cast(type);
}

// clang-format off
const onnx_operator table[] = {
    {"Constant", 0, [](C c) -> R { return constant(c); }},
    {"ConstantOfShape", 1, [](C c) -> R { return constant_of_shape(c); }},
    {"Range", 3, [](C c) -> R { return range(c); }},
    {"EyeLike", 1, [](C c) -> R { return unit_matrix(c); }},
};
// clang-format on

}  // namespace

auto onnx_constants() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
