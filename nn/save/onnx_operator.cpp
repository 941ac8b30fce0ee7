#include <algorithm>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {

auto onnx_call::in(int i) const -> const tensor& {
  if (!has(i)) refuse(fmt::format("operand {} is missing", i));
  return *operands_[static_cast<std::size_t>(i)];
}

auto onnx_call::all() const -> std::vector<tensor> {
  std::vector<tensor> out;
  for (int i = 0; i < count(); ++i) out.push_back(in(i));
  return out;
}

auto onnx_call::deciding(int i) const -> const tensor& {
  const auto& x = in(i);
  if (!x.is_constant())
    refuse(fmt::format(
        "operand {} decides a shape and is computed from numbers of an input, so that a record would hold for these alone", i));
  return x;
}

auto onnx_call::list(int i) const -> std::vector<std::int64_t> {
  const auto& x = deciding(i);
  if (x.rank() > 1 || x.value().is_floating())
    refuse(fmt::format("operand {} is {} {}, and a list of whole numbers is wanted", i, name_of(x.type()), to_string(x.shape())));
  return x.value().cast(int64).contiguous().to_vector<std::int64_t>();
}

auto onnx_call::reals(int i) const -> std::vector<double> {
  if (!has(i)) return {};
  const auto& x = deciding(i);
  if (x.rank() > 1) refuse(fmt::format("operand {} is {}, and a list is wanted", i, to_string(x.shape())));
  return x.value().cast(float64).contiguous().to_vector<double>();
}

auto onnx_call::number(int i) const -> double {
  const auto& x = in(i);
  if (!x.is_constant()) refuse(fmt::format("operand {} is a setting and is computed from numbers of an input", i));
  if (x.size() != 1) refuse(fmt::format("operand {} is {}, and one number is wanted", i, to_string(x.shape())));
  return x.value().item();
}

auto onnx_call::whole(std::string_view attribute, index_t otherwise) const -> index_t {
  const auto* a = node_.attribute(attribute);
  return a ? a->whole : otherwise;
}
auto onnx_call::whole(std::string_view attribute) const -> index_t {
  if (!has(attribute)) refuse(fmt::format("the attribute '{}' is missing", attribute));
  return whole(attribute, 0);
}
auto onnx_call::real(std::string_view attribute, double otherwise) const -> double {
  const auto* a = node_.attribute(attribute);
  return a ? a->real : otherwise;
}
auto onnx_call::word(std::string_view attribute, std::string_view otherwise) const -> std::string_view {
  const auto* a = node_.attribute(attribute);
  return a ? std::string_view(a->text) : otherwise;
}
auto onnx_call::wholes(std::string_view attribute) const -> std::vector<std::int64_t> {
  const auto* a = node_.attribute(attribute);
  return a ? a->wholes : std::vector<std::int64_t>();
}
auto onnx_call::list(int i, std::string_view attribute) const -> std::optional<std::vector<std::int64_t>> {
  if (has(i)) return list(i);
  const auto* a = node_.attribute(attribute);
  return a ? std::optional(a->wholes) : std::nullopt;
}

auto onnx_operators() -> std::vector<const onnx_operator*> {
  static const auto all = [] {
    std::vector<const onnx_operator*> found;
    for (const auto family : {onnx_pointwise(), onnx_logic(), onnx_shapes(), onnx_parts(), onnx_indexing(), onnx_constants(),
                              onnx_reductions(), onnx_products(), onnx_windows(), onnx_resizing(), onnx_sampling(), onnx_losses(),
                              onnx_normalisation(), onnx_recurrent()})
      for (const auto& o : family) found.push_back(&o);
    std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
    return found;
  }();
  return all;
}

auto find_onnx_operator(std::string_view name) -> const onnx_operator* {
  static const auto all = onnx_operators();
  const auto at = std::lower_bound(all.begin(), all.end(), name, [](const auto* o, std::string_view n) { return o->name < n; });
  return at != all.end() && (*at)->name == name ? *at : nullptr;
}

}  // namespace seegrad::nn::detail
