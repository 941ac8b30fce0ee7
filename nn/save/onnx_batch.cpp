// Where the axis of the batch is, so that the model can leave its extent open.

#include <autodiff/trace/choice.hpp>
#include <fmt/format.h>
#include <nn/save/onnx_export.hpp>

namespace seegrad::nn::detail {
namespace {

/// Whether all slices along the axis are the first one: then one does for any batch.
auto uniform(const array& x, int axis) -> bool {
  auto one = x.shape();
  one[axis] = 1;
  return identical(x, x.slice(axis, 0, 1, 1).expand(x.shape()));
}

}  // namespace

auto onnx_export::batch(int slot) const -> maybe_batch {
  const auto it = batch_of_.find(graph_.operands(now_)[slot]);
  return it == batch_of_.end() ? maybe_batch() : it->second;
}

auto onnx_export::flexible(dims shape) const -> dims {
  const auto it = batch_of_.find(now_);
  if (it != batch_of_.end() && it->second) shape[it->second->axis] = -1;
  return shape;
}

auto onnx_export::keep_out(int slot, int from) const -> void {
  if (const auto b = batch(slot); b && b->axis >= from)
    refuse(fmt::format(
        "with dynamic_batch, axis {} of operand {} is the batch, and this operation needs to know its extent or mixes its "
        "members; do without dynamic_batch, or begin behind this operation",
        b->axis, slot));
}

// Row by row, the batch comes after outer numbers of each extent before it. The axis that covers the same stretch of the new
// shape has it.
auto onnx_export::reshaped(const maybe_batch& from, const dims& before, const dims& after) const -> maybe_batch {
  if (!from) return {};
  const auto ahead = elements(before.first(from->axis)) * from->outer;
  index_t at = 1;
  for (int j = 0; j < after.size(); at *= after[j++]) {
    if (at == 0 || ahead % at != 0) break;
    const auto outer = ahead / at;
    if (after[j] % (outer * batch_) == 0) return batch_place{j, outer, after[j] / (outer * batch_)};
  }
  refuse(fmt::format("with dynamic_batch, the axis of the batch cannot be followed from {} to {}", to_string(before),
                     to_string(after)));
}

auto onnx_export::repeated() -> maybe_batch {
  std::vector<int> all;
  for (int i = 0; i < count(); ++i) all.push_back(i);
  return repeated(all);
}

auto onnx_export::repeated(std::span<const int> slots) -> maybe_batch {
  maybe_batch found;
  int from_end = 0;
  for (const int i : slots) {
    const auto b = batch(i);
    if (!b) continue;
    const int here = shape(i).size() - b->axis;
    if (found && (from_end != here || found->outer != b->outer || found->inner != b->inner))
      refuse("with dynamic_batch, the batch is not the same axis of all operands");
    found = b, from_end = here;
  }
  if (!found) return {};
  for (const int i : slots) {
    const int axis = shape(i).size() - from_end;
    if (batch(i) || axis < 0 || shape(i)[axis] == 1) continue;
    if (!uniform(value(i), axis))
      refuse(fmt::format(
          "with dynamic_batch, operand {} does not depend on the inputs, but has a row of its own for each member of the batch",
          i));
    instead_[i] = put("Slice", {in(i, value(i).type()), list({0}), list({1}), list({axis})});
  }
  found->axis = result().size() - from_end;
  return found;
}

}  // namespace seegrad::nn::detail
