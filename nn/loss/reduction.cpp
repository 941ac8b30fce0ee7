#include <nn/loss/reduction.hpp>

#include <algorithm>
#include <autodiff/array/nest.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>
#include <nn/module/step_notes.hpp>

namespace seegrad::nn::detail {

auto reduced(const tensor& each, reduction how, double count, double factor) -> tensor {
  if (how == reduction::mean) factor /= count;
  const auto all = how == reduction::none ? each : sum(each);
  return factor == 1.0 ? all : all * factor;
}

auto reduced(const tensor& each, reduction how) -> tensor { return reduced(each, how, static_cast<double>(each.size())); }

auto require_plain(reduction how, std::string_view who) -> void {
  if (how == reduction::batchmean)
    throw error(fmt::format("{}: the reduction batchmean is for kl_div; mean, sum and none are for all losses", who));
}

namespace {

// Data in the type of the input: a float32 network has a float32 loss, whatever its data are.
auto as_data(const tensor& input, const array& x) -> array {
  return input.value().is_floating() && !x.is_number() ? x.cast(input.type()) : x;
}

}  // namespace

auto target_for(const tensor& input, const tensor& target, std::string_view who) -> tensor {
  if (target.shape() != input.shape() && !target.value().is_number()) {
    const bool same_size = target.size() == input.size();
    throw error(fmt::format(
        "{}: input {} and target {} differ in shape{}", who, to_string(input.shape()), to_string(target.shape()),
        same_size ? "; reshape(target, input.shape()) would fit" : "; expand(target, input.shape()) if it is to be repeated"));
  }
  if (!target.is_constant() || as_data(input, target.value()).type() == target.type()) return target;
  return from_data({target}, [type = input.type()](numbers_now now) { return now[0].cast(type); });
}

auto weight_for(const tensor& input, const array& weight, std::string_view who, std::string_view name) -> array {
  if (!seegrad::detail::repeats_to(weight.shape(), input.shape()))
    throw error(fmt::format("{}: {} {} cannot be repeated to the input {}", who, name, to_string(weight.shape()),
                            to_string(input.shape())));
  return as_data(input, weight);
}

auto signs_for(const tensor& input, const tensor& target, std::string_view who) -> array {
  const auto signs = target_for(input, target, who).value();
  const auto are_signs = [](const array& x) { return (x == 1.0) | (x == -1.0); };
  const auto good = are_signs(signs);
  if (all(good)) {
    right_while({target}, [=](numbers_now now) { return all(are_signs(now[0])); });
    return signs;
  }
  const auto list = good.to_vector<bool>();
  const auto k = static_cast<index_t>(std::find(list.begin(), list.end(), false) - list.begin());
  throw error(fmt::format("{}: the target {} at {} is neither -1 nor 1{}", who,
                          signs.cast(float64).to_vector<double>()[static_cast<std::size_t>(k)], place(k, signs.shape()),
                          any(signs == 0.0) ? "; of labels 0 and 1, 2.0 * labels - 1.0" : ""));
}

auto alike_for(const tensor& input, const tensor& target, std::string_view who) -> array {
  signs_for(input, target, who);
  return from_data({target}, [](numbers_now now) { return now[0] == 1.0; });
}

auto place(index_t k, const dims& shape) -> std::string {
  std::string text = "]";
  for (int i = shape.size() - 1; i >= 0; --i) {
    text = fmt::format("{}{}{}", i > 0 ? ", " : "", k % shape[i], text);
    k /= shape[i];
  }
  return "[" + text;
}

}  // namespace seegrad::nn::detail
