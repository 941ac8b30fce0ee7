#include <nn/loss/labels.hpp>

#include <algorithm>
#include <autodiff/ops/table/structural_list.hpp>
#include <fmt/format.h>
#include <nn/loss/reduction.hpp>
#include <nn/module/step_notes.hpp>

namespace seegrad::nn::detail {
namespace {

// In words: what the labels would have to be, and what these may have been meant for.
auto misfit(const dims& shape, const dims& wanted, const array& labels, std::string_view who) -> error {
  const auto given = to_string(labels.shape());
  std::string hint;
  if (labels.shape() == wanted) hint = "; labels.cast(int64) makes them whole";
  else if (labels.is_floating()) hint = "; probabilities have the shape of the logits";
  else if (labels.shape() == shape) hint = "; as probabilities, labels.cast(float32)";
  else if (labels.size() == elements(wanted)) hint = "; reshape(labels, " + seegrad::detail::to_list(wanted) + ")?";
  return error(fmt::format("{}: {} logits and {} {} labels: int64 of shape {} is wanted{}", who, to_string(shape), given,
                           name_of(labels.type()), to_string(wanted), hint));
}

}  // namespace

auto class_axis(const dims& shape, std::string_view who) -> int {
  if (shape.empty()) throw error(fmt::format("{}: logits without axes have no classes; [N x C] is wanted", who));
  const int axis = shape.size() == 1 ? 0 : 1;
  if (shape[axis] == 0) throw error(fmt::format("{}: {} logits: axis {} has no classes", who, to_string(shape), axis));
  return axis;
}

auto passes_over(const array& labels, std::int64_t ignore_index) -> bool {
  constexpr std::int64_t usual = -100;
  return ignore_index != usual || any(labels == ignore_index);
}

auto counted(const array& labels, std::int64_t ignore_index, int axis) -> array {
  return unsqueeze(labels != ignore_index, axis);
}

auto classes_named(const array& labels, std::int64_t ignore_index, int axis) -> array {
  return unsqueeze(where(labels != ignore_index, labels, array(0).cast(int64)), axis);
}

auto labels_for(const dims& shape, const tensor& target, std::int64_t ignore_index, std::string_view who) -> class_labels {
  const auto& labels = target.value();
  const int axis = class_axis(shape, who);
  const auto classes = shape[axis];
  auto wanted = shape;
  wanted.erase(axis);
  if (labels.type() != int64 || labels.shape() != wanted) throw misfit(shape, wanted, labels, who);
  const auto index = labels.contiguous();
  for (index_t k = 0; const auto c : index.elements<std::int64_t>()) {
    if (c != ignore_index && (c < 0 || c >= classes))
      throw error(fmt::format("{}: label {} at {} is not one of {} classes, 0 to {}{}", who, c, place(k, wanted), classes,
                              classes - 1,
                              c == classes ? "; classes are counted from 0"
                              : c < 0      ? "; ignore_index names one to pass over"
                                           : ""));
    ++k;
  }
  const bool some = passes_over(labels, ignore_index);
  right_while({target}, [classes, ignore_index, some](numbers_now now) {
    const auto all = now[0].contiguous();
    const auto fits = [&](std::int64_t c) { return c == ignore_index ? some : c >= 0 && c < classes; };
    return std::ranges::all_of(all.elements<std::int64_t>(), fits);
  });
  if (!some) return {unsqueeze(index, axis), {}, axis};
  return {from_data({target}, [=](numbers_now now) { return classes_named(now[0], ignore_index, axis); }),
          from_data({target}, [=](numbers_now now) { return detail::counted(now[0], ignore_index, axis); }), axis};
}

auto class_weights(const array& weight, const dims& shape, dtype type, std::string_view who) -> array {
  const int axis = class_axis(shape, who);
  if (weight.shape() != dims{shape[axis]})
    throw error(fmt::format("{}: {} logits and {} weights: one for each of {} classes is wanted", who, to_string(shape),
                            to_string(weight.shape()), shape[axis]));
  auto along = dims::filled(shape.size(), 1);
  along[axis] = shape[axis];
  return reshape(weight.cast(is_floating(type) ? type : float64), along);
}

}  // namespace seegrad::nn::detail
